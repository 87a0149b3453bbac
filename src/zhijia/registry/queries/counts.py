"""Figures of unions in two readings, for each tree: as it was on a day, and that day as the tree is now.

Today's trees are answered from their intervals and the totals of the facts: by county in the organisation's tree, by
head in the others (`tree.others`). A past day is walked over the edges in force that day, from county level up over
county-level unions alone, and its facts come from the months before and the days of its own month. Facts stand in the
county they happened in, so that a county's figure as it was is its own sum; for the reading "now" the unions that went
over a county border since are counted where they are.
"""

from datetime import date
from typing import Literal, TypedDict

from django.db import connection

from zhijia.facts import queries as facts
from zhijia.registry import tree as trees
from zhijia.registry.models import CountyChange, Parent, Union

MEMBERS = {
    "member.joined": 1,
    "member.transferred_in": 1,
    "member.left": -1,
    "member.transferred_out": -1,
    "member.county_in": 1,
    "member.county_out": -1,
}
"""Members: what came in less what went out, as signed kinds of facts. By union the last two cancel out."""
UNIONS = {"union.founded": 1, "union.dissolved": -1, "union.county_in": 1, "union.county_out": -1}
"""Unions, likewise."""
Reading = Literal["then", "now"]
_UNDER = """
SELECT u.county_ids, CASE WHEN u.county_ids = '{}' THEN ARRAY(
  SELECT b.id FROM registry_union b WHERE b.tree_left >= u.tree_left AND b.tree_left < u.tree_right) END
FROM registry_union u WHERE u.id = %s"""
_ELSEWHERE = """
WITH here AS (
  SELECT union_id, head_id, tree_left, tree_right FROM registry_tree_place
  WHERE union_id = %(union)s AND tree = %(tree)s
), told AS (
  SELECT t.kind, t.quantity FROM here
  JOIN registry_tree_place head ON head.tree = %(tree)s AND head.head_id = head.union_id
    AND head.tree_left >= here.tree_left AND head.tree_left < here.tree_right
  JOIN registry_tree_total t ON t.tree = %(tree)s AND t.head_id = head.union_id AND t.kind = ANY (%(kinds)s)
  UNION ALL
  SELECT t.kind, t.quantity FROM here
  JOIN registry_tree_place below ON below.tree = %(tree)s AND below.head_id = here.head_id
    AND below.tree_left >= here.tree_left AND below.tree_left < here.tree_right
  JOIN facts_union_total t ON t.union_id = below.union_id AND t.kind = ANY (%(kinds)s)
  WHERE here.head_id <> here.union_id
  UNION ALL
  SELECT d.kind, d.quantity FROM here JOIN facts_delta d ON d.kind = ANY (%(kinds)s)
  JOIN registry_tree_place below ON below.union_id = d.union_id AND below.tree = %(tree)s
    AND below.tree_left >= here.tree_left AND below.tree_left < here.tree_right
)
SELECT EXISTS (SELECT FROM here), coalesce(sum(counted.weight * told.quantity), 0)
FROM told JOIN unnest(%(kinds)s::text[], %(weights)s::int[]) AS counted (kind, weight) USING (kind)"""


class FigureScope(TypedDict, total=False):
    """The counties or the unions whose roll-ups a figure is the sum of."""

    counties: list[int]
    unions: list[int]


def members(
    union_id: int, *, day: date | None = None, tree: str = "organisation", reading: Reading = "then"
) -> int:
    """Members at and under the union at the end of the day (None: now). `reading` says which tree: that of the day
    ("as it was") or today's ("as it is now")."""
    return stock(MEMBERS, union_id, day=day, tree=tree, reading=reading)


def unions(
    union_id: int, *, day: date | None = None, tree: str = "organisation", reading: Reading = "then"
) -> int:
    """Unions at and under the union at the end of the day, in the same readings."""
    return stock(UNIONS, union_id, day=day, tree=tree, reading=reading)


def stock(
    kinds: dict[str, int],
    union_id: int,
    *,
    day: date | None = None,
    tree: str = "organisation",
    reading: Reading = "then",
) -> int:
    """Any figure that is a sum of facts, in the same readings."""
    if day is None and tree != "organisation":
        return _now_elsewhere(kinds, union_id, tree)
    if day is None:
        return facts.total(kinds, **_here(union_id))
    union = Union.objects.get(pk=union_id)
    if reading == "then":
        return facts.stock(kinds, day=day, **scope_then(union, day, tree))
    scope = scope_now(union, tree)
    return facts.stock(kinds, day=day, **scope) + _gone_over(kinds, scope, day)


def scope_now(union: Union, tree: str = "organisation") -> FigureScope:
    """Which roll-ups a union's figures are the sum of, as the tree is now."""
    if tree != "organisation":
        return {"unions": trees.under_elsewhere(union.pk, tree)}
    return _here(union.pk)


def _here(union_id: int) -> FigureScope:
    """The counties at and under a union in today's organisation tree, below county level the unions; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER, [union_id])
        found = cursor.fetchone()
    if found is None:
        raise Union.DoesNotExist
    counties, below = found
    return {"counties": counties} if counties else {"unions": below}


def _now_elsewhere(kinds: dict[str, int], union_id: int, tree: str) -> int:
    """A figure of today in the fund or industry tree, in one statement, so that a fold in between changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ELSEWHERE,
            {
                "union": union_id,
                "tree": Parent.Tree(tree).value,
                "kinds": list(kinds),
                "weights": list(kinds.values()),
            },
        )
        placed, told = cursor.fetchone()
    return int(told) if placed else facts.total(kinds, unions=[union_id])


def scope_then(union: Union, day: date, tree: str = "organisation") -> FigureScope:
    """Which roll-ups a union's figures are the sum of, as the tree was on the day."""
    then = trees.at(day, tree)
    if tree == "organisation" and union.level <= Union.Level.COUNTY:
        return {"counties": then.counties(union.pk)}
    return {"unions": then.under(union.pk)}


def _gone_over(kinds: dict[str, int], scope: FigureScope, day: date) -> int:
    """What the unions that went over a county border after the day add to these counties, or take from them."""
    if "counties" not in scope:
        return 0
    since = (
        CountyChange.objects.filter(day__gt=day)
        .order_by("union", "day", "id")
        .distinct("union")
        .values_list("union_id", "from_county_id", "union__county_id")
    )
    counties = set(scope["counties"])
    coming, going = [], []
    for union_id, then, now in since:
        if now in counties and then not in counties:
            coming.append(union_id)
        if then in counties and now not in counties:
            going.append(union_id)
    return sum(
        sign * facts.stock(kinds, day=day, unions=moved)
        for sign, moved in ((1, coming), (-1, going))
        if moved
    )
