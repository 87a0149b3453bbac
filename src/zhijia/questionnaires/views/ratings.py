"""Rating what was done for one, and following up low ratings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import versions
from zhijia.questionnaires.drawing import drawn
from zhijia.questionnaires.forms import FollowForm
from zhijia.questionnaires.models import Rating
from zhijia.questionnaires.services import rating
from zhijia.registry import access
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
    """The low ratings at a union that nobody has followed up yet."""
    union = union_or_404(request, code, rating.FOLLOW)
    rows = Rating.objects.filter(union_id=union.pk, low=True, followed_at__isnull=True).order_by(
        "answered_at"
    )[:50]
    mine = request.actor.user_id
    context = {"union": union, "rows": [(row, mine in row.not_by) for row in rows], "form": FollowForm()}
    return render(request, "questionnaires/low.html", context)


@require_POST
def follow(request: Asked, rating_id: UUID) -> HttpResponse:
    """Say what was found out and done about a low rating."""
    row = Rating.objects.filter(pk=rating_id, low=True).first()
    if row is None or not access.may(request.actor, rating.FOLLOW, row.union_id):
        nothing()
    form = FollowForm(request.POST)
    if form.is_valid():
        done(
            request,
            lambda: rating.follow(actor=request.actor, at=days.now(), rating_id=row.pk, **form.cleaned_data),
            _("Written down."),
        )
    else:
        messages.error(request, _("Say what was found and what was done."))
    return redirect("questionnaires:low_ratings", code=Union.objects.get(pk=row.union_id).code)
