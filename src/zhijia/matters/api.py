"""Requests for programs: what a member can ask for, and their own requests. The same services as the pages.

What is asked for is asked by a person who is logged in: a token acts within permissions, and none of them is to ask
in somebody's name.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Body, Header, Router
from pydantic import Field

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters import desk_api, roster_api
from zhijia.matters.models import Case
from zhijia.matters.queries import mine, offered, together
from zhijia.matters.roster_api import own_case, person_of
from zhijia.matters.services import asking, handing_in, lacking, versions
from zhijia.registry.api import Strict
from zhijia.registry.models import Union

router = Router(tags=["matters"])
router.add_router("", desk_api.router)
router.add_router("", roster_api.router)
Key = Annotated[UUID, Header(alias="Idempotency-Key")]
Typed = str | int | bool | list[str] | None


class QuestionOut(Strict):
    """A question of a form."""

    name: str
    label: str
    type: str
    required: bool
    choices: dict[str, str]


class MatterOut(Strict):
    """Something that can be asked for."""

    code: str
    label: str
    guidance: str
    group: str
    questions: list[QuestionOut]
    materials: dict[str, str]
    steps: list[str]


class StopOut(Strict):
    """A stop of a request's line: its name, its state, who has it and when, in words."""

    title: str
    state: str
    who: str
    when: str


class PartOut(Strict):
    """A part of a request that asks for several things in one go: a request of its own."""

    case_id: UUID
    code: str
    number: str
    state: str


class CaseOut(Strict):
    """A request of one's own. What was answered is not repeated. `parts` stand with one request, not in a list."""

    case_id: UUID
    code: str
    number: str
    state: str
    changed_at: datetime
    line: list[StopOut]
    parts: list[PartOut]


class Begin(Strict):
    """Which matter a draft is begun of, and at which union, by its code, where one is named (joining)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")
    union: str | None = Field(None, pattern=r"^[0-9A-Za-z-]{1,20}$")


class Kept(Strict):
    """What could not be kept, by question; empty where all was."""

    wrong: dict[str, str]


class Reason(Strict):
    """Why."""

    reason: str = Field("", max_length=1000)


@router.get("/matters", response=list[MatterOut])
def matters(request: Asked) -> list[dict[str, Any]]:
    """What the caller may ask for."""
    actor = person_of(request)
    return [
        {
            "code": matter.code,
            "label": str(matter.label),
            "guidance": str(matter.guidance),
            "group": matter.group,
            "questions": [
                {
                    "name": question.name,
                    "label": str(question.label),
                    "type": question.type,
                    "required": question.required,
                    "choices": {choice.code: str(choice.label) for choice in question.choices},
                }
                for question in matter.form
            ],
            "materials": {material.code: str(material.label) for material in matter.materials},
            "steps": [str(step.label) for step in matter.steps],
        }
        for group in offered.groups(actor)
        for matter in group.matters
    ]


@router.get("/requests", response=list[CaseOut])
def requests(request: Asked) -> list[dict[str, Any]]:
    """The caller's own requests, the ones that moved last."""
    rows = mine.page(person_of(request), at=days.now())[: mine.ROWS]
    return [_shown(row.case, row.stops) for row in rows]


@router.get("/requests/{case_id}", response=CaseOut)
def one(request: Asked, case_id: UUID) -> dict[str, Any]:
    """One request of the caller's own."""
    return _told(person_of(request), case_id)


@router.post("/requests", response=CaseOut)
def begin(request: Asked, asked: Begin) -> dict[str, Any]:
    """A draft, or the one that waits already."""
    actor = person_of(request)
    if offered.find(actor, asked.code) is None:
        raise NotForYou("not_found", _("There is nothing of this code to ask for."))
    union = Union.objects.filter(code=asked.union).first() if asked.union else None
    return _told(actor, asking.start(actor=actor, at=days.now(), code=asked.code, union=union).pk)


@router.post("/requests/{case_id}/answers", response=Kept)
def keep(request: Asked, case_id: UUID, typed: Annotated[dict[str, Typed], Body()]) -> dict[str, Any]:
    """Keep answers, by question; what is not asked is not looked at."""
    try:
        asking.keep(actor=person_of(request), at=days.now(), case_id=case_id, typed=typed)
    except lacking.NotComplete as incomplete:
        return {"wrong": {wrong.name: str(wrong.words) for wrong in incomplete.wrong}}
    return {"wrong": {}}


@router.post("/requests/{case_id}/submit", response=CaseOut)
def submit(request: Asked, case_id: UUID, key: Key) -> dict[str, Any]:
    """Hand it in; the same key again answers the same request. 409 says what is missing."""
    actor = person_of(request)
    try:
        handing_in.submit(actor=actor, at=days.now(), case_id=case_id, key=key)
    except lacking.NotComplete as incomplete:
        raise Refusal(
            "not_complete", " ".join(str(wrong.words) for wrong in incomplete.wrong)
        ) from incomplete
    return _told(actor, case_id)


@router.post("/requests/{case_id}/withdraw", response=CaseOut)
def withdraw(request: Asked, case_id: UUID, said: Reason) -> dict[str, Any]:
    """Take it back while it is open."""
    actor = person_of(request)
    handing_in.withdraw(actor=actor, at=days.now(), case_id=case_id, reason=said.reason)
    return _told(actor, case_id)


def _told(actor: Actor, case_id: UUID) -> dict[str, Any]:
    case = own_case(actor, case_id)
    shown = _shown(case, mine.line(case, versions.of(case, at=days.now()), days.now()))
    parts = together.of([case], days.now()).get(case.pk, [])
    return {**shown, "parts": [_part(part.case) for part in parts]}


def _part(case: Case) -> dict[str, Any]:
    return {"case_id": case.pk, "code": case.code, "number": case.number, "state": case.state}


def _shown(case: Case, stops: Any) -> dict[str, Any]:
    return {
        "case_id": case.pk,
        "code": case.code,
        "number": case.number,
        "state": case.state,
        "changed_at": case.changed_at,
        "parts": [],
        "line": [
            {"title": str(stop.title), "state": stop.state, "who": str(stop.who), "when": str(stop.when)}
            for stop in stops
        ],
    }
