"""What waits for an officer: applications, transfers, corrections; one decides, all as it happens."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import Application, Correction, TransferLeg, Union
from zhijia.registry.queries import work
from zhijia.registry.queries.transfers import to_decide
from zhijia.registry.services import applications, corrections, transfers
from zhijia.registry.views.asking import nothing
from zhijia.vault import services as vault


def application_list(request: Asked) -> HttpResponse:
    """Applications waiting for the actor, most urgent first, a page at a time."""
    access.require(request.actor, "membership.approve")
    page = _page(request, work.applications(scope.rights(request, request.actor)))
    context = {"rows": _with_unions(page.rows), "after": page.after, "today": _today()}
    return render(request, "registry/applications.html", context)


def application(request: Asked, application_id: UUID) -> HttpResponse:
    """One application: the facts that decide, and the two buttons."""
    found = Application.objects.filter(pk=application_id).first()
    if found is None or not access.may(request.actor, "membership.approve", found.union_id):
        nothing()
    context = {
        "application": found,
        "union": Union.objects.get(pk=found.union_id),
        "id_number": vault.masked(applications.NUMBER, found.pk),
        "phone": vault.masked(applications.PHONE, found.pk),
        "document_needed": applications.document_needed(found),
        "form": ReasonForm(),
        "today": _today(),
    }
    return render(request, "registry/application.html", context)


@require_POST
def decide_application(request: Asked, application_id: UUID) -> HttpResponse:
    """Take the applicant in, or say no with a reason."""

    def act() -> str:
        if request.POST.get("answer") == "refuse":
            reason = request.POST.get("reason", "")
            applications.refuse(
                actor=request.actor, at=days.now(), application_id=application_id, reason=reason
            )
            return _("The applicant has been told, with your reason.")
        seen = request.POST.get("document_seen") == "on"
        answered = applications.approve(
            actor=request.actor, at=days.now(), application_id=application_id, document_seen=seen
        )
        if answered.state == Application.State.OTHER_SIDE:
            return _(
                "This person is a member elsewhere. The other union has been asked; you will hear from us."
            )
        return _("Welcome: the applicant is a member from today.")

    return _answered(
        request,
        act,
        back=reverse("registry:application", args=[application_id]),
        done="registry:applications",
    )


def transfer_list(request: Asked) -> HttpResponse:
    """Transfers waiting for the actor's side, most urgent first, a page at a time."""
    access.require(request.actor, "transfer.decide")
    page = _page(request, work.transfers(scope.rights(request, request.actor)))
    context = {"rows": _with_unions(page.rows), "after": page.after, "today": _today()}
    return render(request, "registry/transfers.html", context)


def transfer(request: Asked, leg_id: int) -> HttpResponse:
    """One side of a transfer: what this side knows, what follows, and the two answers."""
    leg = _leg_or_404(request, leg_id)
    context = {
        "asked": to_decide(leg),
        "open": leg.state == TransferLeg.State.PENDING,
        "form": ReasonForm(),
        "today": _today(),
    }
    return render(request, "registry/transfer.html", context)


@require_POST
def decide_transfer(request: Asked, leg_id: int) -> HttpResponse:
    """Answer one side of a transfer."""
    _leg_or_404(request, leg_id)

    def act() -> str:
        moved = transfers.decide_leg(
            actor=request.actor,
            at=days.now(),
            leg_id=leg_id,
            approve=request.POST.get("answer") == "approve",
            reason=request.POST.get("reason", ""),
        )
        return _("The member has moved.") if moved else _("Your answer has been recorded.")

    back = reverse("registry:transfer", args=[leg_id])
    return _answered(request, act, back=back, done="registry:transfers")


def correction_list(request: Asked) -> HttpResponse:
    """What members say is wrong, most urgent first, a page at a time."""
    access.require(request.actor, "correction.confirm")
    page = _page(request, work.corrections(scope.rights(request, request.actor)))
    sealed = vault.masked_many(corrections.SEALED_VALUE, [row.pk for row in page.rows])
    people = work.names_of([row.person_id for row in page.rows])
    shown = [
        {
            "row": row,
            "value": corrections.words_of(row) or sealed.get(row.pk, ""),
            "name": people.get(row.person_id, ""),
        }
        for row in page.rows
    ]
    context = {"rows": shown, "after": page.after, "today": _today()}
    return render(request, "registry/corrections.html", context)


@require_POST
def decide_correction(request: Asked, correction_id: UUID) -> HttpResponse:
    """Confirm what the member says, or say no with a reason."""
    found = Correction.objects.filter(pk=correction_id).first()
    if found is None or not access.may(request.actor, "correction.confirm", found.union_id):
        nothing()

    def act() -> str:
        if request.POST.get("answer") == "refuse":
            reason = request.POST.get("reason", "")
            corrections.refuse(actor=request.actor, at=days.now(), correction_id=correction_id, reason=reason)
            return _("The member has been told, with your reason.")
        corrections.confirm(actor=request.actor, at=days.now(), correction_id=correction_id)
        return _("The data have been put right.")

    return _answered(request, act, back=reverse("registry:corrections"), done="registry:corrections")


def _leg_or_404(request: Asked, leg_id: int) -> TransferLeg:
    leg = TransferLeg.objects.filter(pk=leg_id).first()
    if leg is None or not access.may(request.actor, "transfer.decide", leg.union_id):
        nothing()
    return leg


def _answered(request: Asked, act: Callable[[], str], *, back: str, done: str) -> HttpResponse:
    """Do it, say so and go on; a refusal is said where it was asked, and nothing was changed."""
    try:
        told = act()
    except Refusal as refusal:
        if isinstance(refusal, NotForYou):
            raise
        request.refusal = refusal
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, told)
    return redirect(done)


def _page(request: Asked, rows: QuerySet[work.Row]) -> work.Page[work.Row]:
    """The page behind the row whose key stands in the address; a key that is none is an address that is none."""
    after = request.GET.get("after")
    try:
        return work.page(rows, rows.model._meta.pk.to_python(after) if after else None)
    except ValidationError:
        nothing()


def _with_unions(rows: Sequence[Any]) -> list[dict[str, Any]]:
    unions = Union.objects.in_bulk({row.union_id for row in rows})
    return [{"row": row, "name": work.shown_name(row), "union": unions[row.union_id]} for row in rows]


def _today() -> Any:
    return days.business_day(days.now())
