"""What the promises of the database about assets and goods say to people, by their names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal

BROKEN: dict[str, Promise] = {
    "lot_never_below_nothing": _("There is not so much of it left. Look at what is there now."),
    "lease_one_at_a_time": _("This is let to somebody already. End that lease first."),
    "count_once_a_year": _("The count of this year is planned already."),
    "count_by_two": _("Whoever counted does not confirm it. Ask a colleague."),
    "goods_come_back_once": _("Some of this has come back already. Look at the list anew."),
    "return_is_of_lines_of_its_issue": _("Choose who gives it back."),
    "card_goes_its_way": _("This asset has left the books already."),
}


@contextmanager
def kept() -> Iterator[None]:
    """All of it or nothing; a promise that would be broken is a refusal with its sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name in BROKEN:
            raise Refusal(name, BROKEN[name]) from None
        raise
