"""What the pages of payments share: a record or 404, a button's answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.accounts.answered import FIELD
from zhijia.kernel.requests import Asked
from zhijia.payments.models import Batch, Payment
from zhijia.registry.models import Union
from zhijia.registry.views.asking import row_or_404
from zhijia.ui import refusing

VIEW = "ledger.view"


def batch_or_404(request: Asked, number: int) -> tuple[Batch, Union]:
    """The batch and its union, when the actor may see the books there."""
    return row_or_404(request, Batch.objects.select_related("bank_account"), number, VIEW)


def payment_or_404(request: Asked, number: int) -> tuple[Payment, Union]:
    """The payment and its union, when the actor may see the books there."""
    return row_or_404(request, Payment.objects.select_related("payee", "batch"), number, VIEW)


def without_key(request: Asked) -> bool:
    """Whether an order came without the key that keeps it from being done twice: said on the page that follows."""
    if request.POST.get(FIELD):
        return False
    messages.error(
        request, _("This order came without its key, so that it could be done twice. Fill it in here.")
    )
    return True


def done(request: Asked, do: Callable[[], Any], words: str, page: str, *arguments: object) -> HttpResponse:
    """Do it and say so on the page; or say why not there. NotForYou goes its own way."""
    refusing.done(request, do, words)
    return redirect(reverse(page, args=arguments))
