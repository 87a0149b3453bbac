"""What entries of spending were for. Row policies hold: what they hide is not answered."""

from collections.abc import Sequence

from django.urls import reverse

from zhijia.kernel.actors import Actor
from zhijia.ledger.queries.sources import Told
from zhijia.ledger.spending_models import Voucher


def of_vouchers(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By voucher: what for, from whom it was bought, and its page. Who got it stands there."""
    found = Voucher.objects.in_bulk({int(number) for number in ids})
    return {
        str(number): Told(
            " · ".join(part for part in (one.title, one.payee) if part),
            reverse("ledger:spending", args=[number]),
        )
        for number, one in found.items()
    }
