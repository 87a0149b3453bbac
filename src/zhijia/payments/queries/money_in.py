"""Money in as pages show it: what came in, what is expected, what went back. Row policies hold; views have asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from zhijia.payments.models import Payment, Receipt, Receivable
from zhijia.payments.queries.payments import Shown, shown
from zhijia.payments.services.paying_in import SOURCE

BETWEEN = "~"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Page:
    """Some receipts, or some of what is expected, and where the next page begins."""

    rows: Sequence[Receipt] | Sequence[Receivable]
    after: str


def receipts(union_id: int, *, sought: str = "", after: str = "", rows: int) -> Page:
    """What came in at a union, the latest first; of a payer whose name begins so, or of this reference or number of the
    bank, where something is sought."""
    found = Receipt.objects.filter(union_id=union_id).select_related("receivable")
    if sought := sought.strip()[:LONGEST]:
        found = found.filter(
            Q(payer_name__startswith=sought) | Q(bank_number=sought) | Q(receivable__reference=sought)
        )
    place = _place(after)
    if place:
        found = found.filter(day__lte=place[0]).exclude(day=place[0], pk__gte=place[1])
    some = list(found.order_by("-day", "-pk")[: rows + 1])
    last = some[rows - 1] if len(some) > rows else None
    return Page(some[:rows], f"{last.day}{BETWEEN}{last.pk}" if last else "")


def expected(union_id: int, *, sought: str = "", after: str = "", rows: int) -> Page:
    """What a union waits for, the latest first: not called off and not come in whole, or owed again since it went
    back."""
    found = Receivable.objects.filter(
        Q(received__lt=F("amount")) | Q(stays_owed=True, received__lt=F("amount") + F("given_back")),
        union_id=union_id,
        called_off_at__isnull=True,
    )
    if sought := sought.strip()[:LONGEST]:
        found = found.filter(Q(payer_name__startswith=sought) | Q(reference=sought))
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    some = list(found.order_by("-pk")[: rows + 1])
    return Page(some[:rows], str(some[rows - 1].pk) if len(some) > rows else "")


def refunds(receipt: Receipt) -> list[Shown]:
    """What was ordered to go back of a receipt, in its order."""
    found = Payment.objects.filter(source=SOURCE, source_id=str(receipt.pk)).select_related("payee")
    return [shown(one) for one in found.order_by("pk")]


def _place(after: str) -> tuple[date, int] | None:
    day, _between, number = after.partition(BETWEEN)
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
