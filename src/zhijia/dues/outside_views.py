"""What sharing leaves owed outside the register and to other unions, and settling it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues.forms import RemitEachForm, RemitForm, SettleForm
from zhijia.dues.models import Outside
from zhijia.dues.services import remitting, settling
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.views import drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.payments.models import BankAccount
from zhijia.payments.queries.payments import shown
from zhijia.payments.services import batching
from zhijia.payments.services.payees import Payee
from zhijia.registry.views.asking import union_or_404
from zhijia.ui.refusing import say

UNCLEAR = _("Nothing was ordered. Look at what is owed and try again.")
ORDERED = _("The payment waits. Put it into a batch, and two people release it.")


@once
def outside(request: Asked, code: str) -> HttpResponse:
    """What a union owes each beneficiary outside and each other union, a form each to order its payment, and what was
    ordered."""
    found = union_or_404(request, code, SHARE)
    sent = SettleForm(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        data = sent.cleaned_data
        try:
            settling.settle(
                actor=request.actor,
                at=days.now(),
                union=found,
                beneficiary=data["beneficiary"],
                expected=data["expected"],
                payee=Payee(data["name"], data["account"], data["bank"]),
            )
        except Refusal as refusal:
            if refusal.code in settling.MEANWHILE:
                say(request, refusal)
                return redirect("dues:outside", code=found.code)
            say(request, refusal, sent)
        else:
            messages.success(request, ORDERED)
            return redirect("dues:outside", code=found.code)
    rows = int(parameters.value("pages.rows", day=days.business_day(days.now())))
    forms = [
        (
            one,
            sent
            if sent is not None and sent.data.get("beneficiary") == one.beneficiary
            else SettleForm(initial={"beneficiary": one.beneficiary, "expected": one.fen}),
        )
        for one in settling.owed(found)
    ]
    above, _rest = remitting.due(found, way=Outside.ABOVE, rows=rows)
    below, after = remitting.due(
        found, way=Outside.BELOW, after=whole_number(request.GET.get("after", "")) or 0, rows=rows
    )
    together = [(way, remitting.payable(found, way=way)) for way in remitting.ROLES]
    return drawn(
        request,
        "dues/outside.html",
        found,
        form=sent,
        forms=forms,
        unions=[(one, _seen(one)) for one in (*above, *below)],
        after=after or "",
        at_once=[(way, one, _together(way, one)) for way, one in together if one.unions > 1],
        settled=[shown(one) for one in settling.settled(found, rows=rows)],
        may_order=settling.may_order(request.actor, found, days.now()),
    )


@require_POST
@once
def remit(request: Asked, code: str) -> HttpResponse:
    """Order the payment of what another union is owed."""
    found = union_or_404(request, code, SHARE)
    form = RemitForm(request.POST)
    if not form.is_valid():
        messages.error(request, UNCLEAR)
        return redirect("dues:outside", code=found.code)
    try:
        remitting.remit(
            actor=request.actor,
            at=days.now(),
            union=found,
            partner_id=form.cleaned_data["partner"],
            way=form.cleaned_data["way"],
            expected=form.cleaned_data["expected"],
        )
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, ORDERED)
    return redirect("dues:outside", code=found.code)


@require_POST
@once
def remit_each(request: Asked, code: str) -> HttpResponse:
    """Order the payments of everything other unions with an account are owed one way, in one batch where the union has
    one account at a bank."""
    found = union_or_404(request, code, SHARE)
    form = RemitEachForm(request.POST)
    if not form.is_valid():
        messages.error(request, UNCLEAR)
        return redirect("dues:outside", code=found.code)
    at, data = days.now(), form.cleaned_data
    try:
        ordered = remitting.remit_each(
            actor=request.actor, at=at, union=found, way=data["way"], expected=data["expected"]
        )
        kept = BankAccount.objects.filter(union_id=found.pk, closed_at=None)[:2]
        if len(kept) == 1:
            batch = batching.put_together(
                actor=request.actor, at=at, bank_account=kept[0], payment_ids=ordered
            )
            messages.success(request, _("The payments are ordered, in one batch. Two others release it."))
            return redirect("payments:batch", number=batch.pk)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, ORDERED)
    return redirect("dues:outside", code=found.code)


def _seen(one: remitting.Due) -> RemitForm:
    return RemitForm(initial={"partner": one.partner.pk, "way": one.way, "expected": one.fen}, auto_id=False)


def _together(way: str, one: remitting.All) -> RemitEachForm:
    return RemitEachForm(initial={"way": way, "expected": one.fen}, auto_id=False)
