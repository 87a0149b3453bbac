"""What waits at an officer's desk, the file of a case, and what is decided there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters import flags
from zhijia.matters.desk_forms import AgreeForm, BackForm, ColleagueForm, FilterForm, LinkForm, SignerForm
from zhijia.matters.forms import AnswersForm, ReasonForm
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import file as files
from zhijia.matters.queries import inbox as waiting
from zhijia.matters.queries import lines, papers, roster, together
from zhijia.matters.services import (
    answering,
    deciding,
    eligibility,
    flagging,
    grounds,
    looking,
    merging,
    versions,
)
from zhijia.registry import access
from zhijia.registry.models import Union

NO_DAY = "none"


def inbox(request: Asked) -> HttpResponse:
    """What waits for me, the most urgent first; of one matter where one is chosen."""
    actor = access.require(request.actor, "matter.decide")
    form = FilterForm(request.GET or None)
    code = form.cleaned_data["matter"] if form.is_valid() else ""
    steps = waiting.page(actor, code=code, after=_after(request.GET.get("after", "")))
    shown, now = steps[: waiting.ROWS], days.now()
    context = {
        "rows": waiting.rows_of(shown, now),
        "form": form,
        "code": code,
        "next": _key(shown[-1]) if len(steps) > waiting.ROWS else "",
        "today": days.business_day(now),
    }
    return render(request, "matters/staff/inbox.html", context)


def file(request: Asked, case_id: UUID) -> HttpResponse:
    """The file of one case. That it was looked at goes on the trail."""
    case, matter = _found(request, case_id)
    at = days.now()
    looking.look(actor=request.actor, at=at, case=case)
    return render(request, "matters/staff/file.html", _context(request.actor, case, matter, at))


@require_POST
def decide(request: Asked, case_id: UUID) -> HttpResponse:
    """Say what is to become of the step that was shown."""
    case, _matter = _found(request, case_id)
    step_id = whole_number(request.POST.get("step", ""))
    step = case.steps.filter(pk=step_id).first() if step_id is not None else None
    act = _ACTS.get(request.POST.get("answer", ""))
    if step is None or act is None:
        raise Http404
    return _answered(request, case, lambda: act(request, case, step))


@require_POST
def link(request: Asked, case_id: UUID) -> HttpResponse:
    """Put another case into the dossier."""
    case, _matter = _found(request, case_id)

    def act() -> str:
        said = _valid(LinkForm(request.POST))
        merging.link(
            actor=request.actor, at=days.now(), case_id=case.pk, number=said["number"], why=said["why"]
        )
        return _("The two cases stand in one dossier.")

    return _answered(request, case, act, stay=True)


def reveal(request: Asked, case_id: UUID, answer_id: UUID) -> HttpResponse:
    """Show one sealed answer, for a reason that goes on the trail. Needs step-up; hides again by itself."""
    case, matter = _found(request, case_id)
    answer = case.answers.filter(pk=answer_id, value=True).first()
    question = next((one for one in matter.form if answer and one.name == answer.name and one.sealed), None)
    if answer is None or question is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    clear = ""
    if request.method == "POST" and form.is_valid():
        clear = looking.reveal(
            actor=request.actor,
            at=days.now(),
            case=case,
            answer_id=answer.pk,
            reason=form.cleaned_data["reason"],
        )
    context = {"case": case, "question": question, "form": form, "clear": clear}
    response = render(request, "matters/staff/reveal.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _context(actor: Actor, case: Case, matter: Matter, at: datetime) -> dict[str, Any]:
    step = files.here(case)
    ways = files.ways(actor, case, matter, step)
    told = eligibility.of(case, matter, at)
    steps = list(case.steps.order_by("number"))
    seats = lines.seat_names(steps)
    parts = together.of([case], at).get(case.pk, [])
    context: dict[str, Any] = {
        "case": case, "matter": matter, "step": step, "today": days.business_day(at),
        "stops": together.line(case, parts, page="matters:file")
        if parts
        else lines.of_case(case, matter, steps, seats, at),
        "seat": seats.get(step.seat_id, "") if step else "",
        "due_on": waiting.due_on(step) if step else None,
        "due_kind": waiting.due_kind(step, at) if step else "idle",
        "union": Union.objects.filter(pk=case.union_id).first(),
        "flags": [flags.WORDS[word] for word in (*flagging.of(case, step, at), *flagging.in_file(case, step, at))],
        "answers": files.answers(case, matter, at), "documents": files.documents(case, matter),
        "rule": told, "clauses": files.clauses(told), "history": files.history(case, matter),
        "dossier": [(other, files.label(other), why) for other, why in files.dossier(case)],
        "around": together.around(case, at), "parts": parts, "roster": roster.page(case, matter),
        "link_form": LinkForm(auto_id="link-%s"), "ways": ways,
        "papers": papers.of(case, matter), "sent": papers.sent(case, matter),
    }  # fmt: skip
    if ways:
        context["questions"] = _questions(case, matter, step, at) if step else ()
        context |= {
            "agree": AgreeForm(
                auto_id="agree-%s", fen=case.amount if matter.amount and matter.roster is None else None
            ),
            "refuse": ReasonForm(auto_id="refuse-%s"), "more": ReasonForm(auto_id="more-%s"),
            "back": BackForm(auto_id="back-%s", steps=ways.back) if ways.back else None,
        }  # fmt: skip
        if ways.colleagues:
            context |= {
                "signer": SignerForm(auto_id="signer-%s", colleagues=ways.colleagues),
                "hand": ColleagueForm(auto_id="hand-%s", colleagues=ways.colleagues),
            }
    return context


def _questions(case: Case, matter: Matter, step: Step, at: datetime) -> AnswersForm:
    """What is asked of whoever decides here."""
    return AnswersForm(
        matter=matter,
        values=grounds.values_of(case),
        typed={},
        asked=[question.name for question in answering.asked_at(matter, step.code)],
        day=days.business_day(at),
    )


def _approve(request: Asked, case: Case, step: Step) -> str:
    form = AgreeForm(request.POST, fen=case.amount)
    said = _valid(form)
    asked = answering.asked_at(versions.definition(case.version), step.code)
    deciding.approve(
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
        request.refusal = refusal
        messages.error(request, str(refusal))
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


def _found(request: Asked, case_id: UUID) -> tuple[Case, Matter]:
    """The case and its definition, or 404."""
    case = files.find(request.actor, case_id) if request.actor.user_id is not None else None
    if case is None:
        raise Http404
    return case, versions.of(case, at=days.now())


def _key(step: Step) -> str:
    return f"{step.due_at.isoformat() if step.due_at else NO_DAY}~{step.pk}"


def _after(text: str) -> waiting.After | None:
    """The last line of the page before, as the address names it; an address that names none begins anew."""
    moment, _sep, number = text.partition("~")
    step_id = whole_number(number)
    if step_id is None:
        return None
    try:
        due_at = None if moment == NO_DAY else parse_datetime(moment)
    except ValueError:
        return None
    return waiting.After(due_at, step_id) if due_at or moment == NO_DAY else None
