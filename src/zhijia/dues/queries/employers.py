"""What an employer sees of its own contributions: months, what it owes, what came in, what was given back. Row policies
hold: whoever asks acts for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Min
from django.db.models.functions import Cast

from zhijia.dues import rules
from zhijia.dues.models import Bill, Declaration
from zhijia.dues.queries.contributions import Month
from zhijia.dues.queries.received import received
from zhijia.payments.models import Payment, Receipt
from zhijia.payments.queries.payments import Shown, shown
from zhijia.payments.services import paying_in
from zhijia.registry.models import Coverage, Employer

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Owed:
    """What has not come in of what was declared or went back again, and how much of that is overdue (fen)."""

    fen: int
    overdue: int


def months(employer: Employer, *, until: int) -> tuple[list[Month], int | None]:
    """The months up to one, the latest first, as long as a union covered the employer; and where the next page
    begins."""
    began = Coverage.objects.filter(employer=employer).aggregate(day=Min("valid_from"))["day"]
    if began is None:
        return [], None
    first = began.year * 100 + began.month
    since = max(first, rules.month_after(until, 1 - MONTHS_SHOWN))
    asked = list(rules.months(since, until))[::-1]
    bills = {bill.month: bill for bill in Bill.objects.filter(employer=employer, month__in=asked)}
    came = received([employer.pk], asked)
    found = [Month(month, bills.get(month), came.get((employer.pk, month), 0)) for month in asked]
    return found, rules.month_after(since, -1) if since > first else None


def owed(employer: Employer, today: date) -> Owed:
    """What the employer still owes of all that is declared."""
    bills = list(Bill.objects.filter(employer=employer).values_list("month", "amount", "due_on"))
    came = received([employer.pk], [month for month, _amount, _due_on in bills])
    left = [
        (max(0, amount - came.get((employer.pk, month), 0)), due_on < today)
        for month, amount, due_on in bills
    ]
    return Owed(sum(fen for fen, _late in left), sum(fen for fen, late in left if late))


def given_back(
    employer: Employer, *, after: int | None = None, rows: int
) -> tuple[Sequence[Shown], int | None]:
    """What unions gave back to the employer of its transfers, or are about to, the latest first; where the next page
    begins. On `bulk`, of this employer alone: payments belong to the union's books, which it does not read."""
    receipts = Receipt.objects.using("bulk").filter(receivable__employer_id=employer.pk, refunded__gt=0)
    numbers = receipts.annotate(number=Cast("pk", CharField())).values("number")
    found = Payment.objects.using("bulk").filter(source=paying_in.SOURCE, source_id__in=numbers)
    if after is not None:
        found = found.filter(pk__lt=after)
    some = list(found.select_related("payee").order_by("-pk")[: rows + 1])
    return [shown(one) for one in some[:rows]], some[rows - 1].pk if len(some) > rows else None


def versions(bill: Bill) -> Sequence[Declaration]:
    """What was declared for the bill's month, the last first."""
    return list(
        Declaration.objects.filter(employer_id=bill.employer_id, month=bill.month).order_by("-version")
    )
