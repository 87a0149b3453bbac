"""The working-day table (`definitions/working_days/`): weekends, holidays and make-up workdays (调休).

It holds the years the State Council has announced. The days after it are known by their weekday alone [K] until the
next notice is loaded: a period that someone has to have ends on such a day, and what we promise waits (`is_announced`).
A day before the table is refused. A place with holidays of its own adds them in the overlay, under its division.
"""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import clocks, definitions
from zhijia.catalogue.places import division_chain
from zhijia.kernel.errors import Refusal

SATURDAY = 5


def is_working(day: date, division: str = "") -> bool:
    """Whether people work on this day at this place; after the table, by the weekday. Raises Refusal before it."""
    years = definitions.load().working_days
    if f"{day.year}" not in years and is_announced(day):
        raise Refusal(
            "beyond_calendar",
            _(
                "The working days of %(year)s are not in the calendar."
                " Ask the federation's administrator to load the year's holiday notice."
            )
            % {"year": day.year},
            year=day.year,
        )
    special = years[f"{day.year}"].by_place if f"{day.year}" in years else {}
    for place in division_chain(division):
        if (place, day) in special:
            return special[place, day]
    return day.weekday() < SATURDAY


def add(day: date, count: int, division: str = "") -> date:
    """The last day of a period of `count` working days that starts after `day` (CLK-01)."""
    return clocks.add_working_days(day, count, partial(is_working, division=division))


def add_calendar(day: date, count: int, division: str = "") -> date:
    """The last day of a period of `count` calendar days; a rest day at its end rolls on (CLK-01)."""
    return clocks.add_calendar_days(day, count, partial(is_working, division=division))


def add_months(day: date, count: int, division: str = "") -> date:
    """The last day of a period of `count` months; a rest day at its end rolls on (CLK-01)."""
    return clocks.add_months(day, count, partial(is_working, division=division))


def between(start: date, end: date, division: str = "") -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    return clocks.working_days_between(start, end, partial(is_working, division=division))


def is_announced(day: date) -> bool:
    """Whether the State Council's notice for this day was loaded, as far as the end of the table says."""
    return day <= last_day()


def last_day() -> date:
    """The last day the table knows."""
    return date(max(int(year) for year in definitions.load().working_days), 12, 31)
