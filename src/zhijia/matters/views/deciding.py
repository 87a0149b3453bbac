"""What is decided at a step, said on the file: agree, refuse, send back, ask for more, hand on, merge."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.desk_forms import AgreeForm, LinkForm
from zhijia.matters.models import Case, Step
from zhijia.matters.services import (
    answering,
    deciding,
    merging,
    versions,
)
from zhijia.matters.views import staff
from zhijia.ui.refusing import say


@require_POST
def decide(request: Asked, case_id: UUID) -> HttpResponse:
    """Say what is to become of the step that was shown."""
    case, _matter = staff.found(request, case_id)
    step_id = whole_number(request.POST.get("step", ""))
    step = case.steps.filter(pk=step_id).first() if step_id is not None else None
    act = _ACTS.get(request.POST.get("answer", ""))
    if step is None or act is None:
        raise Http404
    return _answered(request, case, lambda: act(request, case, step))


@require_POST
def link(request: Asked, case_id: UUID) -> HttpResponse:
    """Put another case into the dossier."""
    case, _matter = staff.found(request, case_id)

    def act() -> str:
        said = _valid(LinkForm(request.POST))
        merging.link(
            actor=request.actor, at=days.now(), case_id=case.pk, number=said["number"], why=said["why"]
        )
        return _("The two cases stand in one dossier.")

    return _answered(request, case, act, stay=True)


def _approve(request: Asked, case: Case, step: Step) -> str:
    form = AgreeForm(request.POST, fen=case.amount)
    said = _valid(form)
    asked = answering.asked_at(versions.definition(case.version), step.code)
    now = deciding.approve(
        actor=request.actor,
        at=days.now(),
        step_id=step.pk,
        amount=form.fen(),
        reason=said["reason"],
        typed={
            question.name: request.POST.getlist(question.name)
            if question.type == "choices"
            else request.POST.get(question.name, "")
            for question in asked
        },
    )
    if now.state == Case.State.GRANTED:
        return _("Agreed. The request is granted, and the applicant has been told.")
    return _("Agreed. The case has moved on.")


def _refuse(request: Asked, _case: Case, step: Step) -> str:
    deciding.refuse(actor=request.actor, at=days.now(), step_id=step.pk, reason=_reason(request))
    return _("Refused. The applicant has been told, with your reason.")


def _return(request: Asked, _case: Case, step: Step) -> str:
    to = request.POST.get("to", "")
    deciding.send_back(actor=request.actor, at=days.now(), step_id=step.pk, to=to, reason=_reason(request))
    return _("Sent back. It returns straight to you.")


def _pause(request: Asked, _case: Case, step: Step) -> str:
    deciding.ask_for_more(actor=request.actor, at=days.now(), step_id=step.pk, reason=_reason(request))
    return _("The applicant has been asked. The clock stands still meanwhile.")


def _add_signer(request: Asked, _case: Case, step: Step) -> str:
    place = "after" if request.POST.get("place") == "after" else "before"
    deciding.add_signer(
        actor=request.actor, at=days.now(), step_id=step.pk, user_id=_colleague(request), place=place
    )
    return _("Your colleague signs as well.")


def _delegate(request: Asked, _case: Case, step: Step) -> str:
    deciding.delegate(
        actor=request.actor,
        at=days.now(),
        step_id=step.pk,
        user_id=_colleague(request),
        reason=_reason(request),
    )
    return _("Your colleague has it in hand now.")


def _merge(request: Asked, _case: Case, step: Step) -> str:
    try:
        into = UUID(request.POST.get("into", ""))
    except ValueError:
        raise Http404 from None
    merging.merge(actor=request.actor, at=days.now(), step_id=step.pk, into=into)
    return _("The duplicate has ended. The other request goes on.")


_ACTS: dict[str, Callable[[Asked, Case, Step], str]] = {
    "approve": _approve,
    "refuse": _refuse,
    "return": _return,
    "pause": _pause,
    "add_signer": _add_signer,
    "delegate": _delegate,
    "merge": _merge,
}


def _answered(request: Asked, case: Case, act: Callable[[], str], *, stay: bool = False) -> HttpResponse:
    """Do it and go back to what waits; a refusal is said on the file, and nothing was changed."""
    try:
        told = act()
    except NeedsStepUp:
        raise
    except Refusal as refusal:
        say(request, refusal)
        return redirect("matters:file", case.pk)
    messages.success(request, told)
    return redirect("matters:file", case.pk) if stay else redirect("matters:inbox")


def _valid(form: Form) -> dict[str, Any]:
    """What was typed. Raises Refusal with the first sentence of what is wrong."""
    if not form.is_valid():
        wrong = next(iter(form.errors.values()))[0]
        raise Refusal("not_understood", wrong)
    return form.cleaned_data


def _reason(request: Asked) -> str:
    return request.POST.get("reason", "").strip()[:1000]


def _colleague(request: Asked) -> int:
    return whole_number(request.POST.get("colleague", "")) or 0
