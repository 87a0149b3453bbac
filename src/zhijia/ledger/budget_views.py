"""The budget of a union on pages: its lines with what is left, adopting, approving, raising."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.forms import LineForm, PaperForm, RaiseForm
from zhijia.ledger.models import BudgetChange, BudgetLine
from zhijia.ledger.services import accounts, books, budgets
from zhijia.ledger.services.budgets import Paper
from zhijia.ledger.views import VIEW, drawn
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import say

EARLIEST, AHEAD = 2010, 1


def budget(request: Asked, code: str) -> HttpResponse:
    """The lines of a year: what was adopted, kept, spent and is left; a draft can be changed."""
    union = union_or_404(request, code, VIEW)
    year = _year(request.POST.get("year") or request.GET.get("year"))
    chart = accounts.chart_on(date(year, 12, 31))
    form = LineForm(request.POST or None, chart=chart)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            budgets.set_line(
                actor=request.actor,
                at=days.now(),
                union=union,
                year=year,
                code=data["code"],
                fund=data["fund"],
                amount=int(data["yuan"] * 100),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect(_address(union, year))
    return _page(request, union, year, form, PaperForm())


@require_POST
def decide(request: Asked, code: str) -> HttpResponse:
    """Adopt the draft of the year, or approve what was adopted."""
    union = union_or_404(request, code, VIEW)
    year = _year(request.POST.get("year"))
    paper = PaperForm(request.POST)
    act = budgets.approve if request.POST.get("answer") == "approve" else budgets.adopt
    if paper.is_valid():
        try:
            act(
                actor=request.actor,
                at=days.now(),
                union=union,
                year=year,
                paper=Paper(paper.cleaned_data["document"]),
            )
        except Refusal as refusal:
            say(request, refusal, paper)
        else:
            messages.success(request, _("It stands in the budget."))
            return redirect(_address(union, year))
    chart = accounts.chart_on(date(year, 12, 31))
    return _page(request, union, year, LineForm(chart=chart), paper)


@once
def raise_line(request: Asked, number: int) -> HttpResponse:
    """Allow more on an approved line of a union below."""
    line = BudgetLine.objects.filter(pk=number, state=BudgetLine.State.APPROVED).first()
    union = Union.objects.filter(pk=line.union_id).first() if line else None
    if line is None or union is None or not _may_approve(request, union):
        nothing()
    form = RaiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            budgets.raise_line(
                actor=request.actor,
                at=days.now(),
                line_id=line.pk,
                amount=int(data["yuan"] * 100),
                paper=Paper(data["document"], data["reason"]),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The line allows more now."))
            return redirect(_address(union, line.year))
    return drawn(request, "ledger/raise.html", union, form=form, line=_row(line), year=line.year)


def _page(request: Asked, union: Union, year: int, form: LineForm, paper: PaperForm) -> HttpResponse:
    lines = list(BudgetLine.objects.filter(union_id=union.pk, year=year).order_by("fund", "code"))
    states = {line.state for line in lines}
    context = {
        "year": year,
        "years": (year - 1, year + 1),
        "lines": [_row(line) for line in lines],
        "state": lines[0].state if lines else "",
        "changes": BudgetChange.objects.filter(line__in=lines)
        .select_related("line")
        .order_by("-at", "-pk")[:20],
        "form": form,
        "paper": paper,
        "drafting": not states - {BudgetLine.State.DRAFT},
        "may_approve": _may_approve(request, union),
    }
    return drawn(request, "ledger/budget.html", union, **context)


def _row(line: BudgetLine) -> dict[str, Any]:
    chart = accounts.chart_on(date(line.year, 12, 31))
    return {
        "line": line,
        "words": f"{line.code} {chart.account(line.code).label}",
        "fund": definitions.load().funds[line.fund].label,
    }


def _may_approve(request: Asked, union: Union) -> bool:
    over = books.above(union)
    return over is not None and access.may(request.actor, budgets.APPROVE, over.pk)


def _year(text: str | None) -> int:
    """The year named, this one where none or one out of reach is."""
    this = days.business_day(days.now()).year
    named = whole_number(text or "")
    return named if named is not None and EARLIEST <= named <= this + AHEAD else this


def _address(union: Union, year: int) -> str:
    return f"{reverse('ledger:budget', args=[union.code])}?year={year}"
