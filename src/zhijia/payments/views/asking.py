"""What the pages of payments share: a record or 404, a button's answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments.models import Batch, Payment
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing

VIEW = "ledger.view"


def batch_or_404(request: Asked, number: int) -> tuple[Batch, Union]:
    """The batch and its union, when the actor may see the books there."""
    batch = Batch.objects.select_related("bank_account").filter(pk=number).first()
    return batch or nothing(), _union(request, batch)


def payment_or_404(request: Asked, number: int) -> tuple[Payment, Union]:
    """The payment and its union, when the actor may see the books there."""
    payment = Payment.objects.select_related("payee", "batch").filter(pk=number).first()
    return payment or nothing(), _union(request, payment)


def _union(request: Asked, row: Batch | Payment | None) -> Union:
    union = Union.objects.filter(pk=row.union_id).first() if row else None
    if union is None or not access.may(request.actor, VIEW, union.pk):
        nothing()
    return union


def done(request: Asked, do: Callable[[], Any], words: str, page: str, *arguments: object) -> HttpResponse:
    """Do it and say so on the page; or say why not there. NotForYou goes its own way."""
    try:
        do()
    except Refusal as refusal:
        if isinstance(refusal, NotForYou):
            raise
        request.refusal = refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(reverse(page, args=arguments))
