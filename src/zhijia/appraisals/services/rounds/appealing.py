"""Until when the decision of a round can be appealed against (HON-09)."""

from datetime import date

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import holding
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue import working_days
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import days
from zhijia.kernel import rows as statements


def until(held: Held, day: date) -> date:
    """The last day on which a decision of this day can be appealed against."""
    return working_days.add(day, held.value(held.asked.appeal, day), held.union.division)


def last_day(found: Round) -> date:
    """The last day on which this decision can be appealed against."""
    assert found.decided_at is not None
    return until(holding.read(found), days.business_day(found.decided_at))


def is_open(row: Nomination, asked: Definition, day: date) -> bool:
    """Whether somebody can appeal for this entry on this day: it was in, and was not chosen."""
    found = row.round
    return (
        bool(asked.appeal)
        and found.state == Round.State.DECIDED
        and row.state == Nomination.State.IN
        and day <= last_day(found)
        and not is_made(row, found)
        and not is_chosen(row)
    )


def is_made(row: Nomination, found: Round) -> bool:
    """Whether this decision was appealed against for the entry, answered or not."""
    return row.objections.filter(appeal=True, at__gte=found.decided_at).exists()


def is_chosen(row: Nomination) -> bool:
    """Whether the decision chose this entry. One statement."""
    ((chosen,),) = statements.run("SELECT appraisals_is_chosen(%s)", [row.pk])
    return bool(chosen)
