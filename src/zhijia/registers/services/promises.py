"""What the database refuses, in a sentence beside the field it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.register_rules import Register
from zhijia.kernel.errors import Refusal
from zhijia.kernel.promises import constraint_of

ONCE = "_once_"


class NotTaken(Refusal):
    """A row that cannot be taken: `wrong` holds a sentence beside each field."""

    def __init__(self, wrong: tuple[Wrong, ...]) -> None:
        super().__init__("row_not_taken", wrong[0].words, wrong=wrong)
        self.wrong = wrong


@contextmanager
def kept(register: Register, using: str = "default") -> Iterator[None]:
    """Whatever breaks a constraint of the list inside is a NotTaken beside its field; the transaction goes on."""
    try:
        with transaction.atomic(using=using):
            yield
    except IntegrityError as error:
        name = constraint_of(error)
        field = next((one for one in register.by_name if _is_of(name, one)), "")
        if not field:
            raise
        raise NotTaken((Wrong(field, _said(register, field, name)),)) from error


def _is_of(name: str, field: str) -> bool:
    return name in {f"field_{field}", f"slot_{field}"} or name.endswith(f"{ONCE}{field}")


def _said(register: Register, field: str, name: str) -> Any:
    label = register.by_name[field].label
    if ONCE in name:
        return _("There is a row with this %(field)s already, and it has not ended.") % {"field": label}
    return _("This does not fit %(field)s.") % {"field": label}
