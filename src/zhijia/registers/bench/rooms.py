"""Bench `registers`: a list declared by data beside a table made by hand for the same rows: imports, pages of the
list, pages filtered by a field the definition names, and what lies nearest to a point."""

import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connections

from zhijia.catalogue import parameters
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.registers import verify
from zhijia.registers.bench import by_hand, ground
from zhijia.registers.bench.ground import CODE, KINDS, Ground
from zhijia.registers.distances import Point
from zhijia.registers.queries import around, listing, scoping
from zhijia.registers.services import bulk
from zhijia.registry import access

ROWS, ASKED, SHOWN = 1_000_000, 100, 50
AGAINST = "a table made by hand with the same columns, indexes and policies, same run"


def run(options: Options) -> Result:
    """Rows a second, in thirds, three times in turn with a bare COPY into the table made by hand; then pages of
    both."""
    began, at = time.monotonic(), days.now()
    each = max((options.rows or ROWS) // benches.ROUNDS // ground.COUNTIES, SHOWN * 3)
    options.say("Making unions, officers, the list and the table …")
    made = ground.make(at)
    by_hand.make()
    turns = {"ours": 0, "theirs": 0}

    def ours() -> float:
        begin = turns["ours"] * each * ground.COUNTIES
        turns["ours"] += 1
        options.say(f"{each * ground.COUNTIES:,} rows into the list …")
        return benches.seconds_of(lambda: _import(made, begin, each, at))

    def theirs() -> float:
        begin = turns["theirs"] * each * ground.COUNTIES
        turns["theirs"] += 1
        took = 0.0
        for place, union in enumerate(made.counties):
            lines = by_hand.lines(begin + place * each, each, place, union, at)
            took += benches.seconds_of(lambda lines=lines: by_hand.copy(lines))  # type: ignore[misc]
        return took

    engine, bare = benches.alternately(ours, theirs)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE registers_row")
        cursor.execute("VACUUM ANALYZE bench_rooms")
    options.say("Checking …")
    wrong = [*verify.rows_are_the_facts().differences, *verify.pasts_are_whole().differences]
    rows = each * ground.COUNTIES
    parts = (
        _pages("registers-page", made, at, wrong, _newest, _newest_by_hand),
        _pages("registers-filter", made, at, wrong, _filtered, _filtered_by_hand),
        _pages("registers-near", made, at, wrong, *_nearby(made)),
    )
    return Result(
        bench="registers",
        rows=rows * benches.ROUNDS,
        seconds=time.monotonic() - began,
        rate=rows / benches.median(engine),
        limit=rows / benches.median(bare),
        against=f"a bare COPY of ready lines into {AGAINST}",
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong),
        detail={
            "seconds": [round(took, 2) for took in engine],
            "limit_seconds": [round(took, 2) for took in bare],
            "wrong": wrong[:5],
        },
        parts=parts,
    )


def _import(made: Ground, begin: int, each: int, at: datetime) -> None:
    for place, (union, keeper) in enumerate(zip(made.counties, made.keepers, strict=True)):
        with acting(keeper):
            bulk.add_many(
                actor=keeper,
                at=at,
                code=CODE,
                union_id=union.pk,
                rows=ground.rows(begin + place * each, each, place),
                run=uuid4(),
            )


Page = Callable[[Actor, str, datetime], Sequence[Any]]


def _pages(name: str, made: Ground, at: datetime, wrong: list[str], ours: Page, theirs: Page) -> Result:
    """A page and the one after it, by officers above and below; how many a second and their p95 in milliseconds."""
    began = time.monotonic()
    chance = random.Random(7)  # noqa: S311 - which page is asked for
    lookers = [made.above, *made.keepers[:4]]
    took: dict[str, list[float]] = {"ours": [], "theirs": []}

    def asked(whose: str, page: Page) -> float:
        for _time in range(ASKED):
            actor, kind = chance.choice(lookers), chance.choice(KINDS)
            start = time.perf_counter()
            with acting(actor):
                found = page(actor, kind, at)
            took[whose].append(time.perf_counter() - start)
            if len(found) != 2 * SHOWN:
                wrong.append(f"{name}: {len(found)} rows.")
        return sum(took[whose][-ASKED:])

    asked("ours", ours), asked("theirs", theirs)
    for each in took.values():
        each.clear()
    benches.alternately(lambda: asked("ours", ours), lambda: asked("theirs", theirs))
    p95 = {whose: sorted(long)[int(len(long) * 0.95)] * 1000 / 2 for whose, long in took.items()}
    return Result(
        bench=name,
        rows=2 * SHOWN,
        seconds=time.monotonic() - began,
        rate=2 * len(took["ours"]) / sum(took["ours"]),
        limit=2 * len(took["theirs"]) / sum(took["theirs"]),
        against=f"the same query on {AGAINST}",
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        p95_ms=p95["ours"],
        detail={"limit_p95_ms": round(p95["theirs"], 2), "p95_ratio": round(p95["ours"] / p95["theirs"], 2)},
    )


def _newest(actor: Actor, _kind: str, at: datetime) -> Sequence[Any]:
    first = listing.page(actor, CODE, at=at, rows=SHOWN)
    return [*first.rows, *listing.page(actor, CODE, at=at, rows=SHOWN, after=first.after).rows]


def _newest_by_hand(actor: Actor, _kind: str, _at: datetime) -> Sequence[Any]:
    first = by_hand.page(actor)[:SHOWN]
    return [*first, *by_hand.page(actor, behind=[first[-1][0]])[:SHOWN]]


def _filtered(actor: Actor, kind: str, at: datetime) -> Sequence[Any]:
    asked: dict[str, Any] = {"filters": {"kind": kind}, "order": "seats", "rows": SHOWN}
    first = listing.page(actor, CODE, at=at, **asked)
    return [*first.rows, *listing.page(actor, CODE, at=at, after=first.after, **asked).rows]


def _filtered_by_hand(actor: Actor, kind: str, _at: datetime) -> Sequence[Any]:
    order = "r.seats, r.id"
    first = by_hand.page(actor, kind=kind, order=order)[:SHOWN]
    behind = [first[-1][5], first[-1][0]]
    return [*first, *by_hand.page(actor, kind=kind, order=order, behind=behind)[:SHOWN]]


def _nearby(made: Ground) -> tuple[Page, Page]:
    """Two searches round a point each: one where rows lie close, one at the edge of a county and beyond."""
    metres: int = parameters.value("registers.circle_metres", day=days.business_day(days.now()))
    places = {keeper.user_id: place for place, keeper in enumerate(made.keepers)}
    unions = {keeper.user_id: union.pk for keeper, union in zip(made.keepers, made.counties, strict=True)}
    with acting(made.above):
        over = access.unions_granted(made.above, scoping.MAY)[0].pk

    def points(kind: str, actor: Actor) -> Iterator[tuple[Point, int]]:
        place = places.get(actor.user_id, 7)
        latitude, longitude = ground.point(place, KINDS.index(kind) * 101)
        union_id = unions.get(actor.user_id, over)
        yield Point(latitude, longitude), union_id
        yield Point(latitude - ground.PLACES[2], longitude), union_id

    def ours(actor: Actor, kind: str, at: datetime) -> Sequence[Any]:
        near = partial(around.rows_near, actor, [made.kept], at=at)
        return [row for point, union_id in points(kind, actor) for row in near(point, union_id=union_id)]

    def theirs(actor: Actor, kind: str, _at: datetime) -> Sequence[Any]:
        near = partial(by_hand.near, actor, metres=metres)
        return [row for point, union_id in points(kind, actor) for row in near(point, union_id=union_id)]

    return ours, theirs
