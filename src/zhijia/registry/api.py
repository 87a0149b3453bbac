"""The registry for programs: the same queries and services as its pages, with the same rights.

Nothing here shows more than a page does: numbers are masked, a name is masked, and no name, number or phone can
be asked for by an address. Words of the web in, one call, words of the web out.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router, Schema
from ninja.errors import ValidationError
from pydantic import ConfigDict, Field

from zhijia.facts import queries as facts
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Application, TransferLeg, Union
from zhijia.registry.queries import members, people, unions, work
from zhijia.registry.services import applications, transfers
from zhijia.vault import services as vault

router = Router(tags=["registry"])

Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,20}$", description="Code of a union")]
Month = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="Like 2026-01")]


class Strict(Schema):
    """What is not named here is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class UnionOut(Strict):
    """A union in a list."""

    code: str
    name: str
    type: str
    level: int
    division: str


class UnionDetail(UnionOut):
    """A union with what its page shows."""

    credit_code: str
    founded_on: date | None
    dissolved_on: date | None
    path: list[str]
    members: int
    unions_below: int


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
    """Some members in order of name; `after` of the next call, or null at the end."""

    members: list[MemberOut]
    after: UUID | None


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


class ApplicationOut(Strict):
    """An application that waits, masked."""

    id: UUID
    name: str
    id_number: str
    phone: str
    union: str
    occupation: str
    workplace: str
    due_on: date | None


class TransferOut(Strict):
    """One side of a transfer that waits."""

    id: int
    name: str
    union: str
    side: str
    due_on: date | None


class ApplicationAnswer(Strict):
    """Take in, or refuse with a reason the applicant can act on."""

    answer: Literal["approve", "refuse"]
    reason: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    document_seen: bool = False


class TransferAnswer(Strict):
    """Agree, or refuse with a reason."""

    answer: Literal["approve", "refuse"]
    reason: str = Field("", max_length=200, pattern=r"^[^\x00]*$")


class Answered(Strict):
    """What an application came to: approved, other_side (its other union is asked first) or refused."""

    id: UUID
    state: str


class Moved(Strict):
    """Whether this answer completed the move."""

    id: int
    moved: bool


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


class SearchWords(Strict):
    """A part of a union's name, or its code or credit code."""

    q: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]+$")


@router.get("/unions", response=list[UnionOut])
def roots(request: Asked) -> list[Any]:
    """Where your tree begins: the unions you hold a right at."""
    access.require(request.actor, "union.view")
    return [_union(union) for union in unions.roots(request.actor)]


@router.get("/unions/search", response=list[UnionOut])
def search(request: Asked, words: Query[SearchWords]) -> list[Any]:
    """Unions under yours by a part of their name, their code or credit code; a page of them at most."""
    _nothing_else(request, words)
    access.require(request.actor, "union.view")
    return [_union(union) for union in unions.search(request.actor, words.q)]


@router.get("/unions/{code}", response=UnionDetail)
def union(request: Asked, code: Code) -> dict[str, Any]:
    """One union, where it hangs and how many members it and everything under it have."""
    profile = unions.profile(request.actor, _found(request, code, "union.view"))
    found = profile.union
    return {
        **_union(found),
        "credit_code": found.credit_code or "",
        "founded_on": found.founded_on,
        "dissolved_on": found.dissolved_on,
        "path": [above.code for above in profile.path],
        "members": profile.members,
        "unions_below": profile.unions_below,
    }


@router.get("/unions/{code}/children", response=list[UnionOut])
def children(request: Asked, code: Code) -> list[Any]:
    """The unions straight under it, a page of them; the search finds the rest."""
    found = _found(request, code, "union.view")
    below, _more = unions.children(request.actor, found)
    return [_union(child) for child in below]


@router.get("/unions/{code}/members", response=MemberPage)
def members_of(request: Asked, code: Code, filters: Query[MemberFilters]) -> dict[str, Any]:
    """The members at and under the union, masked, a page at a time."""
    _nothing_else(request, filters)
    found = _found(request, code, "membership.view")
    chosen = members.Filters(status=filters.status, group=filters.group, here_only=filters.here_only)
    page = members.page(actor=request.actor, union=found, filters=chosen, after=filters.after)
    codes = _codes({row.union_id for row in page.rows})
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
    return {"members": shown, "after": page.after}


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


