"""Rating what was done for one, and following up low ratings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.drawing import drawn
from zhijia.questionnaires.forms import FollowForm
from zhijia.questionnaires.models import Rating
from zhijia.questionnaires.services import rating
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.views.asking import log_in_first, nothing, union_or_404
from zhijia.ui.refusing import done


def rate(request: Asked, rating_id: UUID) -> HttpResponse:
    """How was it? One page, one mark, a word if one likes."""
    log_in_first(request.actor)
    now = days.now()
    row = Rating.objects.filter(pk=rating_id, user_id=request.actor.user_id or 0).first()
    asked = versions.all_in_force(day=days.business_day(now)).get(row.code) if row else None
    if row is None or asked is None:
        nothing()
    typed = {name: request.POST.getlist(name) for name in request.POST}
    wrong = {}
    if request.method == "POST":
        read = rating.give(actor=request.actor, at=now, rating_id=rating_id, typed=typed)
        wrong = {one.name: one.words for one in read.wrong}
        if not wrong:
            messages.success(request, _("Thank you. Your rating has been taken."))
            return redirect("questionnaires:mine")
    context = {
        "rating": row,
        "asked": asked,
        "open": row.answered_at is None and now < rating.until(row, asked, now),
        "questions": [drawn(question, typed, [], wrong.get(question.name)) for question in asked.questions],
    }
    return render(request, "questionnaires/rate.html", context, status=422 if wrong else 200)


def low(request: Asked, code: str) -> HttpResponse:
    """The low ratings at a union and under it that nobody has followed up yet, the one of a message first."""
    union = union_or_404(request, code, rating.FOLLOW)
    named = _key(request.GET.get("rating", ""))
    first = _waiting(request, union).filter(pk=named).first() if named else None
    return _low(request, union, first)


@require_POST
def follow(request: Asked, rating_id: UUID) -> HttpResponse:
    """Say what was found out and done about a low rating. The page that follows is that of the union one works for,
    where one follows up low ratings there; else of the rating's own."""
    row = Rating.objects.filter(pk=rating_id, low=True).first()
    if row is None or not access.may(request.actor, rating.FOLLOW, row.union_id):
        nothing()
    union = scope.current(request, request.actor)
    if union is None or not access.may(request.actor, rating.FOLLOW, union.pk):
        union = Union.objects.get(pk=row.union_id)
    form = FollowForm(request.POST, prefix=str(row.pk))

    def write_down() -> None:
        rating.follow(actor=request.actor, at=days.now(), rating_id=row.pk, **form.cleaned_data)

    if form.is_valid() and done(request, write_down, _("Written down."), form=form):
        return redirect("questionnaires:low_ratings", code=union.code)
    return _low(request, union, row, form)


def _low(
    request: Asked, union: Union, first: Rating | None = None, form: FollowForm | None = None
) -> HttpResponse:
    """The page, `first` on top of the others, with what was typed about it where it could not be taken."""
    today = days.business_day(days.now())
    most = parameters.value("pages.rows", day=today)
    waiting = _waiting(request, union)
    after = _key(request.GET.get("after", ""))
    last = Rating.objects.filter(pk=after, low=True).first() if after else None
    if last is not None:
        waiting = rating.after(waiting, last, reader=request.actor.user_id or 0)
    found = list((waiting.exclude(pk=first.pk) if first else waiting)[: most + 1])
    rows = found[:most] if first is None or last is not None else [first, *found[:most]]
    unions = Union.objects.in_bulk({row.union_id for row in rows})
    asked = versions.all_in_force(day=today)
    context = {
        "union": union,
        "next": found[most - 1].pk if len(found) > most and form is None else None,
        "rows": [
            {
                "rating": row,
                "union": unions[row.union_id],
                "said": _said(asked.get(row.code), row),
                "where": rating.where(row),
                "own": request.actor.user_id in {*row.not_by, row.user_id},
                "form": form if form is not None and row == first else FollowForm(prefix=str(row.pk)),
            }
            for row in rows
        ],
    }
    return render(request, "questionnaires/low.html", context, status=422 if form and form.errors else 200)


def _waiting(request: Asked, union: Union) -> QuerySet[Rating]:
    return rating.waiting(union, reader=request.actor.user_id or 0)


def _key(text: str) -> UUID | None:
    """The number of a rating out of an address; none where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _said(asked: Questionnaire | None, row: Rating) -> list[tuple[Any, str]]:
    """What somebody said besides their mark, question by question, in words."""
    if asked is None or asked.rated is None:
        return []
    typed = reading.typed(asked.questions, row.answers)
    found = []
    for question in asked.questions:
        if question.name in row.answers and question.name != asked.rated.by:
            lines = drawn(question, typed, []).lines
            chosen = [str(option.words) for line in lines for option in line.options if option.chosen]
            found.append((question.label, "、".join(chosen) or lines[0].typed))
    return found
