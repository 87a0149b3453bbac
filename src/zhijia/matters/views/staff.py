"""What waits at an officer's desk, the file of a case, and what is decided there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
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
    eligibility,
    flagging,
    grounds,
    looking,
    versions,
)
from zhijia.payments.queries import payments
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.queries import people

NO_DAY = "none"


def inbox(request: Asked) -> HttpResponse:
    """What waits for me, the most urgent first; of one matter where one is chosen."""
    actor = access.require(request.actor, "matter.decide")
    in_force = versions.all_in_force(day=days.business_day(days.now()))
    form = FilterForm(request.GET or None, matters=in_force.values())
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
    case, matter = found(request, case_id)
    at = days.now()
    looking.look(actor=request.actor, at=at, case=case)
    return render(request, "matters/staff/file.html", _context(request.actor, case, matter, at))


def reveal(request: Asked, case_id: UUID, answer_id: UUID) -> HttpResponse:
    """Show one sealed answer, for a reason that goes on the trail. Needs step-up; hides again by itself."""
    case, matter = found(request, case_id)
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
        "person": people.find(actor, case.person_id) if case.person_id else None,
        "flags": [flags.WORDS[word] for word in (*flagging.of(case, step, at), *flagging.in_file(case, step, at))],
        "answers": files.answers(case, matter, at), "documents": files.documents(case, matter),
        "rule": told, "clauses": files.clauses(told), "history": files.history(case, matter),
        "dossier": [(other, files.label(other), why) for other, why in files.dossier(case)],
        "around": together.around(case, at), "parts": parts, "roster": roster.page(case, matter),
        "link_form": LinkForm(auto_id="link-%s"), "ways": ways,
        "money": payments.of_case(case.pk),
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


def found(request: Asked, case_id: UUID) -> tuple[Case, Matter]:
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
