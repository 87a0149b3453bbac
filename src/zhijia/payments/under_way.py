"""What the ledger asks before a union's books are handed over: whether money of theirs is on its way."""

from typing import Any

from django.db.models import Q

from zhijia.payments.models import BankAccount, Payment
from zhijia.registry.models import Union

_OUT = Q(state__in=(Payment.State.READY, Payment.State.SENDING, Payment.State.UNKNOWN)) | ~Q(unposted="")


def many(*, union: Union, **_more: Any) -> int:
    """How many payments of the union are released and not over, or not in the books yet. Its bank accounts are held to
    the end of the transaction: whoever releases meanwhile waits (`releasing.release`)."""
    list(BankAccount.objects.select_for_update(no_key=True).filter(union_id=union.pk).order_by("pk"))
    return Payment.objects.filter(_OUT, union_id=union.pk).count()
