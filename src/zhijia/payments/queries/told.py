"""What entries of payments and of money in were for. Row policies hold: what they hide is not answered."""

from collections.abc import Sequence

from django.urls import reverse

from zhijia.kernel.actors import Actor
from zhijia.ledger.queries.sources import Told
from zhijia.payments.models import Payment, Receipt


def of_payments(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By source (payment and round): what for, to which body, and the payment's page. Who a person is stands there."""
    found = Payment.objects.in_bulk({int(number.partition(".")[0]) for number in ids})
    return {
        number: Told(
            _words(one.title, "" if one.person_id else one.payee_name),
            reverse("payments:payment", args=[one.pk]),
        )
        for number in ids
        if (one := found.get(int(number.partition(".")[0])))
    }


def of_receipts(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By receipt: what was expected, and from which body."""
    found = Receipt.objects.select_related("receivable").in_bulk({int(number) for number in ids})
    return {
        number: Told(_words(one.receivable.title, "" if one.person_id else one.payer_name))
        for number in ids
        if (one := found.get(int(number))) and one.receivable
    }


def _words(title: str, body: str) -> str:
    return " · ".join(part for part in (title, body) if part)
