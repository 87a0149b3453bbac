"""Today's organisation tree as nested intervals: what lies under a union is a range, not a walk.

The dated edges (`models.Parent`) are the truth; the intervals are derived from the open organisation edges and
can be made anew at any time. Intervals leave gaps, so that founding a union touches one row and a move touches only
the rows of what is moved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from zhijia.registry.models import Parent, Union

WIDTH = 1 << 20
"""Room a new leaf gets when its parent has plenty: about a million places for what will be founded under it."""


STEP = 64
"""The least distance between two places when a branch is squeezed into the room there is."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Unions that now stand under another county-level union: their rows have to follow."""

    union_ids: tuple[int, ...]
    from_county: int
    to_county: int


def under(union_id: int) -> QuerySet[Union]:
    """The union and everything under it in today's organisation tree."""
    union = Union.objects.only("tree_left", "tree_right").get(pk=union_id)
    return Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)


def roots() -> list[int]:
    """The highest unions: those under no other in today's organisation tree."""
    hanging = Parent.objects.filter(tree=Parent.Tree.ORGANISATION, valid_to__isnull=True)
    return list(Union.objects.exclude(pk__in=hanging.values("union_id")).values_list("pk", flat=True))


def children(union_id: int) -> QuerySet[Union]:
    """The unions straight under it today, by name."""
    return Union.objects.filter(
        parents__parent_id=union_id, parents__tree=Parent.Tree.ORGANISATION, parents__valid_to__isnull=True
    ).order_by("level", "name", "id")


def path(union: Union) -> list[Union]:
    """The unions above it and itself, highest first."""
    return list(
        Union.objects.filter(tree_left__lte=union.tree_left, tree_right__gt=union.tree_left).order_by(
            "tree_left"
        )
    )


