"""A union founded by a request that was granted (ORG-04 to ORG-10): its row under the union above, the employer it
covers, the first term of its committee and the posts of those the register knows, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Employer, Union
from zhijia.registry.services import unions
from zhijia.registry.services.terms import counts, first


@dataclass(frozen=True, slots=True)
class Planned:
    """The union as it is asked for; `employer` is empty where it is of no single unit."""

    name: str
    type: str
    division: str
    employer: str = ""
    employer_code: str = ""


@dataclass(frozen=True, slots=True)
class Elected:
    """What the members' meeting decided, as the minutes give it. Who stood is known to the register where it has their
    person."""

    held_on: date
    years: int
    entitled: int
    attended: int
    seats: int
    stood: Sequence[first.Stood]


def check_planned(planned: Planned, *, parent_id: int) -> None:
    """Raises the Refusal founding would meet: a name the union above has already, an employer another union covers."""
    if tree.children(parent_id).filter(name=planned.name, dissolved_on=None).exists():
        raise Refusal("union_name_taken", _("There is a union of this name under the same parent already."))
    unions.check_employer_code(planned.employer_code)
    covering = _covering(planned)
    if covering is not None:
        raise Refusal(
            "employer_covered",
            _("%(employer)s is covered by %(union)s already. Its workers can join there.")
            % {"employer": planned.employer, "union": covering.name},
        )


def check_elected(elected: Elected, *, division: str, today: date) -> None:
    """Raises Refusal where the election does not stand: too few came, too few votes, the size of the committee, the
    length of the term. The members of a union to be founded are those entitled."""
    counts.check_attendance(
        entitled=elected.entitled,
        attended=elected.attended,
        division=division,
        day=elected.held_on,
        today=today,
    )
    counts.check_years(elected.years, grassroots=True, division=division, today=today)
    counts.check_size(elected.seats, members=elected.entitled, division=division, day=elected.held_on)
    first.check_stood(
        elected.stood, seats=elected.seats, attended=elected.attended, division=division, today=today
    )
    counts.chosen_of(
        [one.votes for one in elected.stood],
        entitled=elected.entitled,
        seats=elected.seats,
        division=division,
        day=elected.held_on,
    )


@transaction.atomic
def found(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    parent_id: int,
    planned: Planned,
    elected: Elected,
    number: str,
) -> Union:
    """Found it, by a reply of this number: nothing is written where the register refuses a part of it. Two founded at
    once for one employer come after each other, so that the second is refused."""
    today = days.business_day(at)
    tree.hold()
    check_planned(planned, parent_id=parent_id)
    check_elected(elected, division=planned.division, today=today)
    union = unions.found_union(
        actor=actor,
        at=at,
        parent_id=parent_id,
        name=planned.name,
        type=planned.type,
        level=Union.Level.GRASSROOTS,
        division=planned.division,
        founded_on=today,
        approval_number=number,
    )
    if planned.employer:
        unions.cover_employer(
            actor=actor, at=at, union_id=union.pk, name=planned.employer, credit_code=planned.employer_code
        )
    first.begin_first(
        actor=actor,
        at=at,
        once=once,
        union=union,
        held_on=elected.held_on,
        years=elected.years,
        entitled=elected.entitled,
        attended=elected.attended,
        seats=elected.seats,
        stood=elected.stood,
        number=number,
    )
    return union


def _covering(planned: Planned) -> Union | None:
    """The union that covers the employer today: known by its credit code, or by its name in the county."""
    if not planned.employer:
        return None
    code = codes.normal_code(planned.employer_code)
    known = (
        Employer.objects.filter(credit_code=code)
        if code
        else Employer.objects.filter(name=planned.employer.strip(), division__startswith=planned.division[:6])
    )
    covered = Coverage.objects.filter(employer__in=known, valid_to=None, union__dissolved_on=None)
    standing = covered.select_related("union").order_by("valid_from").first()
    return standing.union if standing else None
