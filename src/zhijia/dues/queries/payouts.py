"""The lines of a subsidy or a refund as pages show them. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.dues.models import Payout, PayoutLine
from zhijia.payments.models import Payment
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Row:
    """A line, the union it is for, and what became of its payment; none while none is ordered."""

    line: PayoutLine
    union: str
    payment: Payment | None


def lines(payout: Payout, *, after: int = 0, rows: int) -> tuple[Sequence[Row], int | None]:
    """Some lines behind the one named, and where the next page begins."""
    found = list(payout.lines.filter(pk__gt=after).order_by("pk")[: rows + 1])
    shown = found[:rows]
    names = dict(Union.objects.filter(pk__in=[one.other_union_id for one in shown]).values_list("pk", "name"))
    payments = Payment.objects.in_bulk([one.payment_id for one in shown if one.payment_id])
    told = [Row(one, names.get(one.other_union_id, ""), payments.get(one.payment_id or 0)) for one in shown]
    return told, shown[-1].pk if len(found) > rows else None
