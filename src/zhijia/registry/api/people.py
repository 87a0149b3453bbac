"""Members and people, masked."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry.api.asking import Code, Strict, codes_of, found_union, nothing_else
from zhijia.registry.queries import members, people

router = Router()


class MemberOut(Strict):
    """A member, masked."""

    person_id: UUID
    name: str
    id_number: str
    phone: str
    status: str
    union: str
    group: str
    joined_on: str
    real_name_level: int


class MemberPage(Strict):
    """Some members in order of name; `next` is the `after` of the next call, or null at the end."""

    members: list[MemberOut]
    next: UUID | None


class MemberFilters(Strict):
    """Narrow the members by state of membership or group; `here_only` leaves out the unions under it."""

    status: str = Field("", pattern=r"^[0-9]{0,2}$")
    group: str = Field("", pattern=r"^[0-9]{0,2}$")
    here_only: bool = False
    after: UUID | None = None


class StayOut(Strict):
    """A membership in a person's history. Of another union's the days alone."""

    own: bool
    union: str
    status: str
    valid_from: date
    valid_to: date | None


class PersonOut(Strict):
    """A person, masked; to themselves the name in full."""

    person_id: UUID
    name: str
    union: str | None
    status: str | None
    sealed: dict[str, str]
    history: list[StayOut]


@router.get("/unions/{code}/members", response=MemberPage)
def members_of(request: Asked, code: Code, filters: Query[MemberFilters]) -> dict[str, Any]:
    """The members at and under the union, masked, a page at a time."""
    nothing_else(request, filters)
    found = found_union(request, code, "membership.view")
    chosen = members.Filters(status=filters.status, group=filters.group, here_only=filters.here_only)
    page = members.page(actor=request.actor, union=found, filters=chosen, after=filters.after)
    codes = codes_of({row.union_id for row in page.rows})
    shown = [
        {
            "person_id": row.person_id,
            "name": row.name,
            "id_number": row.id_number,
            "phone": row.phone,
            "status": row.status,
            "union": codes.get(row.union_id, ""),
            "group": row.group,
            "joined_on": row.joined_on,
            "real_name_level": row.real_name_level,
        }
        for row in page.rows
    ]
    return {"members": shown, "next": page.after}


@router.get("/people/{person_id}", response=PersonOut)
def person(request: Asked, person_id: UUID) -> dict[str, Any]:
    """One person, masked, with the history of memberships."""
    found = people.find(request.actor, person_id)
    if found is None:
        raise NotForYou("not_found", _("There is no such person in your unions."))
    profile = people.profile(request.actor, found)
    return {
        "person_id": found.pk,
        "name": profile.name,
        "union": profile.union.code if profile.union else None,
        "status": profile.membership.status if profile.membership else None,
        "sealed": profile.sealed,
        "history": [
            {
                "own": stay.own,
                "union": stay.union,
                "status": stay.status,
                "valid_from": stay.valid_from,
                "valid_to": stay.valid_to,
            }
            for stay in profile.history
        ],
    }
