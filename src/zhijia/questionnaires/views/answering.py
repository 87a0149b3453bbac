"""Taking part, on a phone: what one is asked, the ballot, a survey page by page, and that it was accepted."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.drawing import Drawn, drawn
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.queries import polls
from zhijia.questionnaires.services import casting, drafting
from zhijia.questionnaires.services.casting import Entry
from zhijia.registry.views.asking import log_in_first, nothing

REFUSED = 422


def mine(request: Asked) -> HttpResponse:
    """What one is asked, and what came of it."""
    log_in_first(request.actor)
    now = days.now()
    context = {
        "rows": polls.mine(request.actor),
        "ratings": list(polls.to_rate(request.actor, now)),
        "now": now,
    }
    return render(request, "questionnaires/mine.html", context)


def poll(request: Asked, number: int) -> HttpResponse:
    """What it is about, who sees what, and the way in; or that one's ballot is in, with its receipt."""
    log_in_first(request.actor)
    row, asked = _known(request, number)
    context: dict[str, Any] = {"poll": row, "asked": asked, "on_roll": polls.is_asked(request.actor, row)}
    if row.state == Poll.State.COUNTED:
        return render(request, "questionnaires/poll.html", context)
    try:
        context["entry"] = casting.enter(actor=request.actor, at=days.now(), poll_id=number)
    except NotForYou:
        raise
    except Refusal as refusal:
        context["refusal"] = refusal
    return render(request, "questionnaires/poll.html", context)


def vote(request: Asked, number: int) -> HttpResponse:
    """The ballot; then what was marked, to look at once more; then into the box. Nothing is kept on the way, and
    what is refused leaves no line on the trail: it would tell who tried when."""
    log_in_first(request.actor)
    try:
        entry = casting.enter(actor=request.actor, at=days.now(), poll_id=number)
        if entry.asked.sort == "survey":
            return redirect("questionnaires:answer", number=number, page=1)
        if entry.is_in:
            return redirect("questionnaires:poll", number=number)
        return _vote(request, entry)
    except NotForYou:
        raise
    except Refusal as refusal:
        row, asked = _known(request, number)
        context = {
            "poll": row,
            "asked": asked,
            "refusal": refusal,
            "on_roll": polls.is_asked(request.actor, row),
        }
        return render(request, "questionnaires/poll.html", context, status=REFUSED)


def answer(request: Asked, number: int, page: int) -> HttpResponse:
    """One page of a survey. What stands on it is kept; the last one leads to handing in."""
    log_in_first(request.actor)
    actor, now = request.actor, days.now()
    try:
        entry = casting.enter(actor=actor, at=now, poll_id=number)
        if entry.is_in or entry.asked.sort != "survey":
            return redirect("questionnaires:poll", number=number)
        pages = drafting.pages(entry, drafting.answers(actor, number), now)
        if request.method == "POST" and request.POST.get("step") == "hand_in":
            drafting.hand_in(actor=actor, at=now, entry=entry)
            return redirect("questionnaires:poll", number=number)
    except NotForYou:
        raise
    except Refusal as refusal:
        row, asked = _known(request, number)
        context = {
            "poll": row,
            "asked": asked,
            "refusal": refusal,
            "on_roll": polls.is_asked(request.actor, row),
        }
        return render(request, "questionnaires/poll.html", context, status=REFUSED)
    if page > len(pages):
        context = {"poll": entry.poll, "asked": entry.asked, "steps": len(pages) + 1, "back": len(pages)}
        return render(request, "questionnaires/hand_in.html", context)
    questions = pages[page - 1] if page else nothing()
    wrong: list[Wrong] = []
    if request.method == "POST":
        read = drafting.keep(actor=actor, at=now, entry=entry, questions=questions, typed=_typed(request))
        if not read.wrong:
            more = drafting.grew(entry, questions, drafting.answers(actor, number), now)
            return redirect("questionnaires:answer", number=number, page=page if more else page + 1)
        wrong = read.wrong
    said = drafting.answers(actor, number)
    typed = _typed(request) if wrong else reading.typed(questions, said)
    context = {
        "poll": entry.poll,
        "asked": entry.asked,
        "questions": _drawn(entry, questions, typed, wrong),
        "wrong": [(one.name, entry.asked.by_name[one.name].label, one.words) for one in wrong],
        "page": page,
        "steps": len(pages) + 1,
        "back": page - 1,
    }
    return render(request, "questionnaires/answer.html", context, status=REFUSED if wrong else 200)


def _vote(request: Asked, entry: Entry) -> HttpResponse:
    questions = entry.asked.questions
    typed = _typed(request)
    read = reading.read(questions, typed, entry.ballot)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "cast" and not read.wrong:
        casting.put_in(actor=request.actor, entry=entry, answers=read.answers)
        return redirect("questionnaires:poll", number=entry.poll.pk)
    wrong = read.wrong if step in {"look", "cast"} else []
    choice, names = entry.asked.candidates, len(entry.ballot.numbers)
    context = {
        "poll": entry.poll,
        "asked": entry.asked,
        "questions": _drawn(entry, questions, typed, wrong),
        "wrong": [(one.name, entry.asked.by_name[one.name].label, one.words) for one in wrong],
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "names": names,
        "most": (choice.most if choice else 0) or names,
    }
    template = "questionnaires/look.html" if step == "look" and not wrong else "questionnaires/vote.html"
    return render(request, template, context, status=REFUSED if wrong else 200)


def _drawn(
    entry: Entry, questions: tuple[Question, ...], typed: reading.Typed, wrong: list[Wrong]
) -> list[Drawn]:
    said = {one.name: one.words for one in wrong}
    candidates = list(entry.poll.candidates.order_by("number"))
    return [drawn(question, typed, candidates, said.get(question.name)) for question in questions]


def _typed(request: Asked) -> dict[str, list[str]]:
    """The fields of the form, without those that are not about questions."""
    return {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in {"csrfmiddlewaretoken", "step"}
    }


def _known(request: Asked, number: int) -> tuple[Poll, Questionnaire]:
    """A poll that is or was open, with what it asks, for whoever is asked; a stranger finds nothing."""
    row = Poll.objects.select_related("version").filter(pk=number).exclude(state=Poll.State.DRAFT).first()
    if row is None:
        nothing()
    asked = versions.definition(row.version)
    if not asked.is_counted:
        nothing()
    return row, asked
