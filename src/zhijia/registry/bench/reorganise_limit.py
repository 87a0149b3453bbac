"""The limits of the bench of reorganisations: the least rows, written bare in one transaction; and the way back to
the trees as they were, which is not measured."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections, transaction

from zhijia.kernel import benches

_REMEMBER = (
    "CREATE UNLOGGED TABLE bench_union AS SELECT * FROM registry_union",
    "CREATE UNLOGGED TABLE bench_parent AS SELECT * FROM registry_parent",
    "CREATE UNIQUE INDEX ON bench_union (id)",
    "GRANT SELECT ON bench_union, bench_parent TO zhijia_bulk",
)
_RESTORE = (
    "DELETE FROM registry_county_change",
    "DELETE FROM registry_parent WHERE id NOT IN (SELECT id FROM bench_parent)",
    "UPDATE registry_parent p SET valid_to = b.valid_to FROM bench_parent b"
    " WHERE b.id = p.id AND p.valid_to IS DISTINCT FROM b.valid_to",
    "UPDATE registry_union u SET tree_left = b.tree_left, tree_right = b.tree_right, county_ids = b.county_ids,"
    " county_id = b.county_id, dissolved_on = NULL, successor_id = NULL FROM bench_union b WHERE b.id = u.id AND"
    " (u.tree_left, u.tree_right, u.county_ids, u.county_id, u.dissolved_on)"
    " IS DISTINCT FROM (b.tree_left, b.tree_right, b.county_ids, b.county_id, b.dissolved_on)",
)
_SHIFT = """
UPDATE registry_union u SET tree_left = u.tree_left + %(by)s, tree_right = u.tree_right + %(by)s
FROM registry_union s WHERE s.id = %(moved)s AND u.tree_left >= s.tree_left AND u.tree_left < s.tree_right"""
_MERGER = (
    "UPDATE registry_parent SET valid_to = %(day)s WHERE union_id = %(moved)s AND valid_to IS NULL",
    "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)"
    " SELECT %(moved)s, %(into)s, tree, %(day)s, now() FROM unnest(ARRAY['organisation', 'fund']) AS tree",
    _SHIFT,
    "UPDATE registry_union SET county_ids = county_ids || %(moved)s WHERE id = %(into)s",
    "UPDATE registry_union SET dissolved_on = %(day)s, successor_id = %(into)s WHERE id = %(moved)s",
)
_TABLES = ("registry_person", "registry_membership", "vault_secret")
_OVER = (
    "UPDATE registry_parent SET valid_to = %(day)s WHERE union_id = %(moved)s AND tree = 'organisation'"
    " AND valid_to IS NULL",
    "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)"
    " VALUES (%(moved)s, %(into)s, 'organisation', %(day)s, now())",
    "UPDATE registry_union SET county_id = %(into)s WHERE id = %(moved)s",
    *(
        f"UPDATE {table} SET county_id = %(into)s WHERE union_id = %(moved)s"  # noqa: S608 - constants
        for table in _TABLES
    ),
    "INSERT INTO facts_fact (kind, union_id, county_id, day, quantity, amount, person_id, dimensions, class, record,"
    " record_id, turn) SELECT side.kind, m.union_id, side.county, %(day)s, 1, 0, m.person_id,"
    """ '{"group": "00", "channel": "roster"}', 'own', 'membership', m.id::text, %(turn)s"""
    " FROM registry_membership m CROSS JOIN (VALUES ('member.county_out', %(source)s), ('member.county_in', %(into)s))"
    " AS side (kind, county) WHERE m.union_id = %(moved)s AND m.valid_to IS NULL",
)
_turns = iter(range(100, 200))


def remember() -> None:
    """Keep the trees as they are."""
    with connections["owner"].cursor() as cursor:
        for statement in _REMEMBER:
            cursor.execute(statement)


def restore() -> None:
    """Bring the trees back to what was kept."""
    with connections["owner"].cursor() as cursor:
        for statement in _RESTORE:
            cursor.execute(statement)


def merger(moved: int, into: int, day: date) -> float:
    """Seconds for the least rows of a merger."""
    return _seconds(_MERGER, {"moved": moved, "into": into, "day": day, "by": 1})


def border(moved: int, source: int, into: int, day: date) -> float:
    """Seconds for the least rows of a union that goes from one county to another, but for its place in the tree."""
    values = {"moved": moved, "source": source, "into": into, "day": day, "turn": next(_turns)}
    took = _seconds(_OVER, values)
    restore()
    return took


def _seconds(statements: Sequence[str], values: dict[str, Any]) -> float:
    connections["bulk"].ensure_connection()

    def write() -> None:
        with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
            cursor.execute("SET LOCAL row_security = off")
            for statement in statements:
                cursor.execute(statement, values)

    return benches.seconds_of(write)
