"""What is to be audited every year: the committee's own level, and each earmarked fund its union keeps (AUD-04). Row
policies hold."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from zhijia.auditing.models import Engagement
from zhijia.auditing.services.planning import FUND, OWN
from zhijia.catalogue import clocks, definitions, parameters
from zhijia.ledger.models import Account
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Yearly:
    """The union's own level (no fund) or one of its funds: when it was reported on last, and by when it is to be again;
    `late` where that day has passed or there was no report."""

    fund: str
    last: date | None
    due_on: date | None
    late: bool


def of_union(union: Union, today: date) -> list[Yearly]:
    """The union's own level first, then its earmarked funds, in two statements."""
    funds = definitions.load().funds
    kept = set(Account.objects.filter(union_id=union.pk).values_list("fund", flat=True).distinct())
    last = {
        (kind, fund): day
        for kind, fund, day in Engagement.objects.filter(
            union_id=union.pk, kind__in=(OWN, FUND), reported_on__isnull=False
        )
        .values_list("kind", "fund")
        .annotate(last=Max("reported_on"))
    }
    asked = [(OWN, ""), *((FUND, fund) for fund in sorted(kept) if funds[fund].earmarked)]
    return [_of(kind, fund, last.get((kind, fund)), union, today) for kind, fund in asked]


def _of(kind: str, fund: str, last: date | None, union: Union, today: date) -> Yearly:
    name = "auditing.own_months" if kind == OWN else "auditing.fund_months"
    months = parameters.value(name, division=union.division, day=today)
    due_on = clocks.add_months(last, months, lambda _day: True) if last else None
    return Yearly(fund, last, due_on, due_on is None or due_on < today)
