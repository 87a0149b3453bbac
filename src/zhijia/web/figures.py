"""The figures the homes show, all of them sums of facts."""

from datetime import date
from typing import Any, NamedTuple

from zhijia.facts import queries as facts
from zhijia.kernel import days
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.registry.queries.counts import MEMBERS, UNIONS, scope_now

MONTHS = 12


class Part(NamedTuple):
    """One part of a figure: a union one level down, its members and what came and went this year."""

    union: Union
    members: int
    gained: int


def health(union: Union | None) -> dict[str, int]:
    """A union in five numbers: members, and this year's joins, leaves, transfers in and out."""
    if union is None:
        return {}
    today = days.business_day(days.now())
    year = today.year * 100 + 1
    scope = scope_now(union)
    moves = ("joined", "left", "transferred_in", "transferred_out")
    this_year = {name: facts.total(f"member.{name}", since=year, **scope) for name in moves}
    return {"members": facts.total(MEMBERS, **scope), **this_year}


def overview(union: Union | None, today: date) -> dict[str, Any]:
    """A province, city or county: members and unions now, the net of each month, and the parts that add up to it."""
    if union is None:
        return {"union": None}
    scope = scope_now(union)
    since = (today.year - 1) * 100 + today.month
    year = today.year * 100 + 1
    by_month = facts.by_month(MEMBERS, since=since, until=days.month_of(today), **scope)
    return {
        "union": union,
        "members": facts.total(MEMBERS, **scope),
        "unions": facts.total(UNIONS, **scope),
        "gained": facts.total(MEMBERS, since=year, **scope),
        "joined": facts.total("member.joined", since=year, **scope),
        "left": facts.total("member.left", since=year, **scope),
        "months": [
            (f"{month // 100}-{month % 100:02d}", net) for month, net in list(by_month.items())[-MONTHS:]
        ],
        "parts": _parts(union, year),
        "age": facts.age(),
        "now": days.now(),
    }


def _parts(union: Union, year: int) -> list[Part]:
    """The unions straight under it with their figures, and the union's own members last, so that the parts add up."""
    below = list(tree.children(union.pk).filter(level__lte=Union.Level.COUNTY)) if union.county_ids else []
    members = facts.by_county(MEMBERS, counties=union.county_ids)
    gained = facts.by_county(MEMBERS, counties=union.county_ids, since=year)
    parts = [
        Part(
            part,
            sum(members.get(county, 0) for county in part.county_ids),
            sum(gained.get(county, 0) for county in part.county_ids),
        )
        for part in below
    ]
    if union.county_ids:
        parts.append(Part(union, members.get(union.pk, 0), gained.get(union.pk, 0)))
    return parts
