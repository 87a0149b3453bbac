"""What a union may spend on, how much for a member, and how much of it is used: said before anything is typed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Max, Sum

from zhijia.catalogue import codes, definitions, divisions, parameters
from zhijia.catalogue.kinds import ParameterValue
from zhijia.catalogue.spending_kinds import Spending
from zhijia.ledger.models import Account, Month
from zhijia.ledger.spending_models import Given, Voucher
from zhijia.ledger.spending_rules import Dues, Limits
from zhijia.registry.models import Union

CENT = 100
PART = 2
_GIVEN = "SELECT * FROM ledger_given_to(%s, %s::uuid[], %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Allowance:
    """A thing a union may spend on: the limit in force with its source (none where it is not allowed there), whether it
    is for a year, and what was given of it this year: the most to one member, to how many, together (fen); and the
    limits for one occasion, by what they are called."""

    spending: Spending
    limit: ParameterValue | None
    yearly: bool
    most: int
    people: int
    together: int
    occasions: Sequence[tuple[str, ParameterValue]] = ()

    @property
    def limited(self) -> bool:
        """Whether there has to be a limit."""
        return bool(self.spending.cap or self.spending.each)

    @property
    def allowed(self) -> bool:
        """Whether money may be spent on it there and then."""
        return self.limit is not None or bool(self.occasions) or not self.limited

    @property
    def left(self) -> int | None:
        """What is left this year for the member who got most, in fen; none where it is not for a year."""
        if self.limit is None or not self.yearly:
            return None
        return max(0, int(self.limit.value) - self.most)

    @property
    def unchecked(self) -> bool:
        """Whether the limit is to be checked against the text in force (V, K)."""
        return self.limit is not None and self.limit.confidence in {"V", "K"}

    @property
    def ways(self) -> list[str]:
        """How it may be given, in words."""
        return [codes.label("spending_ways", way) for way in self.spending.ways]


def of_union(union: Union, day: date) -> list[Allowance]:
    """Everything a union may spend on, as it stands on the day."""
    used = {
        row["category"]: row
        for row in Given.objects.filter(union_id=union.pk, year=day.year, occasion="", spent__gt=0)
        .values("category")
        .annotate(most=Max("spent"), people=Count("person_id"), together=Sum("spent"))
    }
    ordered = sorted(definitions.load().spendings.values(), key=lambda spending: spending.order)
    return [_allowance(spending, union, day, used) for spending in ordered]


def one(union: Union, category: str, day: date) -> Allowance:
    """One of them."""
    return next(some for some in of_union(union, day) if some.spending.code == category)


def places(some: Collection[Allowance]) -> dict[str, str]:
    """The names of the divisions whose limits these are."""
    return divisions.names({one.limit.division for one in some if one.limit and one.limit.division})


def limits(spending: Spending, union: Union, day: date, occasion: str = "") -> Limits:
    """What is in force for this spending where the union is, on the day it is paid and for its occasion."""
    part = _in_force(spending.winners, union, day)
    return Limits(
        ways=frozenset(spending.ways),
        roster=spending.roster,
        capped=bool(spending.cap),
        cap=_fen(_in_force(spending.cap, union, day)),
        one_capped=bool(spending.each),
        each=_fen(_in_force(spending.each, union, day)),
        winners=(int(part.value[0]), int(part.value[1])) if part is not None else None,
        together_from=int(parameters.value("spending.collective_from", division=union.division, day=day)),
        occasion=_fen(_in_force(spending.occasion_caps.get(occasion, spending.occasion_cap), union, day)),
    )


def given_to(
    union: Union, people: Collection[UUID], category: str, year: int, occasion: str = ""
) -> dict[UUID, int]:
    """What these people were given of the category in the year, by whatever union, in fen; on one occasion of it where
    that is named and has a cap."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_GIVEN, [union.pk, list(people), category, year, occasion])
        return dict(cursor.fetchall())


def dues(union: Union, day: date) -> Dues:
    """The member dues of the year up to the day's month, and what was paid from them (DUE-17)."""
    chart_roles = {chart.code: chart.role("dues_income") for chart in definitions.load().charts.values()}
    accounts = [
        account.pk
        for account in Account.objects.filter(union_id=union.pk, code__in=chart_roles.values())
        if account.code == chart_roles[account.chart]
    ]
    sums: dict[str, Any] = Month.objects.filter(
        account_id__in=accounts, month__gte=day.year * CENT + 1, month__lte=day.year * CENT + 12
    ).aggregate(debit=Sum("debit"), credit=Sum("credit"))
    from_dues = [spending.code for spending in definitions.load().spendings.values() if spending.from_dues]
    used = Voucher.objects.filter(
        union_id=union.pk, year=day.year, category__in=from_dues, state=Voucher.State.POSTED
    ).aggregate(fen=Sum("amount"))
    return Dues(
        income=(sums["credit"] or 0) - (sums["debit"] or 0),
        used=used["fen"] or 0,
        times=int(parameters.value("spending.dues_times", division=union.division, day=day)),
    )


def _allowance(spending: Spending, union: Union, day: date, used: dict[str, Any]) -> Allowance:
    row = used.get(spending.code, {"most": 0, "people": 0, "together": 0})
    return Allowance(
        spending=spending,
        limit=_in_force(spending.cap or spending.each, union, day),
        yearly=bool(spending.cap),
        most=row["most"],
        people=row["people"],
        together=row["together"],
        occasions=[
            (str(parameters.get(key).label), value)
            for key in dict.fromkeys([spending.occasion_cap, *spending.occasion_caps.values()])
            if (value := _in_force(key, union, day)) is not None
        ],
    )


def _in_force(key: str, union: Union, day: date) -> ParameterValue | None:
    return parameters.get(key).at(union.division, day) if key else None


def _fen(value: ParameterValue | None) -> int | None:
    return None if value is None else int(value.value)


def by_code(allowances: Sequence[Allowance]) -> dict[str, Allowance]:
    """The allowances by what they are for."""
    return {some.spending.code: some for some in allowances}
