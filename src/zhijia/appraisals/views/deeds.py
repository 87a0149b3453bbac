"""What is done with an entry: by who runs it, who entered, and whoever acts for the employer it is about."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.appraisals.forms import (
    AnswerForm,
    AssessorForm,
    DecisionForm,
    ObjectionForm,
    ReasonForm,
    TakeOffForm,
)
from zhijia.appraisals.models import Entry
from zhijia.appraisals.queries import sheets
from zhijia.appraisals.services import entering, judges, naming, objecting, publishing, settling
from zhijia.appraisals.views.entries import REASONS, found_or_404, judged, page
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import done

HOLDERS = frozenset(
    {"settle", "leave_out", "name", "take_off", "answer", "hold", "let_go", "finish", "withdraw"}
)
SUBJECTS = frozenset({"object"})


def act(request: Asked, entry_id: UUID, act: str) -> HttpResponse:
    """Do one thing with an entry."""
    found, scheme, sides = found_or_404(request, entry_id)
    if act not in ACTS or (act in HOLDERS and not sides.holds) or (act in SUBJECTS and not sides.scores):
        nothing()
    if request.method != "POST":
        return redirect("appraisals:entry", entry_id=found.pk)
    form = _form(act, found, scheme, request)
    valid = form is None or form.is_valid()
    if valid and done(request, lambda: ACTS[act](request, found, form), form=form):
        messages.success(request, _told(act, scheme, form))
        return redirect("appraisals:entry", entry_id=found.pk)
    return page(request, found, scheme, sides, **({act: form} if form is not None else {}))


def _form(act: str, found: Entry, scheme: Appraisal, request: Asked) -> Any:
    """The form of a deed, with what was typed."""
    typed = request.POST
    if act == "name":
        return AssessorForm(typed, parts=judged(scheme), auto_id="name-%s")
    if act == "object":
        sheet = sheets.sheet(found, scheme, of_all=False)
        return ObjectionForm(typed, sheet=sheet, auto_id="object-%s")
    if act == "answer":
        objection = found.objections.filter(pk=whole_number(typed.get("objection", "")) or 0).first()
        if objection is None:
            nothing()
        item = scheme.items[objection.item]
        return AnswerForm(typed, item=item, auto_id=f"answer-{objection.pk}-%s")
    if act == "take_off":
        return TakeOffForm(typed, auto_id=f"take-off-{whole_number(typed.get('assessor', '')) or 0}-%s")
    if act == "finish":
        return DecisionForm(typed, auto_id="finish-%s")
    return ReasonForm(typed, auto_id=f"{act}-%s") if act in REASONS else None


def _told(act: str, scheme: Appraisal, form: Any) -> str:
    """What was done, in a sentence; of somebody who was named, who it is and what they mark."""
    if act == "name":
        named = {"login": form.cleaned_data["login"], "part": scheme.part(form.cleaned_data["part"]).label}
        return _("%(login)s is named, and marks: %(part)s.") % named
    return {
        "settle": _("The result is worked out. The union reads it and can object to a mark."),
        "leave_out": _("The entry is left out, and the reason is told."),
        "take_off": _("This person marks here no more, and is told. Name somebody else."),
        "object": _("Your objection is handed in. Somebody who did not give the mark answers it."),
        "answer": _("The objection is answered."),
        "hold": _("It is held until it has been looked into."),
        "let_go": _("It goes on."),
        "finish": _("The result is final."),
        "withdraw": _("The title is withdrawn."),
    }[act]


def _given(request: Asked, found: Entry) -> dict[str, Any]:
    return {"actor": request.actor, "at": days.now(), "entry_id": found.pk}


def _object(request: Asked, found: Entry, form: Any) -> None:
    part, _colon, item = form.cleaned_data["place"].partition(":")
    objecting.object_to(**_given(request, found), part=part, item=item, words=form.cleaned_data["words"])


def _take_off(request: Asked, found: Entry, form: Any) -> None:
    assessor = found.assessors.filter(pk=form.cleaned_data["assessor"]).first()
    if assessor is None:
        nothing()
    reason = form.cleaned_data["reason"]
    judges.step_aside(actor=request.actor, at=days.now(), assessor_id=assessor.pk, reason=reason)


def _answer(request: Asked, found: Entry, form: Any) -> None:
    said = form.cleaned_data
    objecting.answer(
        actor=request.actor,
        at=days.now(),
        objection_id=said["objection"],
        said=said["said"] or None,
        words=said["words"],
    )


ACTS: dict[str, Callable[[Asked, Entry, Any], Any]] = {
    "settle": lambda request, found, _form: settling.settle(**_given(request, found)),
    "leave_out": lambda request, found, form: entering.leave_out(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
    "name": lambda request, found, form: judges.name(**_given(request, found), **form.cleaned_data),
    "take_off": _take_off,
    "object": _object,
    "answer": _answer,
    "hold": lambda request, found, form: publishing.hold(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
    "let_go": lambda request, found, _form: publishing.hold(**_given(request, found), reason=""),
    "finish": lambda request, found, form: naming.finish(
        **_given(request, found), decision=form.cleaned_data["decision"]
    ),
    "withdraw": lambda request, found, form: naming.withdraw(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
}
