"""The arithmetic of assets: months as yyyymm, and the rent that is due."""

from collections.abc import Iterable
from datetime import date

YEAR = 12


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


def parts(worth: int, people: int) -> list[int]:
    """What each of so many people gets of goods worth so much (fen): the same, and a fen more for the first of them
    until nothing is left."""
    whole, rest = divmod(worth, people)
    return [whole + (place < rest) for place in range(people)]
