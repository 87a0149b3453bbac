"""Pages of a list are read along its indexes, under the row policies, whatever fields the definition names."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from zhijia.kernel import context, rows
from zhijia.registers.distances import Point
from zhijia.registers.queries import around, due, listing, urgent
from zhijia.registers.services import bulk, lists
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build

MANY = 1_500


@pytest.fixture
def world(committed: None, owner_sql: Any) -> World:
    made = build()
    made.act("province")
    kept = rooms.publish(dues=[], facts=[])
    for union in ("luyang", "shushan"):
        with context.acting(made.actors[union]) as actor:
            bulk.add_many(
                actor=actor, at=AT, code=rooms.CODE, union_id=made.unions[union].pk, rows=_rows(), run=uuid4()
            )
    owner_sql(f"ANALYZE registers_row_{kept.id}")
    return made


def _rows() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        yield {
            "name": f"活动室{number}",
            "kind": "reading" if number % 150 == 0 else "sport",
            "seats": number % 500 + 1,
            "opened": "2025-03-01",
            "point": [31.5 + number % 40 / 80, 117.0 + number // 40 / 80],
        }


def _plan(world: World, monkeypatch: pytest.MonkeyPatch, who: str, **asked: Any) -> str:
    """The plans of the statements a page takes."""
    told: list[str] = []
    run = rows.run

    def explained(sql: str, values: Any = (), using: str = "default") -> Any:
        if "FROM registers_row r WHERE" in sql:
            told.extend(line for (line,) in run(f"EXPLAIN (COSTS OFF) {sql}", values, using))
        return run(sql, values, using)

    with monkeypatch.context() as patched, context.acting(world.actors[who]) as actor:
        patched.setattr(listing.kernel_rows, "run", explained)
        assert listing.page(actor, rooms.CODE, at=AT, rows=10, **asked).rows
    return "\n".join(told)


PAGES: list[tuple[dict[str, Any], str]] = [
    ({}, "county_id_id"),
    ({"order": "seats"}, "{list}_number_1"),
    ({"order": "-name"}, "{list}_text_1"),
    ({"filters": {"name": "活动室77"}}, "{list}_text_1"),
    ({"filters": {"kind": "reading"}}, "{list}_text_2"),
    ({"filters": {"seats": (10, 11)}, "order": "seats"}, "{list}_number_1"),
]


def test_a_page_is_read_along_an_index_of_the_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with context.acting(world.actors["province"]):
        kept = lists.ready(rooms.CODE, at=AT)
    for (asked, index), who in product(PAGES, ("province", "luyang")):
        plan = _plan(world, monkeypatch, who, **asked)
        assert f"registers_row_{kept.id}" in plan
        assert index.format(list=f"list_{kept.id}") in plan, plan
        assert "Seq Scan on registers_row" not in plan
        assert "Filter: (text_1" not in plan


HERE = Point(31.75, 117.25)


def test_what_is_near_is_read_along_a_stretch_of_latitudes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    run = rows.run

    def explained(sql: str, values: Any = (), using: str = "default") -> Any:
        if "registers_metres" in sql:
            told.extend(line for (line,) in run(f"EXPLAIN (COSTS OFF) {sql}", values, using))
        return run(sql, values, using)

    for who in ("province", "luyang"):
        with monkeypatch.context() as patched, context.acting(world.actors[who]) as actor:
            kept = [lists.ready(rooms.CODE, at=AT)]
            patched.setattr(around.rows, "run", explained)
            assert around.rows_near(actor, kept, HERE, at=AT, union_id=world.unions[who].pk, circle=True)
    plan = "\n".join(told)
    assert f"list_{kept[0].id}_near" in plan
    assert "Seq Scan on registers_row" not in plan


def test_what_is_near_for_everybody_looks_at_few_rows_of_many(world: World) -> None:
    """The plan inside a function is told by what it read: no whole list, and few of its rows by an index."""

    def read() -> tuple[int, int]:
        sql = "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s"
        ((scanned, fetched),) = rows.run(sql, [f"registers_row_{kept[0].id}"])
        return scanned, fetched

    with context.acting(world.actors["mill"]):
        kept = [lists.ready(rooms.CODE, at=AT)]
        scanned_before, fetched_before = read()
        assert around.open_near(kept, HERE, at=AT, circle=True)
        scanned, fetched = read()
    assert scanned == scanned_before
    assert fetched - fetched_before < MANY / 10


def test_what_falls_due_is_read_along_an_index_as_far_as_it_is_shown(
    committed: None, owner_sql: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build()
    made.act("province")
    kept = rooms.publish(facts=[])
    rooms.publish(code="test.quiet", facts=[])
    for union in ("luyang", "shushan"):
        falling = [
            {**row, "opened": (AT.date() - timedelta(days=365 - number % 80)).isoformat()}
            for number, row in enumerate(_rows())
        ]
        with context.acting(made.actors[union]) as actor:
            bulk.add_many(
                actor=actor, at=AT, code=rooms.CODE, union_id=made.unions[union].pk, rows=falling, run=uuid4()
            )
    owner_sql("UPDATE registers_due SET state = 'missed', day = day - 90 WHERE id % 2 = 0")
    owner_sql("ANALYZE registers_due")
    owner_sql(f"ANALYZE registers_row_{kept.id}")
    told: list[str] = []

    run = rows.run

    def explained(sql: str, values: Any = (), using: str = "default") -> Any:
        if "FROM registers_due d" in sql:
            told.extend(
                line for (line,) in run(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}", values, using)
            )
        return run(sql, values, using)

    for who, index in (("province", "registers_due_by_county"), ("factory", "registers_due_by_union")):
        told.clear()
        with monkeypatch.context() as patched, context.acting(made.actors[who]) as actor:
            patched.setattr(urgent.rows, "run", explained)
            found = due.of(actor, at=AT, most=10)
            if who == "province":
                assert len(found) == 10
                last = (found[-1].due.day, found[-1].due.pk)
                behind = due.of(actor, at=AT, most=10, after=last)
                assert min((one.due.day, one.due.pk) for one in behind) > last
        plan = "\n".join(told)
        assert index in plan, plan
        assert f"Seq Scan on registers_row_{kept.id} " not in plan, plan
        looked = [
            int(many)
            for many in re.findall(r"registers_due_by_\w+ on registers_due d \(actual rows=(\d+)", plan)
        ]
        assert sum(looked) < MANY / 10, plan  # what the page shows, not all that waits
        told.clear()
        with monkeypatch.context() as patched, context.acting(made.actors[who]) as actor:
            patched.setattr(urgent.rows, "run", explained)
            assert [one.code for one in due.lists_of(actor, at=AT)] == ([rooms.CODE] if found else [])
        plan = "\n".join(told)
        looked = [
            float(many) * int(times)
            for many, times in re.findall(r"on registers_due d \(actual rows=([\d.]+) loops=(\d+)\)", plan)
        ]
        assert "registers_due_by_list" in plan, plan
        assert sum(looked) <= 1, plan  # one due says that its list is offered
