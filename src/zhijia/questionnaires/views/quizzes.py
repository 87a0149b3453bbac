"""A quiz on a phone: practise, enter the contest, see what was right, let the result be published."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue.questionnaire_rules import Question
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.drawing import drawn
from zhijia.questionnaires.models import Attempt
from zhijia.questionnaires.services import quizzing
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done, say

BEST = 20


def quiz(request: Asked, number: int) -> HttpResponse:
    """What it is about; practise, or enter. Those who agreed stand in the list."""
    log_in_first(request.actor)
    poll, asked = quizzing.found(request.actor, number)
    if request.method == "POST":
        try:
            practice = request.POST.get("practice") == "yes"
            made = quizzing.begin(actor=request.actor, at=days.now(), poll_id=number, practice=practice)
        except NotForYou:
            raise
        except Refusal as refusal:
            say(request, refusal)
            return redirect("questionnaires:quiz", number=number)
        return redirect("questionnaires:attempt", number=made.pk)
    tries = Attempt.objects.filter(poll=poll, user_id=request.actor.user_id or 0)
    now = days.now()
    context = {
        "poll": poll,
        "asked": asked,
        "own": tries.filter(practice=False).first(),
        "open": poll.opens_at <= now < poll.closes_at,
        "best": Attempt.objects.filter(poll=poll, publish=True).order_by("-points", "pk")[:BEST],
    }
    return render(request, "questionnaires/quiz.html", context)


def attempt(request: Asked, number: int) -> HttpResponse:
    """The drawn questions; once handed in, the points and what was right."""
    log_in_first(request.actor)
    row = (
        Attempt.objects.select_related("poll__version")
        .filter(pk=number, user_id=request.actor.user_id or 0)
        .first()
    )
    if row is None:
        nothing()
    now = days.now()
    if request.method == "POST":
        typed = {name: request.POST.getlist(name) for name in request.POST}
        quizzing.hand_in(actor=request.actor, at=now, attempt_id=row.pk, typed=typed)
        return redirect("questionnaires:attempt", number=row.pk)
    asked = versions.definition(row.poll.version)
    questions = quizzing.drawn(asked, row.seed)
    typed = reading.typed(questions, row.answers)
    context = {
        "attempt": row,
        "poll": row.poll,
        "asked": asked,
        "questions": [(drawn(one, typed, []), _right(one.right, one)) for one in questions],
        "over": quizzing.is_over(row, row.ended_at or now),
        "passed": row.ended_at is not None and quizzing.passed(row, asked, now),
    }
    return render(request, "questionnaires/attempt.html", context)


@require_POST
def publish(request: Asked, number: int) -> HttpResponse:
    """Let one's result be published, or not any more."""
    log_in_first(request.actor)
    agreed = request.POST.get("agreed") == "yes"
    done(
        request,
        lambda: quizzing.publish(actor=request.actor, at=days.now(), attempt_id=number, agreed=agreed),
    )
    return redirect("questionnaires:attempt", number=number)


def _right(right: tuple[str, ...], question: Question) -> list[object]:
    """The words of what is right."""

    words: dict[str, object] = {choice.code: choice.label for choice in question.choices} or {
        "yes": _("Yes"),
        "no": _("No"),
    }
    return [words[code] for code in right]
