"""The statutory age of retirement since 2025, delayed step by step (MEM-12): days and numbers in, a month out.

A computed hint and no more: who retires early or later says so, and a human records it. Nothing follows by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MAN, WOMAN = "1", "2"
SCALES: Mapping[str, tuple[str, ...]] = {MAN: ("men",), WOMAN: ("women_50", "women_55")}
"""Which scales may hold for somebody of this sex. Whether a woman retires from the 50 or the 55 the register does
not know: it depends on her post."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An age before the delay and after it, in years, and how many months of birth make one month of delay."""

    before: int
    after: int
    step: int


@dataclass(frozen=True, slots=True)
class Statutory:
    """The month somebody reaches the statutory age (its first day), and that age."""

    month: date
    years: int
    months: int


def statutory(born: date, scale: Scale, begins: date) -> Statutory:
    """When somebody born on that day reaches the statutory age (TV-11). `begins` is the first month of the delay."""
    reached = _months(born) + scale.before * 12
    behind = reached - _months(begins)
    delay = min(behind // scale.step + 1, (scale.after - scale.before) * 12) if behind >= 0 else 0
    month = reached + delay
    age = scale.before * 12 + delay
    return Statutory(date(month // 12, month % 12 + 1, 1), age // 12, age % 12)


def born_before(today: date, scale: Scale, begins: date) -> date:
    """Who was born before this day (the first of a month) has reached the statutory age in an earlier month than
    today's. Months of birth reach it in their own order, so there is one such day."""
    month = _months(today) - scale.after * 12
    while statutory(_first(month), scale, begins).month < today.replace(day=1):
        month += 1
    return _first(month)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
