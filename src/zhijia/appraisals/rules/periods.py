"""Which days a run looks at, by how often its definition says that it is held."""

from collections.abc import Mapping
from datetime import date, timedelta

MONTHS: Mapping[str, int] = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
Period = tuple[date, date]
"""The first and the last day, both of it."""
_DAY = timedelta(days=1)


def proposed(cadence: str, *, today: date, last: date | None = None, term: Period | None = None) -> Period:
    """The days a new run is proposed to look at. `last` is the day up to which the one before it looked, where there
    was one, `term` the term of the union's committee. At regular times it is the period after the last run's, the one
    before today's at the earliest; today's, where there was none. What is held `once` looks at the year so far, or at
    what came since the last; what is held by `term` at the term, or the year of today where none is known."""
    if cadence == "once":
        begins = last + _DAY if last is not None and last < today else date(today.year, 1, 1)
        return begins, today
    if cadence == "term" and term is not None:
        return term
    months = MONTHS.get(cadence, MONTHS["yearly"])
    this = holding(months, today)
    if last is None:
        return this
    return max(holding(months, this[0] - _DAY), holding(months, last + _DAY))


def holding(months: int, day: date) -> Period:
    """The period of so many months (a part of a year) in which the day lies."""
    first = (day.month - 1) // months * months
    year, month = divmod(first + months, 12)
    return date(day.year, first + 1, 1), date(day.year + year, month + 1, 1) - _DAY
