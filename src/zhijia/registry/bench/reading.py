"""Bench `registry-read`: figures, look-ups and the members table on a full register, with row policies on.

Every question is asked in a transaction of its own, as a page asks it; its time is that of its statements.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, connections

from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting, whole
from zhijia.kernel.ids import new_id
from zhijia.registry.bench import plans
from zhijia.registry.models import Person, Union
from zhijia.registry.queries import counts, finding, members
from zhijia.vault import services as vault

AGAINST = "the bare primary-key look-up of a person without policies, same server, same run"
SAMPLE, ASKED, SEED = 40, 40, 7
DEEP = 1_000_000
ROWS = 50
NOW_MS, PAST_MS, LOOKUP_MS = 5, 200, 5
OUTSIDE, NOBODY = "look-up by number, of another county", "look-up by number, nobody's"
NUMBER, PHONE = "registry_person.id_number", "registry_person.phone"
LEVELS = {
    "province": Union.Level.PROVINCE,
    "city": Union.Level.CITY,
    "county": Union.Level.COUNTY,
    "township": Union.Level.TOWNSHIP,
    "union": Union.Level.GRASSROOTS,
}
_BARE = "SELECT id, name, union_id, county_id FROM registry_person WHERE id = %s"
_PEOPLE = "SELECT id FROM registry_person WHERE county_id = %s AND name <> '' ORDER BY md5(id::text) LIMIT %s"
_ELSEWHERE = "SELECT county_id FROM registry_person WHERE county_id <> %s LIMIT 1"
_AT_DEPTH = "SELECT id FROM registry_person {} ORDER BY name, id OFFSET %s LIMIT %s"
_HELD = """
SELECT count(*) FROM registry_membership
WHERE county_id = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
"""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who asks: an officer of the province, and one of a county."""

    province: Actor
    county: Actor
    county_union: Union


@dataclass(slots=True)
class Question:
    """Something asked of the register again and again, with other arguments. `promised` is the p95 in milliseconds."""

    name: str
    actor: Actor
    ask: Callable[[Any], object]
    arguments: Sequence[Any]
    promised: float | None = None
    sql: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    statements: int = 0
    asked: int = 0

    def warm(self) -> None:
        """Ask with each argument once; what that took counts apart."""
        for _argument in self.arguments:
            self.once()
        self.cold, self.sql, self.wall, self.asked = self.sql, [], [], 0

    def once(self) -> None:
        """Ask once more, in a transaction of its own."""
        argument = self.arguments[self.asked % len(self.arguments)]
        self.asked += 1
        clock = plans.Clock()
        with acting(self.actor), connection.execute_wrapper(clock):
            began = time.perf_counter()
            self.ask(argument)
            self.wall.append(time.perf_counter() - began)
        self.sql.append(clock.seconds)
        self.statements = clock.statements


def measure(readers: Readers, options: Options, *, began: float) -> Result:
    """p95 of every question beside the bare look-up, asked in turn in an order that changes; what an answer or a plan
    has wrong. Before it counts, every question is asked once with each of its arguments: what those first answers took
    stands apart, as `cold`."""
    options.say("Choosing whom to ask for …")
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL")
        (rows,) = cursor.fetchone()
    questions = [*_figures(readers), *_lookups(readers), *_tables(readers, rows)]
    wrong = _wrong_figures(readers)
    people = _people(readers.county_union.pk)
    options.say("Asking everything once before it counts …")
    for question in questions:
        question.warm()
    _bare(people)
    bare: list[float] = []
    trips: list[float] = []
    order = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    for turn in range(benches.ROUNDS):
        options.say(f"Asking, round {turn + 1} …")
        for _time in range(ASKED):
            for question in order.sample(questions, len(questions)):
                question.once()
        bare += _bare(people)
        trips += _trips()
    parts = []
    for question in questions:
        seen = plans.of(question.actor, question.ask, question.arguments[0])
        wrong += seen.walked_whole
        parts.append(_part(question, seen, rows, bare))
    slowest = max(part.p95_ms or 0.0 for part in parts)
    looks = [part for part in parts if part.bench.startswith("look-up")]
    return Result(
        bench="registry-read",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=benches.median([part.rate for part in looks]),
        limit=1 / benches.median(bare),
        against=AGAINST,
        p95_ms=slowest,
        peak_mb=plans.peak_mb(),
        violations=len(wrong),
        detail={
            "wrong": wrong[:20], "round_trip_ms": _milliseconds(benches.median(trips)),
            "bare_ms": _milliseconds(benches.median(bare)), "rate": "of the look-ups", "p95_ms": "of the slowest part",
            "missed": [part.bench for part in parts if not part.detail["kept"]], "asked_each": ASKED * benches.ROUNDS,
            "warm_up": "each question once with each of its arguments (`asked_before`); what that took: cold_…",
            "deep_to_first": _ratio(parts, "members table at depth 1", "members table deep"),
            "outside_to_nobody": _ratio(parts, NOBODY, OUTSIDE),
            "outside_like_nobody_p": _alike(questions, NOBODY, OUTSIDE),
        },
        parts=tuple(parts),
    )  # fmt: skip


