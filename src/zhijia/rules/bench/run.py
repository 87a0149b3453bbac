"""Bench `rules`: five rules found among so many people, each beside the best SQL written by hand for the same question,
in turn; and one rule decided on loaded rows, beside the Rust engine of CEL on the same rows."""

import resource
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from zhijia.kernel import benches
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import whole
from zhijia.rules import evaluator, finding, ir, loading
from zhijia.rules.bench import people
from zhijia.rules.bench.questions import QUESTIONS, Question
from zhijia.rules.checker import check
from zhijia.rules.finding import Place, Scope

PEOPLE, DECIDED = 1_000_000, 20_000
BY_HAND = "the best SQL written by hand for the same question, same tables, same run"
ENGINE = "the Rust engine of common-expression-language, compiled once, the same rule on the same rows"
DECIDING = (
    'person.migrant && person.children.exists(c, c.at_school && c.born_on > date("2008-11-21"))'
    ' && person.payments.filter(p, p.kind == "warmth").all(p, p.fen < 400000)'
)


def run(options: Options) -> Result:
    """The slowest of the five beside its hand-written one; each is a part, as is deciding."""
    began = time.monotonic()
    rows = options.rows or PEOPLE
    options.say(f"Making {rows:,} people, {rows * 3 // 2:,} children, {rows * 2:,} payments …")
    people.make(rows)
    place = Place(people.schema(), using="bulk")
    parts = [_found(question, place, rows, options.say) for question in QUESTIONS]
    decided = _decided(place, min(rows, DECIDED))
    worst = min(parts, key=lambda part: part.ratio)
    return Result(
        bench="rules",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=worst.rate,
        limit=worst.limit,
        against=BY_HAND,
        peak_mb=_peak(),
        violations=sum(part.violations for part in (*parts, decided)),
        detail={
            "worst": worst.bench,
            "slowest_seconds": max(part.detail["rule_seconds"] for part in parts),
            "evaluator_to_engine": decided.ratio,
        },
        parts=(*parts, decided),
    )


def _found(question: Question, place: Place, rows: int, say: Callable[[str], None]) -> Result:
    """People asked about a second, by the rule and by hand, in turn."""
    rule = _checked(question.rule, place)
    counted: set[int] = set()

    def by_rule() -> float:
        return benches.seconds_of(
            lambda: counted.add(
                finding.count(rule, scope=Scope(union=people.ROOT), on=people.TODAY, place=place)
            )
        )

    def by_hand() -> float:
        return benches.seconds_of(lambda: counted.add(_count(question.by_hand)))

    by_rule(), by_hand()
    began = time.monotonic()
    ours, theirs = (benches.median(took) for took in benches.alternately(by_rule, by_hand, rounds=5))
    say(f"{question.name}: {ours:.3f} s by the rule, {theirs:.3f} s by hand, {counted}")
    return Result(
        bench=f"rules-{question.name}",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=rows / ours,
        limit=rows / theirs,
        against=BY_HAND,
        peak_mb=_peak(),
        violations=len(counted) - 1,
        detail={
            "rule": question.rule,
            "rule_seconds": round(ours, 4),
            "hand_seconds": round(theirs, 4),
            "found": sorted(counted)[0],
        },
    )


def _checked(text: str, place: Place) -> ir.Rule:
    return check(
        text, schema=place.schema, subject="person", purpose=people.PURPOSE, parameters=lambda key: None
    )


def _count(sql: str) -> int:
    with whole() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _decided(place: Place, many: int) -> Result:
    """Rows decided a second by the evaluator and by the engine, in turn. Each is given the rows in its own form."""
    rule = _checked(DECIDING, place)
    loaded: list[Mapping[str, Any]] = []
    began = time.monotonic()
    for first in range(0, many, 5_000):
        keys = range(first + 1, min(first + 5_000, many) + 1)
        loaded += [held.row for held in loading.load([rule], keys, on=people.TODAY, place=place).values()]
    took = time.monotonic() - began
    engine = import_module("cel").compile(
        DECIDING.replace('date("2008-11-21")', 'timestamp("2008-11-21T00:00:00Z")')
    )
    given = [{"person": _given(row)} for row in loaded]
    said: dict[str, list[Any]] = {}

    def by_us() -> float:
        return benches.seconds_of(lambda: said.update(us=_decide(rule, loaded)))

    def by_engine() -> float:
        return benches.seconds_of(lambda: said.update(engine=[engine.execute(row) for row in given]))

    ours, theirs = (benches.median(times) for times in benches.alternately(by_us, by_engine))
    return Result(
        bench="rules-decide",
        rows=len(loaded),
        seconds=time.monotonic() - began,
        rate=len(loaded) / ours,
        limit=len(loaded) / theirs,
        against=ENGINE,
        peak_mb=_peak(),
        violations=sum(one is not other for one, other in zip(said["us"], said["engine"], strict=True)),
        detail={"rule": DECIDING, "rows_loaded_a_second": round(len(loaded) / took)},
    )


def _decide(rule: ir.Rule, rows: list[Mapping[str, Any]]) -> list[Any]:
    of = evaluator.compiled(rule).of
    return [of(row, on=people.TODAY, params={}) for row in rows]


def _given(value: Any) -> Any:
    """The row as the engine takes it: what is unknown is not there, a date is the beginning of its day."""
    if isinstance(value, dict):
        return {name: _given(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_given(part) for part in value]
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else value


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
