"""Payments of a union on pages: what waits, what is to be released, what needs somebody; orders; bank accounts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.services import accounts
from zhijia.ledger.services.posting import Source
from zhijia.payments import gate
from zhijia.payments.forms import BankAccountForm, OrderForm, ReceiveOnForm, TogetherForm
from zhijia.payments.models import Payment
from zhijia.payments.queries import payments as queries
from zhijia.payments.services import bank_accounts, batching, keeping, payees, paying
from zhijia.payments.services.payees import Payee
from zhijia.payments.views.asking import VIEW, without_key
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.queries import elsewhere
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done, say


def here(request: Asked) -> HttpResponse:
    """Payments of the union the actor works for now."""
    return at_work(request, VIEW, "payments:union")


def union_page(request: Asked, code: str) -> HttpResponse:
    """What waits at a union, what is to be released, what was, and what somebody has to look at."""
    union = union_or_404(request, code, VIEW)
    at = days.now()
    size = parameters.value("pages.rows", day=days.business_day(at))
    held, may = queries.accounts(union.pk), _may(request, union)
    context: dict[str, Any] = {
        "union": union,
        "page": queries.waiting(union.pk, at=at, after=request.GET.get("after", ""), rows=size),
        "sums": queries.sums(union.pk, at=at),
        "open": queries.batches(union.pk, open_ones=True),
        "for_me": queries.for_me(union.pk, request.actor.user_id) if may["release"] else 0,
        "released": queries.batches(union.pk, open_ones=False),
        "troubled": queries.troubled(union.pk),
        "accounts": held,
        "form": TogetherForm(accounts=held),
        "gate_open": gate.is_open(),
        "may": may,
    }
    if not any((context["page"].rows, context["open"], context["released"])):
        context["below"] = elsewhere.below(union, Payment, "payments:union")
    return render(request, "payments/union.html", context)


@require_POST
@once
def put_together(request: Asked, code: str) -> HttpResponse:
    """Put what waits together: all of it, or what is ticked."""
    union = union_or_404(request, code, VIEW)
    held = queries.accounts(union.pk)
    form = TogetherForm(request.POST, accounts=held)
    if not form.is_valid():
        nothing()
    account = next(one for one in held if one.pk == form.cleaned_data["account"])
    ticked = [number for text in request.POST.getlist("chosen") if (number := whole_number(text))]
    try:
        batch = batching.put_together(
            actor=request.actor, at=days.now(), bank_account=account, payment_ids=ticked or None
        )
    except Refusal as refusal:
        say(request, refusal)
        return redirect("payments:union", code=union.code)
    messages.success(request, _("The batch is there. Two people release it."))
    return redirect("payments:batch", number=batch.pk)


@once
def order(request: Asked, code: str) -> HttpResponse:
    """Order a payment to a body by hand."""
    union = union_or_404(request, code, paying.ORDER)
    if request.method == "POST" and without_key(request):
        return redirect("payments:order", code=union.code)
    chart = accounts.chart_on(days.business_day(days.now()))
    form = OrderForm(request.POST or None, chart=chart)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            payment = paying.order(
                actor=request.actor,
                at=days.now(),
                union=union,
                source=Source("by_hand", str(data["once"])),
                payee=Payee(data["name"], data["account"], data["bank"]),
                amount=int(data["yuan"] * 100),
                fund=data["fund"],
                spent_on=data["code"],
                title=data["title"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The payment waits. Put it into a batch, and two people release it."))
            return redirect("payments:payment", number=payment.pk)
    return _drawn(request, "payments/order.html", union, form)


@once
def bank_account(request: Asked, code: str) -> HttpResponse:
    """Write a bank account of the union down."""
    union = union_or_404(request, code, bank_accounts.MANAGE)
    form = BankAccountForm(request.POST or None, initial={"holder": union.name})
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            bank_accounts.open_one(actor=request.actor, at=days.now(), union=union, **data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The bank account is written down."))
            return redirect("payments:bank_accounts", code=union.code)
    return _drawn(request, "payments/bank_account.html", union, form)


@once
def bank_accounts_page(request: Asked, code: str) -> HttpResponse:
    """The union's accounts at banks, and on which of them other unions and employers pay it."""
    union = union_or_404(request, code, bank_accounts.MANAGE)
    held, at = queries.accounts(union.pk), days.now()
    form = ReceiveOnForm(request.POST or None, accounts=held)
    if request.method == "POST" and form.is_valid():
        said = {"bank_account_id": form.cleaned_data["account"], "reason": form.cleaned_data["reason"]}
        if done(
            request,
            lambda: bank_accounts.receive_on(actor=request.actor, at=at, union=union, **said),
            _("Money for the union comes to this account from now on."),
            form,
        ):
            return redirect("payments:bank_accounts", code=union.code)
    named = payees.of_unions([union.pk]).get(union.pk)
    context = {"union": union, "form": form, "accounts": held, "named": named}
    context["cools"] = named is not None and named.usable_from > at
    status = 422 if request.method == "POST" else 200
    return render(request, "payments/bank_accounts.html", context, status=status)


def _drawn(request: Asked, template: str, union: Union, form: Form) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"union": union, "form": form}, status=status)


def _may(request: Asked, union: Union) -> dict[str, bool]:
    rights, kept_by = access.rights_of(request.actor), keeping.keepers(union, days.now())
    asked = {"order": paying.ORDER, "release": batching.RELEASE, "manage": bank_accounts.MANAGE}
    return {name: keeping.reaches(rights, permission, kept_by) for name, permission in asked.items()}
