"""An officer's pages: the rounds of a union, a new one, and what it nominates for those of unions above."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.accounts.answered import once
from zhijia.appraisals import round_versions
from zhijia.appraisals.queries.rounds import desk as listed
from zhijia.appraisals.queries.rounds import mine as own
from zhijia.appraisals.round_forms import BeginForm, NewRoundForm
from zhijia.appraisals.services.rounds import nominating, preparing
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registers.services import versions as registers
from zhijia.registers.services.writing import LEVELS
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.calendar_fields import MOMENT
from zhijia.ui.refusing import say

KINDS = {
    "draft": "idle", "open": "moving", "judging": "moving", "batch": "waiting", "proposed": "waiting",
    "decided": "moving", "named": "done", "stopped": "stopped",
}  # fmt: skip
CALL_DAYS = "rounds.call_days"


def here(request: Asked) -> HttpResponse:
    """The rounds of the union the actor works for now."""
    return at_work(request, HOLD, "appraisals:rounds")


def rounds(request: Asked, code: str) -> HttpResponse:
    """What a union holds, what waits there for a recommendation, and the calls it may nominate for."""
    union = union_or_404(request, code, HOLD)
    rows = parameters.value("pages.rows", day=days.business_day(days.now()))
    of_round = whole_number(request.GET.get("round", ""))
    found = list(listed.of_union(union, after=whole_number(request.GET.get("after", "")))[: rows + 1])
    context = {
        "union": union,
        "rows": [(row, KINDS[row.state]) for row in found[:rows]],
        "next": found[rows - 1].pk if len(found) > rows else None,
        "judging": own.judging(request.actor),
        "waiting": list(listed.waiting(union, of_round=of_round)[:rows]),
        "of_round": of_round,
        "drafts": list(listed.own_drafts(union)[:rows]),
        "calls": [
            call
            for call in listed.calls_for(union)[:rows]
            if "union" in round_versions.definition(call.version).nominates
        ],
    }
    return render(request, "appraisals/rounds/rounds.html", context)


@once
def new(request: Asked, code: str) -> HttpResponse:
    """Prepare a round from a definition."""
    union = union_or_404(request, code, HOLD)
    now = days.now()
    day = days.business_day(now)
    offered = [
        one
        for one in round_versions.all_in_force(day=day).values()
        if union.level in {LEVELS[level] for level in one.levels}
    ]
    begins = now.astimezone(days.SHANGHAI).replace(second=0, microsecond=0)
    lasts = parameters.value(CALL_DAYS, division=union.division, day=day)
    initial = {
        "code": request.GET.get("of", ""),
        "year": day.year,
        "opens_at": begins.strftime(MOMENT),
        "closes_at": (begins + timedelta(days=lasts)).strftime(MOMENT),
    }
    form = NewRoundForm(request.POST or None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            found = preparing.make(actor=request.actor, at=now, union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("appraisals:round", number=found.pk)
    context = {"union": union, "form": form}
    return render(request, "appraisals/rounds/new.html", context, status=422 if form.errors else 200)


@once
def nominate(request: Asked, code: str, number: int) -> HttpResponse:
    """A union nominates for a call of its own, or of a union above."""
    union = union_or_404(request, code, HOLD)
    found = listed.calls_for(union).filter(pk=number).first()
    asked = round_versions.definition(found.version) if found else None
    if found is None or asked is None or "union" not in asked.nominates:
        nothing()
    named_in = registers.all_in_force(day=days.business_day(days.now())).get(str(asked.of))
    form = BeginForm(
        request.POST or None, asked=asked, by_union=True, of=str(named_in.label) if named_in else "",
        rows=listed.nominees(asked, union),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = nominating.begin(
                actor=request.actor, at=days.now(), once=said["once"], round_id=number, union=union,
                number=said["number"], title=said.get("title", ""),
            )  # fmt: skip
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("appraisals:round_entry", entry_id=row.pk)
    context = {"union": union, "round": found, "asked": asked, "form": form}
    return render(request, "appraisals/rounds/nominate.html", context, status=422 if form.errors else 200)
