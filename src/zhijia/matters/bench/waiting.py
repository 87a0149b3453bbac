"""The inbox with very many cases open: pages of officers at every level under row policies, beside the bare indexed
query for the same rows."""

import random
import resource
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from zhijia.kernel import benches
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Result
from zhijia.kernel.context import acting, whole
from zhijia.matters.bench.ground import CODE, Ground
from zhijia.matters.queries import inbox
from zhijia.registry.models import Union

ASKED = 100
"""Pages asked for in each round."""
_CASES = """
INSERT INTO matters_case (id, number, version_id, code, union_id, county_id, state, sealed, shown_name, flags,
  made_at, changed_at, opened_at)
SELECT gen_random_uuid(), 'B' || n, %(version)s, %(code)s, u.id, %(county)s, 'open', false, '测试', '[]',
  %(at)s, %(at)s, %(at)s
FROM generate_series(1, %(many)s) n
JOIN unnest(%(unions)s::int[]) WITH ORDINALITY AS u (id, place) ON u.place = n %% %(count)s + 1"""
_STEPS = """
INSERT INTO matters_step (case_id, number, code, matter, state, seat_id, seat_county_id, opened_at, due_at, due_unknown,
  paused_seconds)
SELECT c.id, 1, 'own', c.code, 'active', w.seat, w.county, c.opened_at, c.opened_at + random() * interval '30 days',
  false, 0
FROM (SELECT *, random() AS chance FROM matters_case WHERE state = 'open') c
CROSS JOIN LATERAL (SELECT CASE WHEN chance < 0.01 THEN %(province)s WHEN chance < 0.03 THEN %(city)s
  WHEN chance < 0.1 THEN %(county)s ELSE c.union_id END AS seat,
  CASE WHEN chance < 0.01 THEN %(province)s WHEN chance < 0.03 THEN %(city)s ELSE %(county)s END AS county) w"""
_BARE = """
SELECT s.*, c.* FROM matters_step s JOIN matters_case c ON c.id = s.case_id
WHERE s.state = 'active' AND s.seat_id = %s AND (s.taker_id IS NULL OR s.taker_id = %s)
ORDER BY s.due_at, s.id LIMIT %s"""
_BARE_NEXT = _BARE.replace("ORDER BY", "AND (s.due_at, s.id) > (%s, %s) ORDER BY")


def run(made: Ground, many: int, at: datetime, say: Callable[[str], None]) -> Result:
    """Pages a second and their p95 in milliseconds, first and later ones, with so many cases open."""
    began = time.monotonic()
    say(f"{many:,} open cases …")
    fill(made, many, at)
    desks = list(zip(made.officers, made.line, strict=True))
    chance = random.Random(7)  # noqa: S311 - which page is asked for
    wrong: list[str] = []
    ours: list[float] = []
    bare: list[float] = []

    def engine() -> float:
        took = [_asked(*chance.choice(desks), wrong) for _page in range(ASKED)]
        ours.extend(took)
        return sum(took)

    def limit() -> float:
        took = [_barely(*chance.choice(desks)) for _page in range(ASKED)]
        bare.extend(took)
        return sum(took)

    engine(), limit()
    ours.clear()
    bare.clear()
    benches.alternately(engine, limit)
    return Result(
        bench="matters-inbox",
        rows=many,
        seconds=time.monotonic() - began,
        rate=2 * len(ours) / sum(ours),
        limit=2 * len(bare) / sum(bare),
        against="the bare indexed query for the same pages, as a role without policies, same run",
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong),
        p95_ms=_p95(ours),
        detail={"bare_p95_ms": round(_p95(bare), 2), "wrong": wrong[:5]},
    )


def _asked(officer: Actor, seat: Union, wrong: list[str]) -> float:
    """Seconds for the first page and the one after it."""
    began = time.perf_counter()
    with acting(officer):
        first = inbox.page(officer)
        last = first[inbox.ROWS - 1] if len(first) > inbox.ROWS else first[-1]
        then = inbox.page(officer, after=inbox.After(last.due_at, last.pk))
    took = time.perf_counter() - began
    if any(step.seat_id != seat.pk for step in (*first, *then)) or first[0].due_at is None:
        wrong.append(f"The inbox of {seat.pk} holds another union's step.")
    return took


def _barely(officer: Actor, seat: Union) -> float:
    began = time.perf_counter()
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute(_BARE, [seat.pk, officer.user_id, inbox.ROWS + 1])
        names = [column.name for column in cursor.description or ()]
        last = cursor.fetchall()[: inbox.ROWS][-1]
        after = [last[names.index("due_at")], last[0]]
        cursor.execute(_BARE_NEXT, [seat.pk, officer.user_id, *after, inbox.ROWS + 1])
        cursor.fetchall()
    return time.perf_counter() - began


def fill(made: Ground, many: int, at: datetime) -> None:
    """So many open cases, most at the lowest level; each level above has some."""
    _own, county, city, province = made.line
    unions = [union.pk for union in made.unions]
    with whole() as cursor:
        values: dict[str, Any] = {
            "version": made.version.pk,
            "code": CODE,
            "many": many,
            "at": at,
            "count": len(unions),
        }
        cursor.execute(_CASES, values | {"unions": unions, "county": county.pk})
        cursor.execute(_STEPS, {"province": province.pk, "city": city.pk, "county": county.pk})
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE matters_case, matters_step")


def _p95(took: Sequence[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)] * 1000 / 2