@router.get("/applications", response=list[ApplicationOut])
def waiting_applications(request: Asked) -> list[Any]:
    """Applications that wait for your answer, most urgent first; a page of them."""
    access.require(request.actor, "membership.approve")
    rows = list(work.applications(access.rights_of(request.actor))[: work.SHOWN])
    numbers = vault.masked_many(applications.NUMBER, [row.pk for row in rows])
    phones = vault.masked_many(applications.PHONE, [row.pk for row in rows])
    codes = _codes({row.union_id for row in rows})
    return [
        {
            "id": row.pk,
            "name": work.shown_name(row),
            "id_number": numbers.get(row.pk, ""),
            "phone": phones.get(row.pk, ""),
            "union": codes[row.union_id],
            "occupation": row.occupation,
            "workplace": row.workplace,
            "due_on": row.due_on,
        }
        for row in rows
    ]


@router.post("/applications/{application_id}/answer", response=Answered)
def answer_application(request: Asked, application_id: UUID, given: ApplicationAnswer) -> Application:
    """Take the applicant in, or say no with a reason."""
    if given.answer == "refuse":
        return applications.refuse(
            actor=request.actor, at=days.now(), application_id=application_id, reason=given.reason
        )
    return applications.approve(
        actor=request.actor,
        at=days.now(),
        application_id=application_id,
        document_seen=given.document_seen,
    )


@router.get("/transfers", response=list[TransferOut])
def waiting_transfers(request: Asked) -> list[Any]:
    """Transfers that wait for your side, most urgent first; a page of them."""
    access.require(request.actor, "transfer.decide")
    rows = list(work.transfers(access.rights_of(request.actor))[: work.SHOWN])
    codes = _codes({row.union_id for row in rows})
    return [
        {
            "id": row.pk,
            "name": work.shown_name(row),
            "union": codes[row.union_id],
            "side": row.side,
            "due_on": row.due_on,
        }
        for row in rows
    ]


@router.post("/transfers/{int:leg_id}/answer", response=Moved)
def answer_transfer(
    request: Asked, leg_id: Annotated[int, Path(ge=1, lt=2**63)], given: TransferAnswer
) -> dict[str, Any]:
    """Answer for your side of a transfer."""
    leg = TransferLeg.objects.filter(pk=leg_id).first()
    if leg is None or not access.may(request.actor, "transfer.decide", leg.union_id):
        raise NotForYou("not_found", _("There is no such transfer at your union."))
    moved = transfers.decide_leg(
        actor=request.actor,
        at=days.now(),
        leg_id=leg_id,
        approve=given.answer == "approve",
        reason=given.reason,
    )
    return {"id": leg_id, "moved": moved}


@router.get("/figures/members", response=list[MonthOut])
def members_by_month(request: Asked, filters: Query[FigureFilters]) -> list[Any]:
    """Members at and under a union at the end of each month, as a sum of facts."""
    _nothing_else(request, filters)
    found = _found(request, filters.union, "figures.view")
    scope = unions.members_scope(found)
    since, until = (int(month.replace("-", "")) for month in (filters.since, filters.until))
    gained = facts.by_month(unions.MEMBERS, since=since, until=until, **scope)
    return [
        {"month": f"{month // 100}-{month % 100:02d}", "members": stock, "gained": gained.get(month, 0)}
        for month, stock in facts.series(unions.MEMBERS, since=since, until=until, **scope)
    ]


def _nothing_else(request: Asked, asked: Strict) -> None:
    """Refuse what else stands behind the question mark; the framework would pass over it."""
    unknown = set(request.GET) - set(type(asked).model_fields)
    if unknown:
        raise ValidationError([{"loc": ("query",), "type": "extra_forbidden"}])


def _found(request: Asked, code: str, permission: str) -> Union:
    found = Union.objects.filter(code=code).first()
    if found is None or not access.may(request.actor, permission, found.pk):
        raise NotForYou("not_found", _("There is no such union under yours."))
    return found


def _union(union: Union) -> dict[str, Any]:
    return {
        "code": union.code,
        "name": union.name,
        "type": union.type,
        "level": union.level,
        "division": union.division,
    }


def _codes(union_ids: set[int]) -> dict[int, str]:
    return dict(Union.objects.filter(pk__in=union_ids).values_list("pk", "code"))
