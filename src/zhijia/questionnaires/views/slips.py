"""Answering a survey with the code of a slip, without an account: nothing is kept on the way, and what is refused
leaves no line on the trail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhijia.catalogue.questionnaire_rules import Question
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import branching, envelopes, reading, versions
from zhijia.questionnaires.drawing import Drawn, depending, drawn
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.reading import Read, Typed
from zhijia.questionnaires.services import casting, drafting, slips
from zhijia.questionnaires.services.casting import Entry
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing

OWN = frozenset({"csrfmiddlewaretoken", "step", "code"})
"""Fields of the form that are not about questions."""


@never_cache
def slip(request: Asked, number: int) -> HttpResponse:
    """The code, then what is asked on one page, then that it was taken, with its receipt. A code that was used says
    that it was, and no more; no browser keeps a page of it for who comes next. Before it begins and once it has ended
    the page says so, and where the result is."""
    poll = Poll.objects.select_related("version").filter(pk=number).exclude(state=Poll.State.DRAFT).first()
    asked = versions.definition(poll.version) if poll else None
    if poll is None or asked is None or not slips.takes(asked):
        nothing()
    code = request.POST.get("code", "")[: envelopes.TYPED]
    now = days.now()
    over = poll.state != Poll.State.OPEN or now >= poll.closes_at
    context = {"poll": poll, "asked": asked, "code": code, "over": over, "early": now < poll.opens_at}
    if request.method != "POST":
        return render(request, "questionnaires/slip.html", context)
    try:
        entry = slips.enter(at=now, poll_id=number, code=code)
        if not entry.is_in:
            return _answer(request, entry, code)
    except NotForYou:
        raise
    except Refusal as refusal:
        return render(request, "questionnaires/slip.html", context | {"refusal": refusal}, status=422)
    return render(request, "questionnaires/slip.html", context | {"used": True})


def _answer(request: Asked, entry: Entry, code: str) -> HttpResponse:
    """All questions with what was typed, each with the answers that lead to it; once nothing is wrong in what is asked
    of who answers so, that goes in, and nothing else."""
    typed = {name: request.POST.getlist(name) for name in request.POST if name not in OWN}
    read = _read(entry, typed)
    sent = request.POST.get("step") == "answer"
    if sent and not read.wrong:
        casting.put_in(actor=request.actor, entry=entry, answers=read.answers)
        context = {"poll": entry.poll, "asked": entry.asked, "entry": entry}
        return render(request, "questionnaires/slip.html", context)
    wrong = read.wrong if sent else []
    context = {
        "poll": entry.poll, "asked": entry.asked, "code": code,
        "questions": _drawn(entry, typed, {one.name: one.words for one in wrong}),
        "wrong": [(one.name, entry.asked.by_name[one.name].label, one.words) for one in wrong],
    }  # fmt: skip
    return render(request, "questionnaires/slip_answer.html", context, status=422 if wrong else 200)


def _read(entry: Entry, typed: Typed) -> Read:
    """What was understood of the questions that are asked, given what was typed."""
    some = reading.read(entry.asked.questions, typed, entry.ballot, demanding=False).answers
    asked = [question for page in drafting.pages(entry, some, days.now()) for question in page]
    return reading.read(asked, typed, entry.ballot)


def _drawn(entry: Entry, typed: Typed, said: dict[str, object]) -> list[Drawn]:
    today = days.business_day(days.now())
    division = Union.objects.values_list("division", flat=True).get(pk=entry.poll.union_id)

    def one(question: Question) -> Drawn:
        only = branching.only_with(entry.asked, question, day=today, division=division)
        return depending(drawn(question, typed, [], said.get(question.name)), entry.asked, only)

    return [one(question) for question in entry.asked.questions]
