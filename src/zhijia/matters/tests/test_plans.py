"""What waits, what is late and what a token opens are found by an index, however many cases there are."""

from typing import Any

import pytest
from django.db import connection

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.matters.bench import ground, waiting
from zhijia.matters.queries import inbox
from zhijia.matters.services import late
from zhijia.matters.tests.world import asked
from zhijia.registry.tests.world import AT, World

WHOLE = "Seq Scan on matters_"


def _plan(sql: str, values: Any) -> str:
    """The plan the planner takes when reading a whole table is the last thing it would do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_with_very_many_cases_the_inbox_asks_for_those_of_its_page_alone(committed: None) -> None:
    made = ground.make(AT, unions=5)
    waiting.fill(made, 5_000, AT)
    for officer in made.officers:
        with context.acting(officer), connection.cursor() as cursor:
            sql, values = inbox.waiting(officer).order_by("due_at", "pk")[:51].query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "matters_step_inbox" in plan, plan
        assert "hashed" not in plan, plan
        assert WHOLE not in plan, plan


def test_the_inbox_goes_along_the_index_of_its_seat_and_reads_no_table_whole(world: World) -> None:
    asked(world)
    officer = world.act("factory")
    sql, values = inbox.waiting(officer).order_by("due_at", "pk")[:51].query.sql_with_params()
    plan = _plan(sql, values)
    assert "matters_step_inbox" in plan, plan
    assert WHOLE not in plan, plan


@pytest.mark.parametrize(
    ("statement", "index"),
    [(late._DUE, "matters_step_due"), (late._UNKNOWN, "matters_step_due_unknown")],
)
def test_what_is_due_is_found_by_its_own_index(world: World, statement: str, index: str) -> None:
    with context.acting(Actor(None, "job", "test")):
        plan = _plan(statement, {"at": AT, "due": AT, "id": 0, "most": 500})
    assert index in plan, plan
    assert WHOLE not in plan, plan
