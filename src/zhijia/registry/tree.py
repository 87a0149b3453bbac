"""Today's organisation tree as nested intervals: what lies under a union is a range, not a walk.

The dated edges (`models.Parent`) are the truth; the intervals are derived from the open organisation edges and
can be made anew at any time. Intervals leave gaps, so that founding a union touches one row.
"""

from collections.abc import Iterable

from django.db import connection, connections
from django.db.models import QuerySet

from zhijia.registry.models import Parent, Union

WIDTH = 1 << 20
"""Room a new leaf gets when its parent has plenty: about a million places for what will be founded under it."""


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


def hold() -> None:
    """Change the tree alone until the transaction ends: two that number it at once would number it differently."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.tree'), 0)")


def place_leaf(union: Union, parent: Union) -> None:
    """Give a newly founded union its interval inside its parent's, and save it. The caller holds the tree (`hold`).

    Makes the whole tree anew when the parent has no room left.
    """
    last = (
        Union.objects.filter(tree_left__gt=parent.tree_left, tree_left__lt=parent.tree_right)
        .order_by("-tree_right")
        .values_list("tree_right", flat=True)
        .first()
    )
    start = last if last is not None else parent.tree_left + 1
    width = min(WIDTH, (parent.tree_right - start) // 16)
    if width < 2:
        rebuild()
        return
    union.tree_left, union.tree_right = start, start + width
    union.save(update_fields=["tree_left", "tree_right"])


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
