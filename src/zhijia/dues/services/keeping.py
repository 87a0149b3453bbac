"""Writing a row down once under its key, however often and by whomever the key is sent."""

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.dues.models import Donation, MemberMonth, Reminder
from zhijia.kernel.errors import Refusal

Row = TypeVar("Row", Donation, MemberMonth, Reminder)


def once(made: Row, *said: str) -> tuple[Row, bool]:
    """The row that stands under the key of this one (`once`), and whether it is this one, new. What stands has to say
    the same of the union and of the columns in `said`: raises Refusal otherwise, also where it cannot be seen."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "once" not in str(error):
            raise
    else:
        return made, True
    stands = type(made).objects.filter(once=made.once).first()
    if stands is None or any(getattr(stands, name) != getattr(made, name) for name in ("union_id", *said)):
        raise written_differently()
    return stands, False


def written_differently() -> Refusal:
    """What is said to whoever sends something else under a key that was used."""
    return Refusal(
        "written_differently",
        _(
            "Something else was written down under this key already, and stays as it was. Open the page anew and send"
            " it again."
        ),
    )
