"""What the ledger asks before a union's books are handed over: whether payments of theirs are not over yet."""

from typing import Any

from django.db.models import Q

from zhijia.payments.models import Arrival, BankAccount, Payment
from zhijia.registry.models import Union

_OVER = (Payment.State.PAID, Payment.State.FAILED, Payment.State.RETURNED, Payment.State.STOPPED)


def many(*, union: Union, **_more: Any) -> int:
    """How many payments of the union wait, are on their way, or are not in the books yet (its own, and what other
    unions sent): no other union can pay them, or book what came.
    Its bank accounts are held to the end of the transaction: whoever releases meanwhile waits (`releasing.release`)."""
    list(BankAccount.objects.select_for_update(no_key=True).filter(union_id=union.pk).order_by("pk"))
    own = Payment.objects.filter(~Q(state__in=_OVER) | ~Q(unposted=""), union_id=union.pk).count()
    return own + Arrival.objects.filter(settled_at__isnull=True, union_id=union.pk).count()
