"""Whether the numbers of an election stand (ORG-08 to ORG-10), also of a union that is still to be founded. Each number
of the rule is a parameter at the place and on the day."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel.errors import Refusal
from zhijia.registry import term_rules


def chosen_of(votes: Sequence[int], *, entitled: int, seats: int, division: str, day: date) -> list[bool]:
    """Who is elected by these votes (ORG-09). Raises Refusal where nobody is."""
    share = parameters.value("term.majority", division=division, day=day)
    needed = term_rules.votes_needed(entitled=entitled, share=tuple(share))
    chosen = term_rules.elected(votes, seats=seats, needed=needed)
    if not any(chosen):
        raise Refusal(
            "nobody_elected",
            _(
                "Nobody is elected: %(needed)s votes are needed, more than half of the %(entitled)s entitled."
                " Hold another ballot."
            )
            % {"needed": needed, "entitled": entitled},
        )
    return chosen


def check_attendance(*, entitled: int, attended: int, division: str, day: date, today: date) -> None:
    """Raises Refusal for an election on a day that has not come, and where too few came for it to stand (ORG-09)."""
    if day > today:
        raise Refusal("day_not_come", _("This day has not come yet."))
    if entitled < 1 or not 0 <= attended <= entitled:
        raise Refusal("attendance", _("More came than were entitled. Compare both numbers with the minutes."))
    share = parameters.value("term.quorum", division=division, day=day)
    if not term_rules.quorum_met(entitled=entitled, attended=attended, share=tuple(share)):
        raise Refusal(
            "no_quorum",
            _(
                "%(attended)s of %(entitled)s came; at least %(part)s of %(whole)s must come for an election"
                " to stand. Hold it again."
            )
            % {"attended": attended, "entitled": entitled, "part": share[0], "whole": share[1]},
        )


def check_years(years: int, *, grassroots: bool, division: str, today: date) -> None:
    """Raises Refusal for a term of a length the rules do not know (ORG-08)."""
    allowed = parameters.value(
        "term.years_grassroots" if grassroots else "term.years_federation", division=division, day=today
    )
    if years not in allowed:
        raise Refusal(
            "term_years",
            _("A term here has %(years)s years.") % {"years": " / ".join(str(years) for years in allowed)},
        )


def check_size(seats: int, *, members: int, division: str, day: date) -> None:
    """Raises Refusal for a committee of a grassroots union whose size does not go with its members (ORG-10)."""
    table = parameters.value("term.committee_sizes", division=division, day=day)
    sizes = term_rules.committee_sizes(members, table)
    if seats not in sizes:
        raise Refusal(
            "committee_size",
            _("With %(members)s members a committee has %(sizes)s seats, an odd number; this has %(seats)s.")
            % {"members": members, "sizes": " / ".join(str(size) for size in sizes), "seats": seats},
        )
