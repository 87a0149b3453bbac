"""Money in on pages: what came in, what is expected; one receipt, what of it went back, an order to give it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.ledger.services import posting
from zhijia.payments.forms import ReasonForm, RefundForm
from zhijia.payments.models import Receipt
from zhijia.payments.queries import money_in as queries
from zhijia.payments.services import keeping, paying, refunding
from zhijia.payments.services.payees import Payee, current
from zhijia.payments.views.asking import VIEW, done, without_key
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import row_or_404, union_or_404
from zhijia.ui.refusing import say


def money_in(request: Asked, code: str) -> HttpResponse:
    """What came in at a union, or what it still waits for."""
    union = union_or_404(request, code, VIEW)
    is_expected = request.GET.get("show") == "expected"
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    sought = request.GET.get("q", "")
    found = queries.expected if is_expected else queries.receipts
    here = reverse("payments:money_in", args=[union.code])
    context = {
        "union": union,
        "page": found(union.pk, sought=sought, after=request.GET.get("after", ""), rows=size),
        "is_expected": is_expected,
        "sought": sought[: queries.LONGEST],
        "tabs": [
            (_("Came in"), here, not is_expected, None),
            (_("Still expected"), f"{here}?show=expected", is_expected, None),
        ],
    }
    return render(request, "payments/money_in.html", context)


@once
def receipt(request: Asked, number: int) -> HttpResponse:
    """One receipt, what of it went back, and the order to give it back."""
    found, union = row_or_404(
        request, Receipt.objects.select_related("receivable", "bank_account"), number, VIEW
    )
    if request.method == "POST" and without_key(request):
        return redirect("payments:receipt", number=found.pk)
    form = RefundForm(request.POST or None, receipt=found)
    if request.method == "POST" and form.is_valid():
        try:
            payment = _refund(request, found, form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The refund waits. Put it into a batch, and two people release it."))
            return redirect("payments:payment", number=payment.pk)
    return _drawn(request, found, union, form)


@require_POST
@once
def by_mistake(request: Asked, number: int) -> HttpResponse:
    """It was sent here by mistake: it is owed to whoever sent it."""
    found, _union = row_or_404(request, Receipt.objects.all(), number, VIEW)
    reason = request.POST.get("reason", "")
    return done(
        request,
        lambda: refunding.by_mistake(actor=request.actor, at=days.now(), receipt_id=found.pk, reason=reason),
        _("It is in the books as owed to whoever sent it. Now it can be given back."),
        "payments:receipt",
        found.pk,
    )


def _refund(request: Asked, found: Receipt, data: dict[str, Any]) -> Any:
    name = found.receivable.payer_name if found.receivable and found.person_id else data.get("name", "")
    with override("zh-hans"):  # the transfer's words, as banks here read them
        title = _("Refund: %(title)s") % {"title": found.receivable.title if found.receivable else ""}
    return refunding.refund(
        actor=request.actor,
        at=days.now(),
        receipt_id=found.pk,
        amount=int(data["yuan"] * 100),
        payee=Payee(name, data.get("account", ""), data.get("bank", "")),
        title=title,
        reason=data["reason"],
        once=str(data["once"]),
    )


def _drawn(request: Asked, found: Receipt, union: Union, form: RefundForm) -> HttpResponse:
    expected = found.receivable
    context = {
        "receipt": found,
        "union": union,
        "expected": expected,
        "fund": definitions.load().funds[expected.fund].label if expected else "",
        "refunds": queries.refunds(found),
        "left": found.amount - found.refunded,
        "form": form,
        "mistake": ReasonForm(auto_id="mistake-%s"),
        "account": current(found.person_id) if found.person_id else None,
        "may_order": keeping.reaches(
            access.rights_of(request.actor), paying.ORDER, keeping.keepers(union, days.now())
        ),
        "may_post": access.may(request.actor, posting.POST, union.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "payments/receipt.html", context, status=status)
