"""An officer's page of one nomination: written by the union, recommended upward, cleared, objected to."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Nomination, RoundNotice, RoundObjection
from zhijia.appraisals.queries.rounds import desk as listed
from zhijia.appraisals.queries.rounds import mine as own
from zhijia.appraisals.round_forms import AnswerForm, AnswersForm, ClearanceForm, ObjectionForm, WordsForm
from zhijia.appraisals.services.rounds import (
    answering,
    appealing,
    clearing,
    holding,
    nominating,
    objecting,
    recommending,
)  # fmt: skip
from zhijia.appraisals.services.rounds.appealing import Stands
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.appraisals.views.rounds import stops
from zhijia.appraisals.views.rounds.mine import KINDS, certificate_of, save
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done


def entry(request: Asked, entry_id: UUID) -> HttpResponse:
    """One nomination, for the officers of the unions it passes."""
    row = _row(request, entry_id)
    form = None
    if row.state in nominating.WRITTEN and not row.by_self:
        asked = round_versions.definition(row.round.version)
        data = (request.POST, request.FILES) if request.method == "POST" else (None,)
        form = AnswersForm(*data, asked=asked, given=row.answers, day=days.business_day(days.now()))
    if request.method == "POST" and form is not None and save(request, row, form):
        return redirect("appraisals:round_entry", entry_id=row.pk)
    return _page(request, row, form=form)


def act(request: Asked, entry_id: UUID, act: str) -> HttpResponse:
    """Show it at its unit, recommend it, send it back, write down an answer. Whoever comes back to the address of a
    form that was refused finds the entry."""
    row = _row(request, entry_id)
    if request.method != "POST":
        return redirect("appraisals:round_entry", entry_id=row.pk)
    do = ACTS.get(act)
    if do is None:
        nothing()
    form = _form(act, request, row)
    if (form is None or form.is_valid()) and done(request, lambda: do(request, row, form), form=form):
        return redirect("appraisals:round_entry", entry_id=row.pk)
    if form is None:
        return redirect("appraisals:round_entry", entry_id=row.pk)
    return _page(request, _row(request, entry_id), **{act: form})


def certificate(request: Asked, entry_id: UUID) -> HttpResponse:
    """The certificate of an entry that was named, for the officers of its unions."""
    return certificate_of(request, _row(request, entry_id))


def _row(request: Asked, entry_id: UUID) -> Nomination:
    row = Nomination.objects.select_related("round__version").filter(pk=entry_id).first()
    if row is None or not (
        access.may(request.actor, HOLD, row.union_id) or access.may(request.actor, HOLD, row.round.union_id)
    ):
        nothing()
    return row


def _page(request: Asked, row: Nomination, *, form: Form | None = None, **forms: Form | None) -> HttpResponse:
    held = holding.read(row.round)
    now = days.now()
    rights = access.may(request.actor, HOLD, row.at_union_id) if row.at_union_id else False
    names = dict(
        Union.objects.filter(
            pk__in={
                row.union_id,
                row.at_union_id or 0,
                *row.recommendations.values_list("by_union_id", flat=True),
            }
        ).values_list("pk", "name")
    )
    unit = held.asked.showing("unit")
    hung = RoundNotice.objects.filter(nomination_id=row.pk).order_by("-pk").first()
    holds = access.may(request.actor, HOLD, row.round.union_id)
    open_now = appealing.stands(row, held.asked, days.business_day(now)) == Stands.OPEN
    may_appeal = open_now and appealing.is_for(request.actor, row)
    context = {
        "row": row,
        "round": row.round,
        "asked": held.asked,
        "kind": KINDS[row.state],
        "unit_name": names.get(row.union_id, ""),
        "at_name": names.get(row.at_union_id or 0, ""),
        "form": form,
        "shown": list(answering.shown(held.asked.questions, row.answers)),
        "passed": [(one, names.get(one.by_union_id, "")) for one in row.recommendations.order_by("pk")],
        "waits_here": rights,
        "shows": unit if rights and row.state == "up" and row.at_union_id == row.union_id else None,
        "hung": hung,
        "hangs": hung is not None and hung.hangs_until > now,
        "waits_for": _waits_for(row, held, now) if rights else "",
        "holds": holds,
        "clearances": listed.clearances(held, row, days.business_day(now)) if holds and row.number else [],
        "clearing": row.state == "in" and row.round.state in {"open", "judging", "batch"},
        "objections": [(one, _not_theirs(request, one, row)) for one in listed.objections_to(row)],
        "appealed": forms.get("answer") or AnswerForm(appeal=True),
        "award": own.award_of(row),
        "stops": stops.of_entry(row, held.asked, names.get(row.at_union_id or 0, "")),
        "appeal": ObjectionForm() if may_appeal else None,
        "appeal_until": appealing.last_day(row.round) if may_appeal else None,
        "recommend": WordsForm(prefix="yes"),
        "send_back": WordsForm(prefix="back"),
        "refuse": WordsForm(prefix="no"),
        "clear": ClearanceForm(),
        "answer": AnswerForm(),
        **forms,
    }
    wrong = any(one is not None and one.errors for one in (form, *forms.values()))
    return render(request, "appraisals/rounds/entry.html", context, status=422 if wrong else 200)


def _waits_for(row: Nomination, held: holding.Held, now: datetime) -> str:
    """Why it cannot be recommended yet; nothing where it can, or has still to be hung up."""
    try:
        recommending.refuse_before_its_notice(row, held.asked, now)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _not_theirs(request: Asked, one: RoundObjection, row: Nomination) -> object:
    """Why somebody else answers this objection; nothing where whoever looks can."""
    if request.actor.user_id == one.user_id:
        return objecting.OWN_OBJECTION
    decided = {row.round.decided_by, row.round.proposed_by}
    return objecting.APPEAL_BY_ANOTHER if one.appeal and request.actor.user_id in decided else ""


def _form(act: str, request: Asked, row: Nomination) -> Form | None:
    if act == "clear":
        return ClearanceForm(request.POST, request.FILES)
    if act == "answer":
        number = whole_number(request.POST.get("objection", "")) or 0
        return AnswerForm(request.POST, appeal=row.objections.filter(pk=number, appeal=True).exists())
    if act == "appeal":
        return ObjectionForm(request.POST)
    prefix = {"recommend": "yes", "send_back": "back", "refuse": "no"}.get(act)
    return WordsForm(request.POST, prefix=prefix) if prefix else None


def _clear(request: Asked, _row: Nomination, form: Form | None) -> None:
    said = form.cleaned_data if form else {}
    clearing.answer(
        actor=request.actor, at=days.now(), clearance_id=whole_number(request.POST.get("clearance", "")) or 0,
        clear=said["clear"] == "yes", answered_on=said["answered_on"], words=said["words"], paper=said["paper"],
    )  # fmt: skip


def _answer(request: Asked, _row: Nomination, form: Form | None) -> None:
    said = form.cleaned_data if form else {}
    objecting.answer(
        actor=request.actor, at=days.now(), objection_id=whole_number(request.POST.get("objection", "")) or 0,
        upheld=said["upheld"] == "yes", words=said["words"],
    )  # fmt: skip


def _words(form: Form | None) -> str:
    assert form is not None
    return str(form.cleaned_data["words"])


Act = Callable[[Asked, Nomination, Form | None], object]
ACTS: dict[str, Act] = {
    "show": lambda r, row, _f: recommending.show(actor=r.actor, at=days.now(), nomination_id=row.pk),
    "recommend": lambda r, row, f: recommending.recommend(
        actor=r.actor, at=days.now(), nomination_id=row.pk, words=_words(f)
    ),
    "send_back": lambda r, row, f: recommending.send_back(
        actor=r.actor, at=days.now(), nomination_id=row.pk, words=_words(f)
    ),
    "refuse": lambda r, row, f: recommending.refuse(
        actor=r.actor, at=days.now(), nomination_id=row.pk, words=_words(f)
    ),
    "withdraw": lambda r, row, _f: nominating.withdraw(actor=r.actor, at=days.now(), nomination_id=row.pk),
    "clear": _clear,
    "answer": _answer,
    "appeal": lambda r, row, f: objecting.appeal(
        actor=r.actor, at=days.now(), nomination_id=row.pk, words=_words(f)
    ),
}
