"""What the database promises, told to people where it would break: the constraint's name is the code of the refusal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.functional import Promise

from zhijia.kernel.errors import Refusal


@contextmanager
def kept(broken: Mapping[str, Promise]) -> Iterator[None]:
    """All that is written inside, or nothing. A constraint of `broken` that does not hold is a Refusal with its
    sentence; any other stays the error it is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = constraint_of(error)
        if name not in broken:
            raise
        raise Refusal(name, broken[name]) from None


def constraint_of(error: DatabaseError) -> str:
    """The name of the constraint that did not hold; empty where the error names none."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")
