"""Requests for programs of officers: what waits for the caller, and their answers. The same services as the pages,
within the scopes of a token."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import file as files
from zhijia.matters.queries import inbox
from zhijia.matters.services import deciding
from zhijia.registry import access
from zhijia.registry.api import Strict
from zhijia.registry.api.asking import codes_of, nothing_else

router = Router(tags=["matters"])
Number = Annotated[int, Field(ge=1, lt=2**63)]


class WaitingOut(Strict):
    """A request that waits, masked. `step` is the stop it is at, which an answer names."""

    case_id: UUID
    step: int
    code: str
    number: str
    name: str
    union: str
    due_on: date | None
    flags: list[str]


class WaitingPage(Strict):
    """Some requests; `next` is the `after` of the next call, or null at the end."""

    requests: list[WaitingOut]
    next: int | None


class Behind(Strict):
    """Where the page begins: behind this stop, answered or not. `code` keeps requests of one matter."""

    after: Number | None = None
    code: str = Field("", pattern=r"^[a-z0-9_.]{0,60}$")


class AnswerIn(Strict):
    """Agree, or refuse with a reason the applicant can act on. `answers` are those to what is asked of whoever decides
    there; without a `step` it is for the stop the request is at."""

    step: Number | None = None
    answer: Literal["approve", "refuse"]
    reason: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")
    answers: dict[str, str] = Field({}, max_length=50)


class Answered(Strict):
    """What the request came to: open while others decide or something elsewhere has to end, granted or refused."""

    case_id: UUID
    state: str


@router.get("/desk/requests", response=WaitingPage)
def waiting(request: Asked, asked: Query[Behind]) -> dict[str, Any]:
    """Requests that wait for your answer, most urgent first, a page at a time."""
    nothing_else(request, asked)
    actor = access.require(request.actor, "matter.decide")
    last = Step.objects.filter(pk=asked.after).first() if asked.after is not None else None
    after = inbox.After(last.due_at, last.pk) if last is not None else None
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    steps = inbox.page(actor, code=asked.code, after=after, rows=size)
    rows = inbox.rows_of(steps[:size], days.now())
    codes = codes_of({row.case.union_id for row in rows})
    shown = [
        {
            "case_id": row.case.pk,
            "step": row.step.pk,
            "code": row.case.code,
            "number": row.case.number,
            "name": row.name,
            "union": codes[row.case.union_id],
            "due_on": row.due_on,
            "flags": [str(flag) for flag in row.flags],
        }
        for row in rows
    ]
    return {"requests": shown, "next": rows[-1].step.pk if len(steps) > size else None}


@router.post("/desk/requests/{case_id}/answer", response=Answered)
def answer(request: Asked, case_id: UUID, given: AnswerIn) -> dict[str, Any]:
    """Answer at the stop a request is at."""
    case: Case | None = files.find(request.actor, case_id)
    here = files.here(case) if case is not None else None
    step_id = given.step or (here.pk if here is not None else None)
    if case is None or step_id is None or not case.steps.filter(pk=step_id).exists():
        raise NotForYou("not_found", _("There is no such case at your union."))
    at = days.now()
    if given.answer == "refuse":
        said = deciding.refuse(actor=request.actor, at=at, step_id=step_id, reason=given.reason)
    else:
        said = deciding.approve(
            actor=request.actor, at=at, step_id=step_id, reason=given.reason, typed=given.answers
        )
    return {"case_id": said.pk, "state": said.state}
