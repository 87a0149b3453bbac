"""The registry's arithmetic: values in, values out."""

from calendar import monthrange
from datetime import date


def age_on(day: date, born: date) -> int:
    """Full years on the day. Somebody born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_join(*, born: date | None, on: date, minimum_age: int) -> bool:
    """Whether somebody is old enough to join (MEM-01). An unknown birth date is left to the officer."""
    return born is None or age_on(on, born) >= minimum_age


def status_in(*, holding_pool: bool) -> str:
    """The state of a member who comes into a union (MEM-05, MEM-11): the pool's members count as members."""
    return "11" if holding_pool else "10"


ACTIVE = ("10", "11", "20")
"""Members with all rights and duties; those retained (30, 31, 32) are members without vote and dues (MEM-09)."""
RETAINED = ("30", "31", "32")


def votes(status: str) -> bool:
    """Whether a member in this state votes, stands for election and decides (MEM-09)."""
    return status in ACTIVE


def pays_dues(status: str) -> bool:
    """Whether a member in this state owes dues (MEM-09)."""
    return status in ACTIVE


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
