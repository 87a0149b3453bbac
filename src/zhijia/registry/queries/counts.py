"""Figures of unions in two readings, for each tree: as it was on a day, and that day as the tree is now.

Today's organisation tree is answered from its intervals and the totals of the facts. A past day is walked over the
edges in force that day, from county level up over county-level unions alone, and its facts come from the months
before and the days of its own month. Facts stand in the county they happened in, so that a county's figure as it was
is its own sum; for the reading "now" the unions that went over a county border since are counted where they are.
"""

from datetime import date
from typing import Literal, TypedDict

from zhijia.facts import queries as facts
from zhijia.kernel import days
from zhijia.registry import tree as trees
from zhijia.registry.models import CountyChange, Union

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
    union = Union.objects.get(pk=union_id)
    if day is None:
        return facts.total(kinds, **scope_now(union, tree))
    if reading == "then":
        return facts.stock(kinds, day=day, **scope_then(union, day, tree))
    scope = scope_now(union, tree)
    return facts.stock(kinds, day=day, **scope) + _gone_over(kinds, scope, day)


def scope_now(union: Union, tree: str = "organisation") -> FigureScope:
    """Which roll-ups a union's figures are the sum of, as the tree is now."""
    if tree != "organisation":
        return {"unions": trees.at(days.business_day(days.now()), tree).under(union.pk)}
    if union.county_ids:
        return {"counties": union.county_ids}
    return {"unions": list(trees.under(union.pk).values_list("id", flat=True))}


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
