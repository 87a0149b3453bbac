"""Today's fund and industry tree: intervals as the organisation's tree has them, and a total for each head.

A head is a union of county level and up, or the highest union of a branch without one. The totals of the heads under
a union are the figures of all it holds but for what hangs between itself and them, so that a province's are as near
as a county's. The edges (`models.Parent`) and the totals by union (`facts`) are the truth.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connections

from zhijia.registry.models import Union
from zhijia.registry.tree import nesting
from zhijia.registry.tree.nesting import OTHERS, WIDTH, Kept

ROOT_WIDTH = 64 * WIDTH
"""Room a union gets that is the first of a branch."""
Place = tuple[int, int, int]
_PLACE = "SELECT tree_left, tree_right, head_id FROM registry_tree_place WHERE union_id = %s AND tree = %s"
_PUT = """
INSERT INTO registry_tree_place (union_id, tree, head_id, tree_left, tree_right)
SELECT u.id, %(tree)s, CASE WHEN u.level <= %(county)s THEN u.id ELSE %(head)s END,
  %(left)s, %(right)s
FROM registry_union u WHERE u.id = %(union)s RETURNING head_id"""
_END = "SELECT coalesce(max(tree_right), 0) + 1 FROM registry_tree_place WHERE tree = %s"
_TURN = """
INSERT INTO registry_tree_turn AS t (tree, turn) VALUES (%s, 1) ON CONFLICT (tree) DO UPDATE SET turn = t.turn + 1"""
_REHEAD = """
UPDATE registry_tree_place SET head_id = %(new)s
WHERE tree = %(tree)s AND head_id = %(old)s AND tree_left >= %(left)s AND tree_left < %(right)s RETURNING union_id"""
_ADD = """
INSERT INTO registry_tree_total AS kept (tree, head_id, kind, quantity, amount, facts)
SELECT %(tree)s, head.id, t.kind, sum(head.sign * t.quantity), sum(head.sign * t.amount), sum(head.sign * t.facts)
FROM facts_union_total t CROSS JOIN (VALUES (%(new)s::int, 1), (%(old)s::int, -1)) AS head (id, sign)
WHERE t.union_id = ANY (%(unions)s) AND head.id IS NOT NULL GROUP BY head.id, t.kind
ON CONFLICT (tree, head_id, kind) DO UPDATE SET quantity = kept.quantity + excluded.quantity,
  amount = kept.amount + excluded.amount, facts = kept.facts + excluded.facts"""
_PLACES = """
INSERT INTO registry_tree_place (union_id, tree, tree_left, tree_right, head_id)
SELECT t.id, %s, t.l, t.r, t.head FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::int[]) AS t (id, l, r, head)"""
_TOTALS = """
INSERT INTO registry_tree_total (tree, head_id, kind, quantity, amount, facts)
SELECT p.tree, p.head_id, t.kind, sum(t.quantity), sum(t.amount), sum(t.facts)
FROM registry_tree_place p JOIN facts_union_total t USING (union_id) WHERE p.tree = %s
GROUP BY p.tree, p.head_id, t.kind"""


def under(union_id: int, tree: str, using: str = "default") -> list[int]:
    """The union and everything under it in today's tree."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT b.union_id FROM registry_tree_place p JOIN registry_tree_place b"
            " ON b.tree = p.tree AND b.tree_left >= p.tree_left AND b.tree_left < p.tree_right"
            " WHERE p.union_id = %s AND p.tree = %s",
            [union_id, tree],
        )
        return [found for (found,) in cursor.fetchall()] or [union_id]


