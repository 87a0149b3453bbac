"""How periods are counted (CLK-01, CLK-02). Pure: what a working day is, is handed in."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

IsWorking = Callable[[date], bool]
ONE_DAY = timedelta(days=1)


def add_working_days(day: date, count: int, is_working: IsWorking) -> date:
    """The last day of a period of `count` working days: it starts the next day (CLK-01). With 0, the day
    itself or the next working day."""
    if count < 0:
        raise ValueError("a period has no negative length")
    if count == 0:
        return next_working_day(day, is_working)
    while count:
        day += ONE_DAY
        count -= is_working(day)
    return day


def add_calendar_days(day: date, count: int, is_working: IsWorking) -> date:
    """The last day of a period of `count` calendar days; a rest day at its end rolls on (CLK-01)."""
    return next_working_day(day + timedelta(days=count), is_working)


def add_months(day: date, count: int, is_working: IsWorking) -> date:
    """The same-numbered day `count` months later, else that month's end; a rest day rolls on (CLK-01)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = monthrange(year, month + 1)[1]
    return next_working_day(date(year, month + 1, min(day.day, last)), is_working)


def next_working_day(day: date, is_working: IsWorking) -> date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working(day):
        day += ONE_DAY
    return day


def working_days_between(start: date, end: date, is_working: IsWorking) -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    return sum(is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
