"""Donations at work: written down, received, their receipt, another use with the donor's consent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues.forms import DonationForm, GoodsForm, PurposeForm
from zhijia.dues.models import Donation
from zhijia.dues.queries import donations as queries
from zhijia.dues.services import giving, goods_given, thanking
from zhijia.dues.views import VIEW, drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.services import posting
from zhijia.payments.services import bank_accounts
from zhijia.registry import access
from zhijia.registry.views.asking import row_or_404, union_or_404
from zhijia.ui.refusing import say


@once
def union_donations(request: Asked, code: str) -> HttpResponse:
    """The donations of a union, and the form to write one down."""
    found = union_or_404(request, code, VIEW)
    funds = giving.funds()
    form = DonationForm(request.POST or None, funds=funds)
    if request.method == "POST":
        access.require(request.actor, posting.POST, found.pk)
        if form.is_valid():
            try:
                made = giving.promise(
                    actor=request.actor, at=days.now(), union=found, promised=form.promised(),
                    once=form.cleaned_data["once"],
                )  # fmt: skip
            except Refusal as refusal:
                say(request, refusal, form)
            else:
                messages.success(request, _("The donation is written down and its money is expected."))
                return redirect("dues:donation", number=made.pk)
    after = whole_number(request.GET.get("after", ""))
    rows, more = queries.of_union(found, after=after, rows=_rows())
    return drawn(
        request,
        "dues/donations.html",
        found,
        form=form,
        donations=[(one, funds.get(one.fund, "")) for one in rows],
        after=more or "",
        may_write=access.may(request.actor, posting.POST, found.pk),
    )


@once
def goods(request: Asked, code: str) -> HttpResponse:
    """Write goods down that were given: what, how many, what they are worth and for what they are."""
    found = union_or_404(request, code, posting.POST)
    at = days.now()
    form = GoodsForm(request.POST or None, funds=giving.funds(), initial={"got_on": days.business_day(at)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = goods_given.take_in(
                actor=request.actor, at=at, union=found, promised=form.promised(), given=form.given(),
                once=data["once"],
            )  # fmt: skip
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The goods are written down and in stock."))
            return redirect("dues:donation", number=made.pk)
    return drawn(request, "dues/goods.html", found, form=form)


@once
def donation(request: Asked, number: int) -> HttpResponse:
    """One donation: what came in, what it may be used for, what became of it."""
    found, there = row_or_404(request, Donation.objects.all(), number, VIEW)
    agreed = queries.agreed(found)
    purpose = giving.use_of(found, agreed)
    form = PurposeForm(request.POST or None, initial={"purpose": purpose})
    if request.method == "POST":
        access.require(request.actor, posting.POST, there.pk)
        if form.is_valid():
            try:
                giving.change_purpose(
                    actor=request.actor,
                    at=days.now(),
                    donation_id=found.pk,
                    purpose=form.cleaned_data["purpose"],
                    consent=form.cleaned_data["consent"],
                )
            except Refusal as refusal:
                say(request, refusal, form)
            else:
                messages.success(request, _("The new use is written down with the donor's consent."))
                return redirect("dues:donation", number=found.pk)
    bank, holder, account = bank_accounts.to_pay_into(there.pk, at=days.now())
    return drawn(
        request,
        "dues/donation.html",
        there,
        form=form,
        donation=found,
        agreed=agreed,
        purpose=purpose,
        fund=giving.funds().get(found.fund, ""),
        told=queries.became(found, today=days.business_day(days.now())) if found.received else None,
        lot=goods_given.lot_of(found),
        may_write=access.may(request.actor, posting.POST, there.pk),
        bank=bank,
        holder=holder,
        account=account,
    )


def receipt(request: Asked, number: int) -> HttpResponse:
    """The donor's receipt as a PDF."""
    found, _there = row_or_404(request, Donation.objects.all(), number, posting.POST)
    try:
        content = thanking.paper(actor=request.actor, at=days.now(), donation_id=found.pk)
    except Refusal as refusal:
        say(request, refusal)
        return redirect("dues:donation", number=found.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="donation-{found.number}.pdf"'
    return response


def _rows() -> int:
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
