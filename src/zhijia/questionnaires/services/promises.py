"""What the promises of the database about polls say to people, by their names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal

CLOSED = _("Voting has ended. What came later is not counted.")
BROKEN: dict[str, Promise] = {
    "ballot_while_the_poll_is_open": CLOSED,
    "candidate_number_once": _("Somebody has this number on the ballot already."),
    "candidate_stands_in_a_poll_once": _("This person stands already."),
    "voter_on_the_roll_once": _("This person is on the roll already."),
    "roll_stands_once_the_poll_is_open": _("Who is asked and who stands is fixed once voting is open."),
    "papers_counted_once_by_each": _("You have counted the papers already. A colleague counts them too."),
    "contest_once_for_each": _("You took part already. You can practise as often as you like."),
    "poll_nobody_voted_who_was_not_entitled": _(
        "There are more votes than people entitled. Compare the papers with those handed out."
    ),
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
