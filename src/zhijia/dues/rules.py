"""The arithmetic of contributions and dues, in whole fen and months as yyyymm (DUE-01 to DUE-05, DUE-09)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

MONTHS = 12
MOST_WAGES = 10**14
"""Fen nobody pays in a month: what is typed above that is a mistake."""


def contribution(wages: int, rate: Decimal) -> int:
    """Fen an employer owes on the total wages of all staff of a month (DUE-01); half a fen counts as one."""
    return int((wages * rate).quantize(Decimal(1), ROUND_HALF_UP))


def member_dues(wage: int, rate: Decimal, step: int) -> int:
    """Fen a member owes on a month's wage: what does not fill a whole `step` is left out first (DUE-05)."""
    return int((wage // step * step * rate).quantize(Decimal(1), ROUND_HALF_UP))


def counted_wage(wage: int, step: int) -> int:
    """The part of the wage that member dues are reckoned on."""
    return wage // step * step


@dataclass(frozen=True, slots=True)
class Paid:
    """What one member owes: who (as it was typed), their wage, the part of it that counts, and their dues, in fen."""

    who: str
    wage: int
    counted: int
    dues: int


def of_members(wages: Sequence[tuple[str, int]], rate: Decimal, step: int) -> list[Paid]:
    """The dues of each member by their wage (DUE-05)."""
    return [Paid(who, wage, counted_wage(wage, step), member_dues(wage, rate, step)) for who, wage in wages]


def month_after(month: int, many: int = 1) -> int:
    """The month so many after this one (before it for a number below zero)."""
    year, place = divmod(month // 100 * MONTHS + month % 100 - 1 + many, MONTHS)
    return year * 100 + place + 1


def months(since: int, until: int) -> Iterator[int]:
    """Every month from one to another, both included."""
    while since <= until:
        yield since
        since = month_after(since)


def many_months(since: int, until: int) -> int:
    """How many months lie from one to another, both included."""
    return (until // 100 - since // 100) * MONTHS + until % 100 - since % 100 + 1


def first_day(month: int) -> date:
    """The month's first day."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """The month's last day."""
    return first_day(month_after(month)) - timedelta(days=1)


def is_month(month: int) -> bool:
    """Whether a number like 202611 is a month of the last or the coming decades."""
    return 1949 <= month // 100 <= 2999 and 1 <= month % 100 <= MONTHS


def due_on(month: int, pay_day: int) -> date:
    """The day by which the contribution on a month's wages is paid: that day of the month after it, its last day for 0
    and where the month has no such day (DUE-02)."""
    following = month_after(month)
    last = last_day(following)
    return last if pay_day == 0 or pay_day >= last.day else last.replace(day=pay_day)


def late_fee(owed: int, days_late: int, daily: Decimal, cap: Decimal) -> int:
    """Fen on top of what is overdue, never above `cap` of it (DUE-04)."""
    if days_late <= 0 or owed <= 0:
        return 0
    fee = min(owed * daily * days_late, owed * cap)
    return int(fee.quantize(Decimal(1), ROUND_HALF_UP))


class Came(NamedTuple):
    """Money that came in for months, the first to the last, in fen."""

    since: int
    until: int
    fen: int


def by_month(declared: Mapping[int, int], came: Iterable[Came]) -> dict[int, int]:
    """What came in for each month, in fen: money for several months at once (DUE-08) fills what is declared of them and
    not paid yet, the oldest first; what is left over stands under its last."""
    found: dict[int, int] = defaultdict(int)
    for one in sorted(came, key=lambda one: (one.since != one.until, one)):
        left = one.fen
        for month in months(one.since, one.until) if one.since != one.until else ():
            part = min(left, max(0, declared.get(month, 0) - found[month]))
            found[month] += part
            left -= part
        found[one.until] += left
    return dict(found)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known of an employer's months, in fen: declared by its union, received, and shared among the unions."""

    declared: int
    received: int
    shared: int
    due: int
    """Of what is declared, what was to be paid by today."""


def difference(sums: Sums, *, payer_known: bool = True) -> str:
    """What is wrong between the three (DUE-08), as the code of what is to be done; nothing where they agree."""
    if not payer_known:
        return "unknown_payer"
    if sums.received and not sums.declared:
        return "not_declared"
    if sums.received > sums.declared:
        return "paid_too_much"
    if sums.received < sums.due:
        return "paid_too_little" if sums.received else "not_paid"
    if sums.shared != sums.received:
        return "not_shared"
    return ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What money went out for, in how many entries, how much (fen)."""

    name: str
    many: int
    fen: int


def few_together(cells: Sequence[Cell], fewest: int) -> list[Cell]:
    """The cells that stand for at least so many entries, in their order; then what the others are together, without a
    name. Where those are still too few, the smallest of the first goes with them, so that no difference tells them."""
    shown = [cell for cell in cells if cell.many >= fewest]
    others = [cell for cell in cells if cell.many < fewest]
    while others and sum(cell.many for cell in others) < fewest and shown:
        smallest = min(shown, key=lambda cell: (cell.many, cell.fen, cell.name))
        shown.remove(smallest)
        others.append(smallest)
    if not others:
        return shown
    return [*shown, Cell("", sum(cell.many for cell in others), sum(cell.fen for cell in others))]
