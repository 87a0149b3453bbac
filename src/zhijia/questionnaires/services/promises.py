"""What the promises of the database about polls say to people, by their names."""

from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import promises

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
kept = partial(promises.kept, BROKEN)
"""All of what is written inside or nothing; what breaks a promise is a refusal with its sentence."""
