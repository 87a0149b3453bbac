"""A judge's pages, on a phone or a desk: the entries of the stage, and one of them with its criteria. Of a blind stage
they show no name."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Round
from zhijia.appraisals.queries.rounds import mine as own
from zhijia.appraisals.queries.rounds.mine import ToJudge
from zhijia.appraisals.round_forms import ScoreForm
from zhijia.appraisals.services.rounds import answering, judging, voting
from zhijia.catalogue.round_rules import Stage
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done


def entries(request: Asked, number: int) -> HttpResponse:
    """The entries of the stage that is judged now, with one's own scores; or that the public votes, and until when."""
    log_in_first(request.actor)
    found, stage, rows = _stage(request, number)
    if stage.questionnaire:
        context = {"round": found, "stage": stage, "poll": voting.held_for(found, stage)}
        return render(request, "appraisals/rounds/voted.html", context)
    context = {
        "round": found,
        "stage": stage,
        "rows": rows,
        "done": sum(row.score is not None for row in rows),
        "to_do": sum(not row.kept_from for row in rows),
    }
    return render(request, "appraisals/rounds/judging.html", context)


def score(request: Asked, number: int, entry_id: UUID) -> HttpResponse:
    """One entry, its answers, and the points one gives it."""
    log_in_first(request.actor)
    found, stage, rows = _stage(request, number)
    seen = next((row for row in rows if row.row.pk == entry_id), None)
    if seen is None or stage.questionnaire:
        nothing()
    given = seen.score
    initial = {**given.points, "words": given.words} if given else {}
    form = ScoreForm(request.POST or None, stage=stage, initial=initial)
    if request.method == "POST" and request.POST.get("step") == "recuse":
        if done(
            request,
            lambda: judging.recuse(actor=request.actor, at=days.now(), nomination_id=entry_id),
            _("You do not judge this entry. What you gave it does not count."),
        ):
            return redirect("appraisals:judging", number=found.pk)
    elif request.method == "POST" and form.is_valid() and done(
        request,
        lambda: judging.score(
            actor=request.actor, at=days.now(), nomination_id=entry_id, points=form.points(),
            words=form.cleaned_data["words"],
        ),
        _("Kept. You can change it until the stage is closed."),
        form,
    ):  # fmt: skip
        return redirect("appraisals:judging", number=found.pk)
    asked = round_versions.definition(found.version)
    context: dict[str, Any] = {
        "round": found,
        "stage": stage,
        "seen": seen,
        "title": "" if stage.blind else seen.row.title,
        "shown": list(answering.shown(answering.judged(asked, blind=stage.blind), seen.row.answers)),
        "form": form,
    }
    return render(request, "appraisals/rounds/score.html", context, status=422 if form.errors else 200)


def _stage(request: Asked, number: int) -> tuple[Round, Stage, list[ToJudge]]:
    found = Round.objects.select_related("version").filter(pk=number, state=Round.State.JUDGING).first()
    rows = own.to_judge(request.actor, found) if found else None
    if found is None or rows is None:
        nothing()
    return found, round_versions.definition(found.version).stage(found.stage), rows
