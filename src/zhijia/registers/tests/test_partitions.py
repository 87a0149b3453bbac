"""A row is looked for where its list stands: a statement over the partitions of all lists takes long to plan."""

import re
from typing import Any

from django.db import connection

from zhijia.kernel import rows
from zhijia.registers.services import changing, lists, moving
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, build


def test_a_row_that_changes_and_moves_is_looked_for_in_its_own_list_alone(db: Any) -> None:
    world = build()
    world.act("province")
    kept = rooms.publish()
    assert lists.ready(rooms.known_lists()[0], at=AT).id != kept.id
    row = rooms.add(world)
    told: list[str] = []
    updates: list[str] = []

    def explained(execute: Any, sql: str, values: Any, many: bool, asked: dict[str, Any]) -> Any:
        if re.match(r'\s*UPDATE "?registers_row\b', sql):
            updates.append(sql)
            told.extend(line for (line,) in rows.run(f"EXPLAIN (COSTS OFF) {sql}", values))
        return execute(sql, values, many, asked)

    changed = {"code": rooms.CODE, "row_id": row.pk, "version": 1, "typed": {"seats": "5"}}
    moved = {"code": rooms.CODE, "row_id": row.pk, "version": 2, "state": "closed", "reason": "拆除"}
    with connection.execute_wrapper(explained):
        changing.change(actor=world.act("luyang"), at=AT, **changed)
        moving.move(actor=world.act("luyang"), at=AT, **moved)
    assert len(updates) == 2
    assert set(re.findall(r" on (registers_row_\d+)", "\n".join(told))) == {f"registers_row_{kept.id}"}
