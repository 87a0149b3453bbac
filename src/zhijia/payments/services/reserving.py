"""Money of the budget for a case that is on its way: reserved when somebody first agreed to it, of the line its payment
will be of (DUE-14, ADR 18)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from zhijia.kernel import days
from zhijia.ledger.models import Hold
from zhijia.ledger.services import accounts, holds
from zhijia.ledger.services.posting import Source
from zhijia.payments.services import outcomes

CASE = "case"
"""What a hold of this kind is for; the case's id and how often it was reserved anew follow."""


def reserve(*, at: datetime, case: Any, given: Mapping[str, str]) -> Hold | None:
    """The port `matters.reserve.payments.pay`: keep what the case would be paid, as it stands now; another amount than
    before is kept anew. None where the payer's books ask for no budget, or are not for whoever agreed to see: then the
    decision that grants it keeps it. Raises Refusal with what is left of the line."""
    union, day = outcomes.payer(case, given.get("payer", "own")), days.business_day(at)
    on = given["spent_on"]
    before = Hold.objects.filter(source=CASE, source_id__startswith=f"{case.pk}.")
    stands = before.filter(state=Hold.State.RESERVED).select_related("line").first()
    if stands is not None:
        if (stands.amount, stands.line.year, stands.union_id) == (case.amount, day.year, union.pk):
            return stands
        with connection.cursor() as cursor:
            holds.let_go(cursor, at=at, hold_ids=[stands.pk])
    return holds.reserve(
        at=at,
        union=union,
        day=day,
        code=on if on.isdigit() else accounts.code_for(on, accounts.chart_on(day)),
        fund=given["fund"],
        amount=case.amount,
        source=Source(CASE, f"{case.pk}.{before.count() + 1}"),
    )
