"""Today's organisation tree as nested intervals: what lies under a union is a range, not a walk.

The dated edges (`models.Parent`) are the truth; the intervals are derived from the open organisation edges and
can be made anew at any time. Counties and county lists, which row policies go by, are kept in step with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from zhijia.kernel import rows
from zhijia.registry.models import Parent, Union
from zhijia.registry.tree import nesting, others
from zhijia.registry.tree.nesting import ORGANISATION, WIDTH

_UP = f"""
WITH RECURSIVE up AS (
  SELECT %s::int AS id, 0 AS steps
  UNION ALL
  SELECT p.parent_id, up.steps + 1 FROM up
  JOIN registry_parent p ON p.union_id = up.id AND p.tree = %s AND p.valid_to IS NULL
)
SELECT {rows.columns(Union, "u")} FROM up JOIN registry_union u ON u.id = up.id
ORDER BY up.steps DESC"""  # noqa: S608 - columns of ours

_UP_EACH = """
WITH RECURSIVE up AS (
  SELECT asked AS id, asked AS above FROM unnest(%s::int[]) AS asked
  UNION
  SELECT up.id, p.parent_id FROM up
  JOIN registry_parent p ON p.union_id = up.above AND p.tree = %s AND p.valid_to IS NULL
)
SELECT id, above FROM up"""


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


def path_to(union_id: int) -> list[Union]:
    """The unions above this one and itself, highest first; along the open edges, so that it costs the same however many
    unions there are."""
    found = rows.run(_UP, [union_id, Parent.Tree.ORGANISATION])
    return [rows.made(Union, values) for values in found]


def paths(union_ids: Iterable[int]) -> dict[int, set[int]]:
    """Each of these unions with those above it and itself. One statement, however many they are."""
    found: dict[int, set[int]] = {}
    for union_id, above in rows.run(_UP_EACH, [sorted(set(union_ids)), Parent.Tree.ORGANISATION]):
        found.setdefault(union_id, set()).add(above)
    return found


def hold(using: str = "default") -> None:
    """Change the tree alone until the transaction ends: two that number it at once would number it differently."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.tree'), 0)")


def place_leaf(union: Union, parent: Union, using: str = "default") -> None:
    """Give a newly founded union its interval inside its parent's, and save it. The caller holds the tree (`hold`).

    Makes the whole tree anew when the parent has no room left.
    """
    with connections[using].cursor() as cursor:
        start = nesting.free_from(cursor, ORGANISATION, parent.pk, parent.tree_left, union.pk)
    width = min(WIDTH, (parent.tree_right - start) // 16)
    if width < 2:
        rebuild(using)
        return
    union.tree_left, union.tree_right = start, start + width
    union.save(using=using, update_fields=["tree_left", "tree_right"])
    if union.level <= Union.Level.COUNTY:
        with connections[using].cursor() as cursor:
            cursor.execute(
                "UPDATE registry_union SET county_id = id, county_ids = ARRAY[id] WHERE id = %s", [union.pk]
            )
            cursor.execute(_COUNTY_LISTS, [_above(cursor, union.pk)])


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
        start = nesting.free_from(cursor, ORGANISATION, parent_id, parent_left, union_id)
        if not nesting.shift(cursor, ORGANISATION, left, right, start, (parent_right - start) // 2):
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


def _above(cursor: Any, union_id: int) -> list[int]:
    """The unions above it in today's intervals."""
    cursor.execute(
        "SELECT a.id FROM registry_union u JOIN registry_union a"
        " ON a.tree_left < u.tree_left AND a.tree_right > u.tree_left WHERE u.id = %s AND a.level <= %s",
        [union_id, Union.Level.COUNTY],
    )
    return [found for (found,) in cursor.fetchall()]


def rebuild(using: str = "default") -> int:
    """Make all that is kept of today's three trees anew from their open edges: intervals, counties and county lists
    (one statement), heads and totals. Returns how many unions the organisation's tree placed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, level FROM registry_union")
        levels: dict[int, int] = dict(cursor.fetchall())
        placed = nesting.numbered(levels, nesting.edges(cursor, ORGANISATION.tree), levels)
        cursor.execute(
            "UPDATE registry_union u SET tree_left = t.l, tree_right = t.r, county_id = t.county,"
            " county_ids = t.counties::int[]"
            " FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::int[], %s::text[])"
            " AS t (id, l, r, county, counties)"
            " WHERE t.id = u.id AND (u.tree_left, u.tree_right, u.county_id, u.county_ids)"
            " IS DISTINCT FROM (t.l, t.r, t.county, t.counties::int[])",
            [
                [one.id for one in placed],
                [one.left for one in placed],
                [one.right for one in placed],
                [one.head for one in placed],
                [_listed(one) for one in placed],
            ],
        )
        others.rebuild(cursor, levels)
    return len(placed)


def _listed(one: nesting.Placed) -> str:
    """The counties at and under a union of county level and up, as an array literal; none for the others."""
    return f"{{{','.join(map(str, one.heads if one.head == one.id else ()))}}}"