def _figures(readers: Readers) -> list[Question]:
    today = days.business_day(days.now())
    past = [today - timedelta(days=31 * number + 17) for number in range(1, SAMPLE)]
    questions = []
    for name, level in LEVELS.items():
        unions = _unions(level)
        if unions:
            questions.append(
                Question(f"members of a {name} now", readers.province, counts.members, unions, NOW_MS)
            )
    counties = _unions(Union.Level.COUNTY)
    pairs = [(counties[number % len(counties)], day) for number, day in enumerate(past)]
    top = _unions(Union.Level.PROVINCE)[0]
    return [
        *questions,
        Question("members of a county on a past day", readers.province, _members_on, pairs, PAST_MS),
        Question(
            "members of the province on a past day",
            readers.province,
            _members_on,
            [(top, day) for day in past],
        ),
    ]


def _members_on(asked: tuple[int, date]) -> int:
    return counts.members(asked[0], day=asked[1])


def _lookups(readers: Readers) -> list[Question]:
    """Who is looked for is chosen beforehand; a county's officer also asks for people of other counties."""
    ours, others = _people(readers.county_union.pk), _people(_elsewhere(readers.county_union.pk))
    with acting(readers.province):
        known = {kind: [vault.read_inside(kind, person) for person in ours] for kind in (NUMBER, PHONE)}
        strange = [vault.read_inside(NUMBER, person) for person in others]
        named = list(Person.objects.filter(pk__in=ours).values_list("name", "name_initials"))
    nobody = [f"{number[:-4]}000{number[-1]}" for number in strange]

    def by(actor: Actor, kind: str) -> Callable[[Any], object]:
        return lambda value: finding.among(actor, vault.find_all(kind, value) or [new_id()])

    def beginning(actor: Actor, column: finding.Column) -> Callable[[Any], object]:
        return lambda prefix: finding.beginning(actor=actor, column=column, prefix=prefix, rows=ROWS)

    county, province = readers.county, readers.province
    made = [
        Question("look-up by number", county, by(county, NUMBER), known[NUMBER], LOOKUP_MS),
        Question("look-up by phone", county, by(county, PHONE), known[PHONE], LOOKUP_MS),
        Question(
            "look-up by number, from the province", province, by(province, NUMBER), known[NUMBER], LOOKUP_MS
        ),
        Question(OUTSIDE, county, by(county, NUMBER), strange, LOOKUP_MS),
        Question(NOBODY, county, by(county, NUMBER), nobody, LOOKUP_MS),
    ]
    for actor, name in ((county, "county"), (province, "province")):
        made += [
            Question(
                f"look-up by name, {name}",
                actor,
                beginning(actor, "name"),
                [full[:2] for full, _ in named],
                LOOKUP_MS,
            ),
            Question(
                f"look-up by initials, {name}",
                actor,
                beginning(actor, "name_initials"),
                [letters[:3] for _, letters in named],
                LOOKUP_MS,
            ),
        ]
    return made


