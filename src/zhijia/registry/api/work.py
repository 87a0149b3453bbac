"""What waits for the caller's answer, and the answers: applications to join and transfers."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router
from pydantic import Field

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.api.asking import Strict, codes_of, nothing_else
from zhijia.registry.models import Application, TransferLeg
from zhijia.registry.queries import work
from zhijia.registry.services import applications, transfers
from zhijia.vault import services as vault

router = Router()


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


class ApplicationPage(Strict):
    """Some applications; `next` is the `after` of the next call, or null at the end."""

    applications: list[ApplicationOut]
    next: UUID | None


class TransferPage(Strict):
    """Some sides of transfers; `next` is the `after` of the next call, or null at the end."""

    transfers: list[TransferOut]
    next: int | None


class BehindApplication(Strict):
    """Where the page begins: behind this application, answered or not."""

    after: UUID | None = None


class BehindTransfer(Strict):
    """Where the page begins: behind this side of a transfer, answered or not."""

    after: int | None = Field(None, ge=1, lt=2**63)


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


@router.get("/applications", response=ApplicationPage)
def waiting_applications(request: Asked, asked: Query[BehindApplication]) -> dict[str, Any]:
    """Applications that wait for your answer, most urgent first, a page at a time."""
    nothing_else(request, asked)
    access.require(request.actor, "membership.approve")
    page = work.behind(work.applications(access.rights_of(request.actor)), asked.after)
    numbers = vault.masked_many(applications.NUMBER, [row.pk for row in page.rows])
    phones = vault.masked_many(applications.PHONE, [row.pk for row in page.rows])
    codes = codes_of({row.union_id for row in page.rows})
    shown = [
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
        for row in page.rows
    ]
    return {"applications": shown, "next": page.after}


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


@router.get("/transfers", response=TransferPage)
def waiting_transfers(request: Asked, asked: Query[BehindTransfer]) -> dict[str, Any]:
    """Transfers that wait for your side, most urgent first, a page at a time."""
    nothing_else(request, asked)
    access.require(request.actor, "transfer.decide")
    page = work.behind(work.transfers(access.rights_of(request.actor)), asked.after)
    codes = codes_of({row.union_id for row in page.rows})
    shown = [
        {
            "id": row.pk,
            "name": work.shown_name(row),
            "union": codes[row.union_id],
            "side": row.side,
            "due_on": row.due_on,
        }
        for row in page.rows
    ]
    return {"transfers": shown, "next": page.after}


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
