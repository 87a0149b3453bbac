"""Unions: where the caller's tree begins, what hangs under it, one of them."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from zhijia.kernel.requests import Asked
from zhijia.registry import access, tree
from zhijia.registry.api.asking import Code, Strict, found_union, nothing_else
from zhijia.registry.models import Union
from zhijia.registry.queries import unions

router = Router()


class UnionOut(Strict):
    """A union in a list."""

    code: str
    name: str
    type: str
    level: int
    division: str
    dissolved_on: date | None


class UnionDetail(UnionOut):
    """A union with what its page shows."""

    credit_code: str
    founded_on: date | None
    path: list[str]
    members: int
    unions_below: int


class UnionPage(Strict):
    """Some unions in the order of their codes; `next` is the `after` of the next call, or null at the end."""

    unions: list[UnionOut]
    next: str | None


class Behind(Strict):
    """Where the page begins: behind the union with this code."""

    after: str = Field("", pattern=r"^[0-9A-Za-z-]{0,20}$")


class SearchWords(Behind):
    """A part of a union's name, or its code or credit code."""

    q: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]+$")


@router.get("/unions", response=list[UnionOut])
def roots(request: Asked) -> list[Any]:
    """Where your tree begins: the unions you hold a right at."""
    access.require(request.actor, "union.view")
    return [_union(union) for union in unions.roots(request.actor)]


@router.get("/unions/search", response=UnionPage)
def search(request: Asked, words: Query[SearchWords]) -> dict[str, Any]:
    """Unions under yours by a part of their name, their code or credit code, a page at a time."""
    nothing_else(request, words)
    access.require(request.actor, "union.view")
    return _page(unions.fitting(request.actor, words.q), words.after)


@router.get("/unions/{code}", response=UnionDetail)
def union(request: Asked, code: Code) -> dict[str, Any]:
    """One union, where it hangs and how many members it and everything under it have."""
    profile = unions.profile(request.actor, found_union(request, code, "union.view"))
    found = profile.union
    return {
        **_union(found),
        "credit_code": found.credit_code or "",
        "founded_on": found.founded_on,
        "path": [above.code for above in profile.path],
        "members": profile.members,
        "unions_below": profile.unions_below,
    }


@router.get("/unions/{code}/children", response=UnionPage)
def children(request: Asked, code: Code, behind: Query[Behind]) -> dict[str, Any]:
    """The unions straight under it, a page at a time."""
    nothing_else(request, behind)
    found = found_union(request, code, "union.view")
    return _page(tree.children(found.pk), behind.after)


def _page(rows: QuerySet[Union], after: str) -> dict[str, Any]:
    found, follows = unions.page(rows, after)
    return {"unions": [_union(union) for union in found], "next": follows}


def _union(union: Union) -> dict[str, Any]:
    return {
        "code": union.code,
        "name": union.name,
        "type": union.type,
        "level": union.level,
        "division": union.division,
        "dissolved_on": union.dissolved_on,
    }
