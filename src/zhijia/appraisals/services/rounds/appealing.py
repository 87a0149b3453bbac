"""Until when the decision of a round can be appealed against (HON-09)."""

from datetime import date
from enum import StrEnum

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import holding
from zhijia.appraisals.services.rounds.holding import HOLD, Held
from zhijia.catalogue import working_days
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import days
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.registry import access


class Stands(StrEnum):
    """What an entry comes to."""

    ELSEWHERE = "elsewhere"  # not in the round yet, or any more
    STOPPED = "stopped"
    WAITING = "waiting"
    CHOSEN = "chosen"
    OPEN = "open"  # not chosen, and an appeal can be made
    APPEALED = "appealed"  # not chosen, and an appeal was made, answered or not
    OVER = "over"  # not chosen, and the days of appeal are over
    FINAL = "final"  # not chosen, where nobody appeals


def until(held: Held, day: date) -> date:
    """The last day on which a decision of this day can be appealed against."""
    return working_days.add(day, held.value(held.asked.appeal, day), held.union.division)


def last_day(found: Round) -> date:
    """The last day on which this decision can be appealed against."""
    assert found.decided_at is not None
    return until(holding.read(found), days.business_day(found.decided_at))


def stands(row: Nomination, asked: Definition, day: date) -> Stands:
    """What an entry comes to on this day, as far as it is decided."""
    found = row.round
    if found.state == Round.State.STOPPED and row.state in Nomination.LIVE:
        return Stands.STOPPED
    if row.state != Nomination.State.IN:
        return Stands.ELSEWHERE
    if found.state != Round.State.DECIDED:
        return Stands.WAITING
    if is_chosen(row):
        return Stands.CHOSEN
    if not asked.appeal:
        return Stands.FINAL
    if is_made(row, found):
        return Stands.APPEALED
    return Stands.OPEN if day <= last_day(found) else Stands.OVER


def is_for(actor: Actor, row: Nomination) -> bool:
    """Whether the actor appeals for this entry, which is no person: officers of the union that nominated it, but nobody
    who holds the round, whose own decision it is."""
    mine = row.person_id is None and access.may(actor, HOLD, row.union_id)
    return mine and not access.may(actor, HOLD, row.round.union_id)


def is_made(row: Nomination, found: Round) -> bool:
    """Whether this decision was appealed against for the entry, answered or not."""
    return row.objections.filter(appeal=True, at__gte=found.decided_at).exists()


def is_chosen(row: Nomination) -> bool:
    """Whether the decision chose this entry. One statement."""
    ((chosen,),) = statements.run("SELECT appraisals_is_chosen(%s)", [row.pk])
    return bool(chosen)
