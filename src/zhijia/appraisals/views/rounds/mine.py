"""A member's side, on a phone: rounds open to them, their nomination, what becomes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Nomination, RoundObjection
from zhijia.appraisals.queries.rounds import mine as own
from zhijia.appraisals.round_forms import AnswersForm, BeginForm, ObjectionForm
from zhijia.appraisals.services.rounds import (
    agreeing,
    answering,
    appealing,
    certificates,
    nominating,
    objecting,
)
from zhijia.appraisals.services.rounds.appealing import Stands
from zhijia.appraisals.views.rounds import stops
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Union
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done, say

KINDS = {
    "draft": "idle", "returned": "late", "up": "moving", "shown": "moving", "in": "moving", "named": "done",
    "not_named": "idle", "refused": "stopped", "withdrawn": "stopped", "struck": "stopped",
}  # fmt: skip


def mine(request: Asked) -> HttpResponse:
    """The rounds that are open to one, one's nominations, and what one judges."""
    log_in_first(request.actor)
    there = own.nominations(request.actor)
    live = {row.round_id for row in there if row.state in Nomination.LIVE}
    context = {
        "calls": [one for one in own.open_to(request.actor, days.now()) if one.round.pk not in live],
        "rows": [(row, KINDS[row.state]) for row in there],
        "judging": own.judging(request.actor),
        "objections": own.objections(request.actor),
    }
    return render(request, "appraisals/rounds/mine.html", context)