def _tables(readers: Readers, rows: int) -> list[Question]:
    top = Union.objects.get(pk=_unions(Union.Level.PROVINCE)[0])
    deep = min(DEEP, rows // 2)

    def page(actor: Actor, union: Union) -> Callable[[Any], object]:
        return lambda after: members.page(actor=actor, union=union, filters=members.Filters(), after=after)

    province, county = page(readers.province, top), page(readers.county, readers.county_union)
    within = f"WHERE county_id = {int(readers.county_union.pk)}"
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_person WHERE county_id = %s", [readers.county_union.pk])
        half = int(cursor.fetchone()[0]) // 2
    return [
        Question("members table at depth 1", readers.province, province, _cursors(0)),
        Question("members table deep", readers.province, province, _cursors(deep)),
        Question("members table of a county at depth 1", readers.county, county, _cursors(0, within)),
        Question("members table of a county deep", readers.county, county, _cursors(half, within)),
    ]


def _cursors(depth: int, within: str = "") -> list[UUID]:
    """The people behind whom pages about this deep begin."""
    with whole() as cursor:
        cursor.execute(_AT_DEPTH.format(within), [max(0, depth - 1), SAMPLE * ROWS])
        found = [person for (person,) in cursor.fetchall()]
    return found[:: max(1, len(found) // SAMPLE)]


def _wrong_figures(readers: Readers) -> list[str]:
    """Where a figure is not what a count of the memberships themselves says."""
    today = days.business_day(days.now())
    county = readers.county_union.pk
    wrong = []
    for back in (0, 40, 400, 1200):
        day = today - timedelta(days=back)
        with whole() as cursor:
            cursor.execute(_HELD, [county, day, day])
            (held,) = cursor.fetchone()
        with acting(readers.province):
            told = counts.members(county, day=day) if back else counts.members(county)
        if told != held:
            wrong.append(f"{back} days ago: {told} members told, {held} held")
    return wrong


def _unions(level: int) -> list[int]:
    found = list(
        Union.objects.filter(level=level, dissolved_on__isnull=True)
        .order_by("id")
        .values_list("pk", flat=True)
    )
    return random.Random(SEED).sample(found, min(SAMPLE, len(found)))  # noqa: S311 - a sample, not a secret


def _people(county: int) -> list[UUID]:
    """Some people of a county, the same ones each time."""
    with whole() as cursor:
        cursor.execute(_PEOPLE, [county, SAMPLE])
        return [person for (person,) in cursor.fetchall()]


def _elsewhere(county: int) -> int:
    """Another county where there are people."""
    with whole() as cursor:
        cursor.execute(_ELSEWHERE, [county])
        return int(cursor.fetchone()[0])


def _bare(people: Sequence[UUID]) -> list[float]:
    with ExitStack() as stack:
        cursor = stack.enter_context(whole())
        return [
            benches.seconds_of(lambda person=person: (cursor.execute(_BARE, [person]), cursor.fetchall()))  # type: ignore[misc]
            for person in people
        ]


def _trips() -> list[float]:
    with connections["bulk"].cursor() as cursor:
        return [
            benches.seconds_of(lambda: (cursor.execute("SELECT 1"), cursor.fetchall())) for _ in range(SAMPLE)
        ]


def _part(question: Question, seen: plans.Seen, rows: int, bare: Sequence[float]) -> Result:
    p95 = _milliseconds(sorted(question.sql)[int(len(question.sql) * 0.95)])
    return Result(
        bench=question.name,
        rows=rows,
        seconds=sum(question.wall),
        rate=1 / benches.median(question.sql),
        limit=1 / benches.median(list(bare)),
        against=AGAINST,
        p95_ms=p95,
        peak_mb=0,
        violations=len(seen.walked_whole),
        detail={
            "median_ms": _milliseconds(benches.median(question.sql)),
            "with_python_ms": _milliseconds(benches.median(question.wall)),
            "promised_ms": question.promised,
            "kept": question.promised is None or p95 <= question.promised,
            "cold_median_ms": _milliseconds(benches.median(question.cold)),
            "cold_worst_ms": _milliseconds(max(question.cold)),
            "asked_before": len(question.cold),
            "statements": question.statements,
            "indexes": seen.indexes,
        },
    )


def _ratio(parts: Sequence[Result], first: str, second: str) -> float:
    medians = {part.bench: part.detail["median_ms"] for part in parts}
    return round(medians[second] / medians[first], 3) if medians.get(first) else 0.0


def _alike(questions: Sequence[Question], first: str, second: str) -> float:
    """How likely two questions would differ so in time by chance alone (Mann-Whitney, normal approximation)."""
    one, other = (next(q.wall for q in questions if q.name == name) for name in (first, second))
    ranked = np.argsort(np.argsort(np.array([*one, *other]))) + 1
    many, more = len(one), len(other)
    spread = math.sqrt(many * more * (many + more + 1) / 12)
    away = (ranked[:many].sum() - many * (many + 1) / 2 - many * more / 2) / spread
    return round(math.erfc(abs(away) / math.sqrt(2)), 4)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