def hold(using: str = "default") -> None:
    """Change the tree alone until the transaction ends: two that number it at once would number it differently."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.tree'), 0)")


def place_leaf(union: Union, parent: Union, using: str = "default") -> None:
    """Give a newly founded union its interval inside its parent's, and save it. The caller holds the tree (`hold`).

    Makes the whole tree anew when the parent has no room left.
    """
    with connections[using].cursor() as cursor:
        start = _free_from(cursor, parent.pk, parent.tree_left, union.pk)
    width = min(WIDTH, (parent.tree_right - start) // 16)
    if width < 2:
        rebuild(using)
        return
    union.tree_left, union.tree_right = start, start + width
    union.save(using=using, update_fields=["tree_left", "tree_right"])
    if union.level <= Union.Level.COUNTY:
        with connections[using].cursor() as cursor:
            cursor.execute("UPDATE registry_union SET county_id = id WHERE id = %s", [union.pk])
            cursor.execute(_COUNTY_LISTS, [[union.pk, *_above(cursor, union.pk)]])


def hang(union_id: int, parent_id: int, *, using: str = "default") -> Crossing | None:
    """Bring the intervals, counties and county lists in step after an organisation edge was moved: the union with all
    under it goes to the end of its new parent. The caller holds the tree (`hold`).

    Touches the rows of what moved and the county lists above; makes the whole tree anew only where the parent has no
    room left. Answers the unions that went over a county border, if any.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT level, county_id, tree_left, tree_right FROM registry_union WHERE id = %s", [union_id]
        )
        level, county, left, right = cursor.fetchone()
        cursor.execute(
            "SELECT county_id, tree_left, tree_right FROM registry_union WHERE id = %s", [parent_id]
        )
        new_county, parent_left, parent_right = cursor.fetchone()
        crossing = None
        if level > Union.Level.COUNTY and county != new_county:
            cursor.execute(
                "SELECT id FROM registry_union WHERE tree_left >= %s AND tree_left < %s ORDER BY id",
                [left, right],
            )
            crossing = Crossing(tuple(found for (found,) in cursor.fetchall()), county, new_county)
        high = level <= Union.Level.COUNTY
        lists = _above(cursor, union_id) if high else []
        start = _free_from(cursor, parent_id, parent_left, union_id)
        if not _shift(cursor, left, right, start, (parent_right - start) // 2):
            rebuild(using)
            return crossing
        if crossing:
            cursor.execute(
                "UPDATE registry_union SET county_id = %s WHERE id = ANY (%s)",
                [new_county, list(crossing.union_ids)],
            )
        if high:
            cursor.execute(_COUNTY_LISTS, [[*lists, *_above(cursor, union_id)]])
    return crossing


_COUNTY_LISTS = f"""
UPDATE registry_union u SET county_ids = ARRAY(
  SELECT c.id FROM registry_union c
  WHERE c.level <= {Union.Level.COUNTY} AND c.tree_left >= u.tree_left AND c.tree_left < u.tree_right
  ORDER BY c.tree_left)
WHERE u.id = ANY (%s)"""  # noqa: S608 - constants
_SQUEEZE = """
WITH points AS (
  SELECT id, true AS opens, tree_left AS at FROM registry_union WHERE tree_left >= %(left)s AND tree_left < %(right)s
  UNION ALL
  SELECT id, false, tree_right FROM registry_union WHERE tree_left >= %(left)s AND tree_left < %(right)s
), placed AS (
  SELECT id, opens, %(start)s + (row_number() OVER (ORDER BY at, opens) - 1) * %(step)s AS spot FROM points
)
UPDATE registry_union u SET tree_left = opening.spot, tree_right = closing.spot
FROM placed opening JOIN placed closing ON closing.id = opening.id AND NOT closing.opens
WHERE opening.opens AND u.id = opening.id"""


def _free_from(cursor: Any, parent_id: int, parent_left: int, but: int) -> int:
    """Where the room after the last child of the parent begins."""
    cursor.execute(
        "SELECT coalesce(max(c.tree_right), %s) FROM registry_parent e JOIN registry_union c ON c.id = e.union_id"
        " WHERE e.parent_id = %s AND e.tree = 'organisation' AND e.valid_to IS NULL AND e.union_id <> %s",
        [parent_left + 1, parent_id, but],
    )
    return max(int(cursor.fetchone()[0]), parent_left + 1)


def _shift(cursor: Any, left: int, right: int, start: int, room: int) -> bool:
    """Move a branch to `start`: as it is where there is room, squeezed where there is less, else not at all."""
    if right - left <= room:
        cursor.execute(
            "UPDATE registry_union SET tree_left = tree_left + %s, tree_right = tree_right + %s"
            " WHERE tree_left >= %s AND tree_left < %s",
            [start - left, start - left, left, right],
        )
        return True
    cursor.execute(
        "SELECT count(*) FROM registry_union WHERE tree_left >= %s AND tree_left < %s", [left, right]
    )
    step = room // (2 * cursor.fetchone()[0])
    if step < STEP:
        return False
    cursor.execute(_SQUEEZE, {"left": left, "right": right, "start": start, "step": step})
    return True


def _above(cursor: Any, union_id: int) -> list[int]:
    """The unions above it in today's intervals."""
    cursor.execute(
        "SELECT a.id FROM registry_union u JOIN registry_union a"
        " ON a.tree_left < u.tree_left AND a.tree_right > u.tree_left WHERE u.id = %s AND a.level <= %s",
        [union_id, Union.Level.COUNTY],
    )
    return [found for (found,) in cursor.fetchall()]


def rebuild(using: str = "default") -> int:
    """Make all intervals, counties and county lists anew from the open organisation edges, in one statement each.
    Returns how many unions it placed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, level FROM registry_union")
        levels: dict[int, int] = dict(cursor.fetchall())
        cursor.execute(
            "SELECT parent_id, union_id FROM registry_parent"
            " WHERE tree = 'organisation' AND valid_to IS NULL ORDER BY parent_id, union_id"
        )
        below: dict[int, list[int]] = {}
        has_parent: set[int] = set()
        for parent_id, union_id in cursor.fetchall():
            below.setdefault(parent_id, []).append(union_id)
            has_parent.add(union_id)
        rows = _intervals(levels, below, (union for union in levels if union not in has_parent))
        cursor.execute(
            "UPDATE registry_union u SET tree_left = t.l, tree_right = t.r, county_id = t.county,"
            " county_ids = t.counties::int[]"
            " FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::int[], %s::text[])"
            " AS t (id, l, r, county, counties)"
            " WHERE t.id = u.id AND (u.tree_left, u.tree_right, u.county_id, u.county_ids)"
            " IS DISTINCT FROM (t.l, t.r, t.county, t.counties::int[])",
            [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []],
        )
    return len(rows)


Row = tuple[int, int, int, int | None, str]


def _intervals(levels: dict[int, int], below: dict[int, list[int]], roots: Iterable[int]) -> list[Row]:
    """(id, left, right, county, counties at and under it as an array literal) of every union, walked without recursion.
    An interval holds its children's and as much room again."""
    rows: list[Row] = []
    starts: dict[int, int] = {}
    counties: dict[int, list[int]] = {}
    position = 1
    stack: list[tuple[int, int | None, bool]] = [(root, None, False) for root in sorted(roots, reverse=True)]
    while stack:
        node, above, walked = stack.pop()
        high = levels[node] <= Union.Level.COUNTY
        county = node if high else above
        if not walked:
            starts[node] = position
            position += 1
            stack.append((node, above, True))
            stack.extend((child, county, False) for child in reversed(below.get(node, ())))
            continue
        position += max(WIDTH, position - starts[node])
        counties[node] = [node] * high + [c for child in below.get(node, ()) for c in counties.pop(child)]
        held = ",".join(map(str, counties[node])) if high else ""
        rows.append((node, starts[node], position, county, f"{{{held}}}"))
    return rows
