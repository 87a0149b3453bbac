"""Answering a survey with the code of a slip, without an account: nothing is kept on the way, and what is refused
leaves no line on the trail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhijia.catalogue.questionnaire_rules import Question
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import envelopes, reading, versions
from zhijia.questionnaires.drawing import drawn
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.reading import Read, Typed
from zhijia.questionnaires.services import casting, drafting, slips
from zhijia.questionnaires.services.casting import Entry
from zhijia.registry.views.asking import nothing

OWN = frozenset({"csrfmiddlewaretoken", "step", "code", "shown"})
"""Fields of the form that are not about questions."""


@never_cache
def slip(request: Asked, number: int) -> HttpResponse:
    """The code, then what is asked on one page, then that it was taken, with its receipt. A code that was used says
    that it was, and no more; no browser keeps a page of it for who comes next."""
    poll = Poll.objects.select_related("version").filter(pk=number).exclude(state=Poll.State.DRAFT).first()
    asked = versions.definition(poll.version) if poll else None
    if poll is None or asked is None or not slips.takes(asked):
        nothing()
    code = request.POST.get("code", "")[: envelopes.TYPED]
    context = {"poll": poll, "asked": asked, "code": code}
    if request.method != "POST":
        return render(request, "questionnaires/slip.html", context)
    try:
        entry = slips.enter(at=days.now(), poll_id=number, code=code)
        if not entry.is_in:
            return _answer(request, entry, code)
    except NotForYou:
        raise
    except Refusal as refusal:
        return render(request, "questionnaires/slip.html", context | {"refusal": refusal}, status=422)
    return render(request, "questionnaires/slip.html", context | {"used": True})


def _answer(request: Asked, entry: Entry, code: str) -> HttpResponse:
    """The questions with what was typed; once nothing is wrong and nothing new is asked by it, it goes in."""
    typed = {name: request.POST.getlist(name) for name in request.POST if name not in OWN}
    read, asked = _read(entry, typed)
    shown = set(request.POST.get("shown", "").split(","))
    sent = request.POST.get("step") == "answer"
    more = sent and any(question.name not in shown for question in asked)
    wrong = [one for one in read.wrong if one.name in shown] if sent else []
    if sent and not more and not wrong:
        casting.put_in(actor=request.actor, entry=entry, answers=read.answers)
        context = {"poll": entry.poll, "asked": entry.asked, "entry": entry}
        return render(request, "questionnaires/slip.html", context)
    said = {one.name: one.words for one in wrong}
    context = {
        "poll": entry.poll, "asked": entry.asked, "code": code, "more": more and not wrong,
        "questions": [drawn(question, typed, [], said.get(question.name)) for question in asked],
        "shown": ",".join(question.name for question in asked),
        "wrong": [(one.name, entry.asked.by_name[one.name].label, one.words) for one in wrong],
    }  # fmt: skip
    return render(request, "questionnaires/slip_answer.html", context, status=422 if wrong else 200)


def _read(entry: Entry, typed: Typed) -> tuple[Read, list[Question]]:
    """What was understood of the questions that are asked, given what was typed; and those questions."""
    some = reading.read(entry.asked.questions, typed, entry.ballot, demanding=False).answers
    asked = [question for page in drafting.pages(entry, some, days.now()) for question in page]
    return reading.read(asked, typed, entry.ballot), asked
