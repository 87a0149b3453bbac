"""The committee's desk: what it audits now, how far the plan of the term has come, planning an audit; and the audits
of one's own union for whoever answers for it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.auditing.forms import PlanForm, TermForm
from zhijia.auditing.models import Engagement, Plan
from zhijia.auditing.queries import audits, coverage, yearly
from zhijia.auditing.services import planning
from zhijia.auditing.services.planning import ANSWER, WORK
from zhijia.auditing.views.asking import stops_of
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope, tree
from zhijia.registry.models import Union
from zhijia.registry.views.asking import log_in_first, nothing, union_or_404
from zhijia.ui.refusing import done


def here(request: Asked) -> HttpResponse:
    """What the committee audits now, the earliest planned first, and how far its plan has come."""
    access.require(request.actor, WORK)
    union = _committee_of(request)
    over = request.GET.get("over") == "1"
    found = list(audits.of_committee(union, over=over)[: audits.ROWS])
    plan = _plan(union)
    context = {
        "union": union,
        "over": over,
        "rows": _rows(found),
        "plan": plan,
        "counts": coverage.counts(plan) if plan else None,
        "below": [] if over else _rows(audits.below(union)[: audits.BELOW]),
    }
    return render(request, "auditing/desk.html", context)


def own(request: Asked) -> HttpResponse:
    """The audits of the unions the actor answers for."""
    log_in_first(request.actor)
    access.require(request.actor, ANSWER)
    rights = scope.rights(request, request.actor)
    found = list(audits.of_own(rights)[: audits.ROWS])
    return render(request, "auditing/own.html", {"rows": _rows(found)})


def plan(request: Asked, code: str) -> HttpResponse:
    """The plan of a committee's term: which unions were audited and which wait, those longest without an audit
    first."""
    union = union_or_404(request, code, WORK)
    today = days.business_day(days.now())
    found = _plan(union)
    since, until = planning.days_of_term(union, today)
    form = TermForm(request.POST or None, initial={"since": since, "until": until})
    if request.method == "POST" and form.is_valid() and done(
        request,
        lambda: planning.begin_term(actor=request.actor, at=days.now(), union=union, **form.cleaned_data),
        _("The plan is set out."),
        form,
    ):  # fmt: skip
        return redirect("auditing:plan", code=union.code)
    context: dict[str, Any] = {"union": union, "plan": found, "form": form, "yearly": _yearly(union, today)}
    if found is not None:
        state = request.GET.get("state", "")
        context |= _covered(found, state, request.GET.get("after", ""))
    status = 422 if form.errors else 200
    return render(request, "auditing/plan.html", context, status=status)


def new(request: Asked, code: str) -> HttpResponse:
    """Plan an audit of this union, by the committee straight above it, or of one's own union by its own."""
    audited = Union.objects.filter(code=code).first()
    auditor = _auditor_of(request, audited) if audited else None
    if audited is None or auditor is None:
        nothing()
    today = days.business_day(days.now())
    last_year = today.year - 1
    typed = {"since": today.replace(year=last_year, month=1, day=1), "plan_on": today,
             "until": today.replace(year=last_year, month=12, day=31)}  # fmt: skip
    form = PlanForm(request.POST or None, own=audited.pk == auditor.pk, today=today, initial=typed)
    made: list[Engagement] = []
    if request.method == "POST" and form.is_valid() and done(
        request,
        lambda: made.append(
            planning.plan(
                actor=request.actor, at=days.now(), auditor=auditor, audited=audited, task=form.task(),
                once=form.cleaned_data["once"],
            )
        ),
        _("The audit is planned."),
        form,
    ):  # fmt: skip
        return redirect("auditing:audit", made[0].pk)
    context = {"form": form, "audited": audited, "auditor": auditor}
    return render(request, "auditing/new.html", context, status=422 if form.errors else 200)


def _rows(found: Iterable[Engagement]) -> list[dict[str, Any]]:
    """Audits as lines, each with where it stands."""
    return [{"row": row, "stops": stops_of(row.audit)} for row in audits.rows_of(list(found))]


def _committee_of(request: Asked) -> Union:
    union = scope.current(request, request.actor)
    if union is None or not access.may(request.actor, WORK, union.pk):
        union = scope.rights(request, request.actor).unions(WORK)[0]
    return union


def _auditor_of(request: Asked, audited: Union) -> Union | None:
    """Whose committee audits the union: the one above where the actor audits for it, else its own."""
    near = tree.path(audited)[-2:]
    return next((union for union in near if access.may(request.actor, WORK, union.pk)), None)


def _yearly(union: Union, today: date) -> list[dict[str, Any]]:
    """What is to be audited every year, with the words of its fund."""
    funds = definitions.load().funds
    return [
        {"row": row, "fund": funds[row.fund].label if row.fund else ""}
        for row in yearly.of_union(union, today)
    ]


def _plan(union: Union) -> Plan | None:
    """The plan that has today, else the latest."""
    return Plan.objects.filter(union_id=union.pk).order_by("-since").first()


def _covered(plan: Plan, state: str, after: str) -> dict[str, Any]:
    today = days.business_day(days.now())
    counts = coverage.counts(plan)
    page = coverage.page(plan, state=state, after=after, rows=parameters.value("pages.rows", day=today))
    every = sum(counts.values())
    parts = coverage.below(plan)
    return {
        "counts": counts,
        "every": every,
        "percent": counts[coverage.COVERED] * 100 // every if every else 0,
        "page": page,
        "state": state,
        "parts": parts,
        "all_due": sum(part.due for part in parts),
        "all_covered": sum(part.covered for part in parts),
    }
