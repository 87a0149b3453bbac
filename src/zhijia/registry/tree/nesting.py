"""Nested intervals, for whichever tree: where there is room, moving a branch, numbering a whole tree.

Intervals leave gaps, so that one union more touches one row and a move touches only the rows of what is moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.registry.models import Parent, Union

WIDTH = 1 << 20
"""Room a new leaf gets when its parent has plenty: about a million places for what will be founded under it."""
STEP = 64
"""The least distance between two places when a branch is squeezed into the room there is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the intervals of a tree are kept: the table, its column with the union's id, which of its rows (`u`)."""

    tree: str
    table: str
    id: str
    rows: str

    def said(self, statement: str) -> str:
        """The statement about this tree's rows."""
        return statement.format(table=self.table, id=self.id, rows=self.rows)


ORGANISATION = Kept(Parent.Tree.ORGANISATION.value, "registry_union", "id", "true")
OTHERS = {
    tree: Kept(tree, "registry_tree_place", "union_id", f"u.tree = '{tree}'")
    for tree in (Parent.Tree.FUND.value, Parent.Tree.INDUSTRY.value)
}
_BRANCH = "{rows} AND u.tree_left >= %(left)s AND u.tree_left < %(right)s"
_SQUEEZE = f"""
WITH branch AS (
  SELECT u.{{id}} AS id, u.tree_left, u.tree_right FROM {{table}} u WHERE {_BRANCH}
), points AS (
  SELECT id, true AS opens, tree_left AS at FROM branch UNION ALL SELECT id, false, tree_right FROM branch
), placed AS (
  SELECT id, opens, %(start)s + (row_number() OVER (ORDER BY at, opens) - 1) * %(step)s AS spot FROM points
)
UPDATE {{table}} u SET tree_left = opening.spot, tree_right = closing.spot
FROM placed opening JOIN placed closing ON closing.id = opening.id AND NOT closing.opens
WHERE {{rows}} AND opening.opens AND u.{{id}} = opening.id"""  # noqa: S608 - constants
_MOVE = f"""
UPDATE {{table}} u SET tree_left = u.tree_left + %(way)s, tree_right = u.tree_right + %(way)s WHERE {_BRANCH}"""  # noqa: S608
_MANY = f"SELECT count(*) FROM {{table}} u WHERE {_BRANCH}"  # noqa: S608
_LAST = """
SELECT coalesce(max(u.tree_right), %(left)s) FROM registry_parent e JOIN {table} u ON u.{id} = e.union_id AND {rows}
WHERE e.parent_id = %(parent)s AND e.tree = %(tree)s AND e.valid_to IS NULL AND e.union_id <> %(but)s"""


def free_from(cursor: Any, kept: Kept, parent_id: int, parent_left: int, but: int) -> int:
    """Where the room after the last child of the parent begins, `but` left out."""
    cursor.execute(
        kept.said(_LAST), {"left": parent_left + 1, "parent": parent_id, "tree": kept.tree, "but": but}
    )
    return max(int(cursor.fetchone()[0]), parent_left + 1)


def shift(cursor: Any, kept: Kept, left: int, right: int, start: int, room: int) -> bool:
    """Move a branch to `start`: as it is where there is room, squeezed where there is less, else not at all."""
    if right - left <= room:
        cursor.execute(kept.said(_MOVE), {"way": start - left, "left": left, "right": right})
        return True
    cursor.execute(kept.said(_MANY), {"left": left, "right": right})
    step = room // (2 * cursor.fetchone()[0])
    if step < STEP:
        return False
    cursor.execute(kept.said(_SQUEEZE), {"left": left, "right": right, "start": start, "step": step})
    return True


def edges(cursor: Any, tree: str) -> dict[int, list[int]]:
    """The open edges of a tree: what hangs under each union that has something under it."""
    cursor.execute(
        "SELECT parent_id, union_id FROM registry_parent"
        " WHERE tree = %s AND valid_to IS NULL ORDER BY parent_id, union_id",
        [tree],
    )
    below: dict[int, list[int]] = {}
    for parent_id, union_id in cursor.fetchall():
        below.setdefault(parent_id, []).append(union_id)
    return below


@dataclass(frozen=True, slots=True)
class Placed:
    """A union's place in a tree: its interval, the nearest union of county level and up at or above it, if any, and
    those at and under it."""

    id: int
    left: int
    right: int
    head: int | None
    heads: Sequence[int]


def numbered(
    levels: Mapping[int, int], below: Mapping[int, Sequence[int]], unions: Iterable[int]
) -> list[Placed]:
    """A place for each of these unions, walked without recursion from those under no other. An interval holds its
    children's and as much room again."""
    hanging = {child for children in below.values() for child in children}
    placed: list[Placed] = []
    starts: dict[int, int] = {}
    heads: dict[int, list[int]] = {}
    position = 1
    roots = sorted((union for union in unions if union not in hanging), reverse=True)
    stack: list[tuple[int, int | None, bool]] = [(root, None, False) for root in roots]
    while stack:
        node, above, walked = stack.pop()
        high = levels[node] <= Union.Level.COUNTY
        head = node if high else above
        if not walked:
            starts[node] = position
            position += 1
            stack.append((node, above, True))
            stack.extend((child, head, False) for child in reversed(below.get(node, ())))
            continue
        position += max(WIDTH, position - starts[node])
        heads[node] = [node] * high + [c for child in below.get(node, ()) for c in heads.pop(child)]
        placed.append(Placed(node, starts[node], position, head, tuple(heads[node])))
    return placed