@once
def call(request: Asked, number: int) -> HttpResponse:
    """What a round is about, and the way in."""
    log_in_first(request.actor)
    now = days.now()
    seen = next((one for one in own.open_to(request.actor, now) if one.round.pk == number), None)
    if seen is None:
        nothing()
    there = next((row for row in own.nominations(request.actor) if row.round_id == number), None)
    form = BeginForm(request.POST or None, asked=seen.asked, by_union=False)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = nominating.begin(
                actor=request.actor, at=now, once=said["once"], round_id=number, title=said.get("title", "")
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("appraisals:nomination", entry_id=row.pk)
    union = Union.objects.values_list("name", flat=True).get(pk=seen.round.union_id)
    context = {"round": seen.round, "asked": seen.asked, "form": form, "there": there, "union": union}
    return render(request, "appraisals/rounds/call.html", context, status=422 if form.errors else 200)


def entry(request: Asked, entry_id: UUID) -> HttpResponse:
    """One's nomination: to fill in while it is written, then where it is."""
    log_in_first(request.actor)
    row, asked = _own(request, entry_id)
    form = None
    if row.state in nominating.WRITTEN and row.by_self:
        data = (request.POST, request.FILES) if request.method == "POST" else (None,)
        form = AnswersForm(*data, asked=asked, given=row.answers, day=days.business_day(days.now()))
    if request.method == "POST" and form is not None and save(request, row, form):
        return redirect("appraisals:nomination", entry_id=row.pk)
    return _page(request, row, asked, form=form)


def act(request: Asked, entry_id: UUID, act: str) -> HttpResponse:
    """Take it back, agree to the notice, appeal. Whoever comes back to the address of a form that was refused finds
    their nomination."""
    log_in_first(request.actor)
    row, asked = _own(request, entry_id)
    if request.method != "POST":
        return redirect("appraisals:nomination", entry_id=row.pk)
    if act == "appeal":
        form = ObjectionForm(request.POST)
        if form.is_valid() and done(
            request,
            lambda: objecting.appeal(
                actor=request.actor, at=days.now(), nomination_id=row.pk, words=form.cleaned_data["words"]
            ),
            _("Your appeal is in. Somebody who had no part in the decision answers it."),
            form,
        ):
            return redirect("appraisals:nomination", entry_id=row.pk)
        return _page(request, row, asked, appeal=form, status=422)
    do = ACTS.get(act)
    if do is None:
        nothing()
    done(request, lambda: do(request, row))
    return redirect("appraisals:nomination", entry_id=row.pk)


def certificate(request: Asked, entry_id: UUID) -> HttpResponse:
    """The certificate of what one was named for, to print."""
    log_in_first(request.actor)
    row, _asked = _own(request, entry_id)
    return certificate_of(request, row)


def certificate_of(request: Asked, row: Nomination) -> HttpResponse:
    """The PDF of an entry that was named."""
    award = own.award_of(row)
    if award is None:
        nothing()
    address = request.build_absolute_uri(reverse("appraisals:verify_certificate", args=[award.token]))
    paper = certificates.paper(actor=request.actor, at=days.now(), award=award, address=address)
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return answer


def save(request: Asked, row: Nomination, form: AnswersForm) -> bool:
    """Keep what was typed; hand it in where that was asked for. Whether all of it could be done."""
    now = days.now()
    wrong = nominating.keep(
        actor=request.actor, at=now, nomination_id=row.pk, typed=form.typed(), sent=form.sent()
    )
    form.mark(wrong)
    hands_in = request.POST.get("step") == "hand_in"
    if hands_in:
        row.refresh_from_db(fields=["answers"])
        form.need(question.name for question in nominating.lacking(row, form.asked))
    if form.errors:
        return False
    if not hands_in:
        messages.success(request, _("Kept. Go on when you like."))
        return True
    agreed = request.POST.get("agreed") == "yes"
    return done(
        request,
        lambda: nominating.hand_in(actor=request.actor, at=now, nomination_id=row.pk, agreed=agreed),
        _("Handed in."),
        form,
    )


def _own(request: Asked, entry_id: UUID) -> tuple[Nomination, Definition]:
    row = own.one(request.actor, entry_id)
    if row is None:
        nothing()
    return row, round_versions.definition(row.round.version)


def _page(
    request: Asked,
    row: Nomination,
    asked: Definition,
    *,
    form: AnswersForm | None = None,
    appeal: ObjectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stands = appealing.stands(row, asked, days.business_day(days.now()))
    may_appeal = stands == Stands.OPEN
    wrong = bool(form is not None and form.errors)
    award = own.award_of(row)
    mine = request.actor.user_id or 0
    appeals = list(RoundObjection.objects.filter(nomination=row, user_id=mine, appeal=True).order_by("pk"))
    at = Union.objects.filter(pk=row.at_union_id or 0).values_list("name", flat=True).first()
    context: dict[str, Any] = {
        "at_name": at,
        "grade": next((one.label for one in asked.grades if award and one.code == award.grade), ""),
        "row": row,
        "round": row.round,
        "asked": asked,
        "kind": KINDS[row.state],
        "stops": stops.of_entry(row, asked, at or ""),
        "stands": stands,
        "waits": any(one.state == RoundObjection.State.OPEN for one in appeals),
        "appeal_until": appealing.last_day(row.round) if may_appeal else None,
        "form": form,
        "shown": list(answering.shown(asked.questions, row.answers)),
        "agrees": bool(asked.notices) and row.agreed_at is None and row.state not in _OVER,
        "leaves": row.state in nominating.LEAVES and row.round.state in {"open", "judging"},
        "appeal": (appeal or ObjectionForm()) if may_appeal else None,
        "appeals": appeals,
        "award": award,
    }
    return render(request, "appraisals/rounds/my_entry.html", context, status=422 if wrong else status)


def _withdraw(request: Asked, row: Nomination) -> None:
    nominating.withdraw(actor=request.actor, at=days.now(), nomination_id=row.pk)


def _agree(request: Asked, row: Nomination) -> None:
    agreeing.agree(actor=request.actor, at=days.now(), nomination_id=row.pk)


ACTS: dict[str, Callable[[Asked, Nomination], None]] = {"withdraw": _withdraw, "agree": _agree}
_OVER = {"refused", "withdrawn", "struck", "not_named"}