def follow(union_id: int, parent_id: int, tree: str, *, using: str = "default") -> None:
    """Bring intervals, heads and totals in step after an edge of the fund or industry tree was opened or moved: the
    union with all under it goes to the end of its new parent. The caller holds the tree (`hold`).

    Touches the rows of what moved; makes the whole tree anew only where the parent has no room left.
    """
    kept = OTHERS[tree]
    with connections[using].cursor() as cursor:
        cursor.execute(_TURN, [tree])
        moving, above = _place(cursor, union_id, tree), _place(cursor, parent_id, tree)
        above = above or _root(cursor, parent_id, tree)
        start = nesting.free_from(cursor, kept, parent_id, above[0], union_id)
        room = above[1] - start
        if moving is None:
            width = min(WIDTH, room // 16)
            fits = width >= 2
            if fits:
                _put(cursor, union_id, tree, (start, start + width, above[2]))
        else:
            _rehead(cursor, union_id, tree, moving, above[2])
            fits = nesting.shift(cursor, kept, moving[0], moving[1], start, room // 2)
        if not fits:
            _rebuild(cursor, kept, _levels(cursor))


def leave(union_id: int, tree: str, *, using: str = "default") -> None:
    """Likewise after an edge was closed and no other opened: the union with all under it is a branch of its own."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TURN, [tree])
        moving = _place(cursor, union_id, tree)
        if moving is not None:
            _rehead(cursor, union_id, tree, moving, union_id)
            left, right, _head = moving
            nesting.shift(cursor, OTHERS[tree], left, right, _end(cursor, tree), right - left)


def rebuild(cursor: Any, levels: Mapping[int, int]) -> None:
    """Make both trees anew from their open edges, their totals from those of the unions. `levels`: of every union."""
    for kept in OTHERS.values():
        _rebuild(cursor, kept, levels)


def _rebuild(cursor: Any, kept: Kept, levels: Mapping[int, int]) -> None:
    cursor.execute(_TURN, [kept.tree])
    below = nesting.edges(cursor, kept.tree)
    hanging = {union for above, children in below.items() for union in (above, *children)}
    ids, lefts, rights, heads = [], [], [], []
    root, end = 0, 0
    for one in sorted(nesting.numbered(levels, below, hanging), key=lambda placed: placed.left):
        if one.left >= end:
            root, end = one.id, one.right
        ids.append(one.id)
        lefts.append(one.left)
        rights.append(one.right)
        heads.append(one.head or root)
    cursor.execute("DELETE FROM registry_tree_place WHERE tree = %s", [kept.tree])
    cursor.execute("DELETE FROM registry_tree_total WHERE tree = %s", [kept.tree])
    cursor.execute(_PLACES, [kept.tree, ids, lefts, rights, heads])
    cursor.execute(_TOTALS, [kept.tree])


def _levels(cursor: Any) -> dict[int, int]:
    cursor.execute("SELECT id, level FROM registry_union")
    return dict(cursor.fetchall())


def _place(cursor: Any, union_id: int, tree: str) -> Place | None:
    cursor.execute(_PLACE, [union_id, tree])
    found: Place | None = cursor.fetchone()
    return found


def _root(cursor: Any, union_id: int, tree: str) -> Place:
    """A union that had nothing to do with the tree becomes the first of a branch."""
    start = _end(cursor, tree)
    place = (start, start + ROOT_WIDTH, union_id)
    _put(cursor, union_id, tree, place)
    return place


def _end(cursor: Any, tree: str) -> int:
    """Where nothing of the tree lies any more."""
    cursor.execute(_END, [tree])
    return int(cursor.fetchone()[0])


def _put(cursor: Any, union_id: int, tree: str, place: Place) -> None:
    """A union comes into the tree: under this head, unless it is one itself."""
    left, right, head = place
    values = {"union": union_id, "tree": tree, "left": left, "right": right}
    cursor.execute(_PUT, values | {"head": head, "county": Union.Level.COUNTY.value})
    (head,) = cursor.fetchone()
    cursor.execute(_ADD, {"tree": tree, "unions": [union_id], "new": head, "old": None})


def _rehead(cursor: Any, union_id: int, tree: str, moving: Place, head: int) -> None:
    """Those whose head lay above the branch, or was its own low first, have another one now."""
    left, right, old = moving
    if old == head:
        return
    cursor.execute("SELECT level FROM registry_union WHERE id = %s", [union_id])
    if cursor.fetchone()[0] <= Union.Level.COUNTY:
        return
    values = {"tree": tree, "old": old, "new": head, "left": left, "right": right}
    cursor.execute(_REHEAD, values)
    cursor.execute(_ADD, values | {"unions": [found for (found,) in cursor.fetchall()]})
