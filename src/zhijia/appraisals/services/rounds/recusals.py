"""Which judges are kept from which entries of a round, as the register and the lists of relatives say."""

from collections.abc import Sequence
from datetime import datetime

from zhijia.appraisals.models.rounds import Judge, Nomination, Recusal, Round
from zhijia.appraisals.rules import recusing
from zhijia.appraisals.rules.recusing import Judged
from zhijia.appraisals.services import closeness
from zhijia.kernel import days

SAID = "said_so"
"""A judge stepped back by themselves."""
LINES = 5_000


def find(found: Round, judges: Sequence[Judge], at: datetime) -> int:
    """Keep these judges from every entry of the round that is their own or close to them; how many were added. A few
    statements for all of them."""
    rows = list(Nomination.objects.filter(round_id=found.pk, state=Nomination.State.IN))
    if not judges or not rows:
        return 0
    employers = closeness.employers({row.union_id for row in rows})
    names = {name for found in employers.values() for name in found.values()} | {row.title for row in rows}
    people = {judge.user_id: judge.person_id for judge in judges}
    close = closeness.judges(people, days.business_day(at), names)
    there = set(Recusal.objects.filter(judge__in=judges).values_list("judge_id", "nomination_id"))
    made = [
        Recusal(
            judge=judge,
            nomination=row,
            why=reasons[0],
            at=at,
            union_id=judge.union_id,
            county_id=judge.county_id,
        )
        for judge in judges
        for row in rows
        if (judge.pk, row.pk) not in there
        and (reasons := recusing.reasons(close[judge.user_id], _judged(row, employers)))
    ]
    Recusal.objects.bulk_create(made, batch_size=LINES)
    return len(made)


def _judged(row: Nomination, employers: dict[int, dict[int, str]]) -> Judged:
    at_unit = employers.get(row.union_id, {})
    return Judged(
        unions=frozenset({row.union_id}),
        employers=frozenset(at_unit),
        people=frozenset({row.person_id} if row.person_id else ()),
        names=frozenset({row.title}),
        employer_names=frozenset(at_unit.values()),
        entered_by=frozenset({row.user_id}),
    )
