"""Which judges are kept from which entries of a round, and which officers from a batch, as the register and the lists
of relatives say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from zhijia.appraisals.models.rounds import Judge, Nomination, Recusal, Round
from zhijia.appraisals.rules import recusing
from zhijia.appraisals.rules.recusing import Judged
from zhijia.appraisals.services import closeness
from zhijia.appraisals.services.rounds import promises
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Person

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
    people = _people(rows)
    names = {name for found in employers.values() for name in found.values()} | _names(rows, people)
    asked = {judge.user_id: judge.person_id for judge in judges}
    close = closeness.judges(asked, days.business_day(at), names)
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
        and (reasons := recusing.reasons(close[judge.user_id], _judged(row, people, employers)))
    ]
    Recusal.objects.bulk_create(made, batch_size=LINES)
    return len(made)


CLOSE: frozenset[recusing.Reason] = frozenset({"self", "relative"})
"""What keeps an officer from putting a batch together and from deciding it. They work for the unions of all of it."""
CLOSE_TO_UNITS = CLOSE | {"relatives_employer"}
"""The same where what is chosen is no person: relatives who work there."""


def refuse_close(held: Held, rows: Sequence[Nomination], day: date) -> None:
    """Raises Refusal where somebody of this batch is the actor, a relative of theirs, or somebody they were kept from
    as a judge (HON-09). It names nobody. A few statements for all of them."""
    user_id = held.actor.user_id or 0
    entries = [row.pk for row in rows]
    kept = Recusal.objects.filter(judge__user_id=user_id, nomination_id__in=entries).exists()
    people, employers = _people(rows), closeness.employers({row.union_id for row in rows})
    names = {name for found in employers.values() for name in found.values()} | _names(rows, people)
    judge = closeness.judges({user_id: held.actor.person_id}, day, names)[user_id]
    counts = CLOSE if held.asked.subject == "person" else CLOSE_TO_UNITS
    close = any(counts & set(recusing.reasons(judge, _judged(row, people, employers))) for row in rows)
    if kept or close:
        name = "batch_is_not_of_who_is_close_to_it"
        raise Refusal(name, promises.BROKEN[name])


def _people(rows: Iterable[Nomination]) -> dict[UUID, str]:
    """The names of the people entries are about: of a result its first author's."""
    people = {row.person_id for row in rows if row.person_id}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


def _names(rows: Iterable[Nomination], people: Mapping[UUID, str]) -> set[str]:
    return {row.title for row in rows} | set(people.values())


def _judged(row: Nomination, people: Mapping[UUID, str], employers: dict[int, dict[int, str]]) -> Judged:
    at_unit = employers.get(row.union_id, {})
    return Judged(
        unions=frozenset({row.union_id}),
        employers=frozenset(at_unit),
        people=frozenset({row.person_id} if row.person_id else ()),
        names=frozenset({row.title, people.get(row.person_id, row.title) if row.person_id else row.title}),
        employer_names=frozenset(at_unit.values()),
        entered_by=frozenset({row.user_id}),
    )
