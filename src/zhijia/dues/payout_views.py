"""Subsidies and refunds on pages: prepared by one, decided by another, paid line by line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues.forms import RefundForm, SubsidyForm
from zhijia.dues.models import Payout, PayoutLine
from zhijia.dues.queries import payouts as queries
from zhijia.dues.services import payouts
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.views import VIEW, drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, row_or_404, union_or_404
from zhijia.ui.refusing import say


def payout_list(request: Asked, code: str) -> HttpResponse:
    """The subsidies and refunds of a union, the latest first."""
    found = union_or_404(request, code, VIEW)
    rows = Payout.objects.filter(union_id=found.pk).order_by("-pk")[: _rows()]
    return drawn(request, "dues/payouts.html", found, payouts=rows)


@once
def subsidy(request: Asked, code: str) -> HttpResponse:
    """Prepare a subsidy: a pot and what a union weighs in it."""
    found = union_or_404(request, code, SHARE)
    form = SubsidyForm(request.POST or None, initial={"year": days.business_day(days.now()).year})
    if request.method == "POST" and form.is_valid():
        try:
            made = payouts.prepare_subsidy(actor=request.actor, at=days.now(), union=found, **form.said())
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("It is prepared. A second person decides."))
            return redirect("dues:payout", number=made.pk)
    return drawn(request, "dues/subsidy.html", found, form=form)


@once
def refund(request: Asked, code: str) -> HttpResponse:
    """Prepare the refund of a year to small payers."""
    found = union_or_404(request, code, SHARE)
    form = RefundForm(request.POST or None, initial={"year": days.business_day(days.now()).year - 1})
    if request.method == "POST" and form.is_valid():
        try:
            made = payouts.prepare_refund(
                actor=request.actor, at=days.now(), union=found, year=form.cleaned_data["year"]
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("It is prepared. A second person decides."))
            return redirect("dues:payout", number=made.pk)
    return drawn(request, "dues/refund.html", found, form=form)


def payout(request: Asked, number: int) -> HttpResponse:
    """One list: what each union gets and why, what is paid, and what can be done."""
    found, there = _found(request, number)
    rows, after = queries.lines(found, after=whole_number(request.GET.get("after", "")) or 0, rows=_rows())
    return drawn(
        request,
        "dues/payout.html",
        there,
        payout=found,
        lines=rows,
        after=after,
        asks=payouts.has_to_ask(found),
        may_decide=access.may(request.actor, payouts.DECIDE, there.pk)
        and found.made_by != request.actor.user_id,
        unpaid=found.lines.filter(open=True, payment_id=None).exists(),
    )


@require_POST
@once
def decide(request: Asked, number: int) -> HttpResponse:
    """Decide a list, pay the rest of it, or put it aside."""
    found, _there = _found(request, number)
    try:
        if request.POST.get("answer") == "discard":
            payouts.discard(actor=request.actor, at=days.now(), payout_id=found.pk)
            messages.success(request, _("It is put aside."))
        else:
            payouts.decide(actor=request.actor, at=days.now(), payout_id=found.pk)
            messages.success(request, _("It is decided; the payments wait for two people to release them."))
    except Refusal as refusal:
        say(request, refusal)
    return redirect("dues:payout", number=found.pk)


@require_POST
def applied(request: Asked, number: int) -> HttpResponse:
    """Write down that a union asked for its line, today."""
    line = PayoutLine.objects.filter(pk=number).first()
    if line is None or not access.may(request.actor, SHARE, line.union_id):
        nothing()
    at = days.now()
    try:
        payouts.apply(actor=request.actor, at=at, line_id=line.pk, day=days.business_day(at))
    except Refusal as refusal:
        say(request, refusal)
    return redirect("dues:payout", number=line.payout_id)


def _found(request: Asked, number: int) -> tuple[Payout, Union]:
    return row_or_404(request, Payout.objects.all(), number, VIEW)


def _rows() -> int:
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
