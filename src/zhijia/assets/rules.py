"""The arithmetic of assets: months, what is written down by when, what is due. Amounts in fen, months as yyyymm."""

from collections.abc import Iterable
from datetime import date

YEAR = 12


def months_from(begins: int, month: int) -> int:
    """How many months from one to the other, both included; none where it has not begun."""
    return max(0, (month // 100 - begins // 100) * YEAR + month % 100 - begins % 100 + 1)


def written_down(cost: int, months: int | None, begins: int, month: int) -> int:
    """What has been written down by the end of a month, in equal parts: all of it once its life is over. The months add
    up to the cost, to the fen."""
    if months is None:
        return 0
    return cost * min(months_from(begins, month), months) // months


def after(month: int, count: int = 1) -> int:
    """The month so many later, or earlier."""
    index = month // 100 * YEAR + month % 100 - 1 + count
    return index // YEAR * 100 + index % YEAR + 1


def last_day(month: int) -> date:
    """The last day of a month."""
    following = after(month)
    return date.fromordinal(date(following // 100, following % 100, 1).toordinal() - 1)


def rents_due(since: date, until: date, due_day: int, paid: Iterable[int], today: date) -> list[int]:
    """The months whose rent is due by today and has not come in: from the month the lease begins to that it ends."""
    month, end, there = since.year * 100 + since.month, until.year * 100 + until.month, set(paid)
    due = []
    while month <= end and date(month // 100, month % 100, due_day) <= today:
        if month not in there:
            due.append(month)
        month = after(month)
    return due
