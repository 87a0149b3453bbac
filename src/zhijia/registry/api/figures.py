"""Figures of the registry, as sums of facts."""

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from zhijia.facts import queries as facts
from zhijia.kernel.requests import Asked
from zhijia.registry.api.asking import Strict, found_union, nothing_else
from zhijia.registry.queries import counts

router = Router()

Month = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="Like 2026-01")]


class MonthOut(Strict):
    """Members at the end of a month, and by how many they grew in it."""

    month: str
    members: int
    gained: int


class FigureFilters(Strict):
    """A union by its code, and the months from and to, both included."""

    union: str = Field(pattern=r"^[0-9A-Za-z-]{1,20}$")
    since: Month
    until: Month


@router.get("/figures/members", response=list[MonthOut])
def members_by_month(request: Asked, filters: Query[FigureFilters]) -> list[Any]:
    """Members at and under a union at the end of each month, as a sum of facts."""
    nothing_else(request, filters)
    found = found_union(request, filters.union, "figures.view")
    scope = counts.scope_now(found)
    since, until = (int(month.replace("-", "")) for month in (filters.since, filters.until))
    gained = facts.by_month(counts.MEMBERS, since=since, until=until, **scope)
    return [
        {"month": f"{month // 100}-{month % 100:02d}", "members": stock, "gained": gained.get(month, 0)}
        for month, stock in facts.series(counts.MEMBERS, since=since, until=until, **scope)
    ]
