"""Runs: those of a union, a new one, one with its entries; and the results that hang for everybody."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.appraisals.forms import BEGINS, NameForm, ProlongForm, RunForm
from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.queries import listing, next_steps
from zhijia.appraisals.services import entering, opening, publishing, versions
from zhijia.appraisals.services.told import HOLD
from zhijia.catalogue import codes, parameters
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.register_checks import AREAS
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Union
from zhijia.registry.views.asking import at_work, nothing, row_or_404, union_or_404
from zhijia.ui.refusing import done, say

SHADES = {
    "begun": "waiting",
    "marking": "moving",
    "scored": "waiting",
    "published": "moving",
    "settled": "done",
    "out": "stopped",
    "open": "moving",
    "closed": "done",
}


def here(request: Asked) -> HttpResponse:
    """The appraisals of the union the actor works for now."""
    return at_work(request, HOLD, "appraisals:runs")


def runs(request: Asked, code: str) -> HttpResponse:
    """The runs a union opened, a page at a time."""
    union = union_or_404(request, code, HOLD)
    many = _rows()
    found = listing.runs(union.pk, after=whole_number(request.GET.get("after", "")), rows=many + 1)
    context = {
        "union": union,
        "rows": [(run, versions.definition(run.version).label, SHADES[run.state]) for run in found[:many]],
        "next": found[many - 1].pk if len(found) > many else "",
    }
    return render(request, "appraisals/runs.html", context)


@once
def new(request: Asked, code: str) -> HttpResponse:
    """Open a run: which appraisal, then its form with the days that are proposed."""
    union = union_or_404(request, code, HOLD)
    now = days.now()
    today = days.business_day(now)
    level = opening.LEVELS[union.level]
    offered = {one.code: one for one in versions.all_in_force(day=today).values() if level in one.levels}
    scheme = offered.get(request.POST.get("code", "") or request.GET.get("of", ""))
    if scheme is None:
        shelves: dict[str, list[Appraisal]] = {}
        for one in offered.values():
            shelves.setdefault(codes.label(AREAS, one.group), []).append(one)
        return render(request, "appraisals/new.html", {"union": union, "shelves": shelves})
    proposed = listing.proposed(union, scheme, today)
    form = RunForm(request.POST or None, scheme=scheme, proposed=proposed)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["once"]
        try:
            run = opening.open_run(actor=request.actor, at=now, union=union, task=form.task(), once=key)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("appraisals:run", number=run.pk)
    context = {"union": union, "form": form, "scheme": scheme}
    return render(request, "appraisals/new.html", context, status=422 if form.errors else 200)


def run(request: Asked, number: int) -> HttpResponse:
    """One run: its entries by state, and what is to be done next."""
    found, union = row_or_404(request, Run.objects.select_related("version"), number, HOLD)
    return _run(request, found, union, NameForm())


@require_POST
def run_act(request: Asked, number: int, act: str) -> HttpResponse:
    """Call somebody, give more time, publish what is ready, close the run."""
    found, union = row_or_404(request, Run.objects.select_related("version"), number, HOLD)
    given: dict[str, Any] = {"actor": request.actor, "at": days.now(), "run_id": found.pk}
    form = NameForm(request.POST)
    if act == "call":
        if not form.is_valid() or not done(
            request,
            lambda: entering.call(**given, text=form.cleaned_data["text"]),
            _("It takes part, and is told."),
            form,
        ):
            return _run(request, found, union, form)
    elif act == "publish":
        done(request, lambda: publishing.publish(**given), _("What was ready is published."))
    elif act == "prolong":
        more = ProlongForm(request.POST, auto_id="prolong-%s")
        if not more.is_valid() or not done(
            request,
            lambda: opening.prolong(**given, until=more.cleaned_data["until"]),
            _("There is more time now. Those who have not handed in are told."),
            more,
        ):
            return _run(request, found, union, NameForm(), more)
    elif act == "close":
        done(request, lambda: opening.close(**given), _("The run is closed."))
    else:
        nothing()
    return redirect("appraisals:run", number=found.pk)


@never_cache
def public(request: Asked) -> HttpResponse:
    """The results and withdrawals that are on notice now. No search engine keeps them."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    found = listing.hanging(at=days.now(), rows=_rows())
    notices = [(notice, notice.words[language]) for notice in found]
    response = render(request, "appraisals/public.html", {"notices": notices})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _run(
    request: Asked, found: Run, union: Union, form: NameForm, more: ProlongForm | None = None
) -> HttpResponse:
    many = _rows()
    state, after = request.GET.get("state", ""), _uuid(request.GET.get("after", ""))
    entries = listing.entries(found, state=state, after=after, rows=many + 1)
    counts = listing.counts(found)
    scheme, today = versions.definition(found.version), days.business_day(days.now())
    context = {
        "union": union,
        "run": found,
        "label": scheme.label,
        "scores_itself": any(part.by == "self" for part in scheme.parts),
        "shade": SHADES[found.state],
        "begins": BEGINS[found.begins],
        "counts": [(code, label, counts.get(code, 0)) for code, label in Entry.State.choices],
        "chosen": state,
        "next_steps": next_steps.of_run(found, scheme, request.actor.user_id or 0, today),
        "ready": next_steps.publishable(found, today),
        "waiting": counts.get(Entry.State.BEGUN, 0),
        "rows": [
            (entry, SHADES[entry.state], entry.grade and _grade(found, entry)) for entry in entries[:many]
        ],
        "next": entries[many - 1].pk if len(entries) > many else "",
        "form": form,
        "more": more or ProlongForm(initial={"until": found.self_until}, auto_id="prolong-%s"),
        "late": found.self_until < today,
    }
    wrong = form.errors or (more is not None and more.errors)
    return render(request, "appraisals/run.html", context, status=422 if wrong else 200)


def _grade(run: Run, entry: Entry) -> object:
    grade = versions.definition(run.version).grade(entry.grade)
    return grade.label if grade else entry.grade


def _rows() -> int:
    many: int = parameters.value("pages.rows", day=days.business_day(days.now()))
    return many


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
