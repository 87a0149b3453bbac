"""The part of the wages that is contributed and the day it is due, by place and month (DUE-01, DUE-02)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import MonthTerms


@dataclass(frozen=True, slots=True)
class Terms:
    """The part of the wages of a month that is contributed, and by which day it is paid."""

    rate: Decimal
    due_on: date


def of(division: str, month: int) -> Terms:
    """The terms of a month at a division, as the catalogue has them."""
    day = rules.last_day(month)
    rate = Decimal(str(parameters.value("dues.contribution_rate", division=division, day=day)))
    return Terms(rate, rules.due_on(month, int(parameters.value("dues.pay_day", division=division, day=day))))


def write_down(division: str, month: int) -> None:
    """Write them where the database compares with them what an employer declares. On `bulk` and by themselves: they are
    the same whoever asks, and nobody's session may write them."""
    terms = of(division, month)
    stands = MonthTerms.objects.filter(division=division, month=month).first()
    if stands is None or (stands.rate, stands.due_on) != (terms.rate, terms.due_on):
        MonthTerms.objects.using("bulk").bulk_create(
            [MonthTerms(division=division, month=month, rate=terms.rate, due_on=terms.due_on)],
            update_conflicts=True,
            unique_fields=["division", "month"],
            update_fields=["rate", "due_on"],
        )
