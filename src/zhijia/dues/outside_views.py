"""What sharing leaves owed outside the register, and settling it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues.forms import SettleForm
from zhijia.dues.services import settling
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.views import drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments.queries.payments import shown
from zhijia.payments.services import paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.views.asking import union_or_404
from zhijia.ui.refusing import say


@once
def outside(request: Asked, code: str) -> HttpResponse:
    """What a union owes each beneficiary outside, a form each to order its payment, and what was ordered."""
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
            messages.success(request, _("The payment waits. Put it into a batch, and two people release it."))
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
    return drawn(
        request,
        "dues/outside.html",
        found,
        form=sent,
        forms=forms,
        settled=[shown(one) for one in settling.settled(found, rows=rows)],
        may_order=access.may(request.actor, paying.ORDER, found.pk),
    )
