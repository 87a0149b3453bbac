"""The arithmetic of drives: the times of a return, shares to the last fen, the burden. Pure: values in and out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

Cadence = Literal["once", "weekly", "monthly", "quarterly", "yearly"]
MONTHS: Mapping[str, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}
WEEK = timedelta(days=7)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Time:
    """A time something is given for, both days included."""

    begins: date
    ends: date


def times(cadence: Cadence, *, opens: date, closes: date | None, today: date) -> list[Time]:
    """The times of something given at this cadence that are there today: of what is given once the drive's first day;
    of a return those that ended before today, whole weeks (Monday to Sunday), months, quarters and years cut to the
    drive's own days."""
    if cadence == "once":
        return [Time(opens, opens)] if opens <= today else []
    last = min(closes, today - timedelta(days=1)) if closes else today - timedelta(days=1)
    return [
        Time(max(time.begins, opens), ends)
        for time in _whole(cadence, opens, last)
        if (ends := min(time.ends, closes) if closes else time.ends) <= last
    ]


def due_on(time: Time, days: int) -> date:
    """The last day on which what belongs to this time is not late."""
    return time.ends + timedelta(days=days)


def shared(whole: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """A whole number shared by weights, to the last one: each gets its part rounded down, and what is left goes one by
    one to the largest remainders, of equal ones to those first in the order given. Nothing is shared where each weighs
    0. Raises ValueError for a negative weight or whole."""
    if whole < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("Nothing negative is shared.")
    of = sum(weights.values())
    if not of:
        return dict.fromkeys(weights, 0)
    parts = {key: whole * weight // of for key, weight in weights.items()}
    left = whole - sum(parts.values())
    rest = sorted(weights, key=lambda key: -(whole * weights[key] % of))
    for key in rest[:left]:
        parts[key] += 1
    return parts


MOST = 10**14
"""The largest amount a drive asks for or has, as forms and services take it: a trillion yuan in fen, and of anything
else more than there is."""


def fits(amount: int) -> bool:
    """Whether a target, a budget or a pot can be this much."""
    return 0 <= amount <= MOST


def difference(whole: int, parts: Sequence[int]) -> int:
    """By how much parts exceed the whole they are of (below 0: they lack so much)."""
    return sum(parts) - whole


def years(opens: date, closes: date | None) -> list[int]:
    """The calendar years a drive touches."""
    return list(range(opens.year, (closes or opens).year + 1))


def closing(runs: str, *, opens: date, months: int = 0, of_years: int = 0) -> date | None:
    """The last day of a drive that opens on this one: after so many months, at the end of the year, of so many calendar
    years, or none."""
    if runs == "season":
        return _months_on(opens, months) - timedelta(days=1)
    if runs == "open":
        return None
    return date(opens.year + (max(of_years, 1) - 1 if runs == "years" else 0), 12, 31)


def parts(since: date, until: date) -> list[tuple[date, date, bool]]:
    """The days from one to another as whole months where they are (True), and what is left of a month at either end:
    at most three parts, in their order. Days without a whole month are one part."""
    first = since if since.day == 1 else _months_on(since.replace(day=1), 1)
    after = until + timedelta(days=1)
    last = after.replace(day=1)
    if last <= first:
        return (
            [(since, until, since.day == 1 and after.day == 1)] if first <= last else [(since, until, False)]
        )
    found = [
        (since, first - timedelta(days=1), False),
        (first, last - timedelta(days=1), True),
        (last, until, False),
    ]
    return [part for part in found if part[0] <= part[1]]


def burden(asked: Sequence[tuple[Cadence, int]]) -> int:
    """Minutes a month that returns ask of one who answers them: each a cadence and its minutes. What is asked once
    counts whole; a year has 52 weeks; halves are rounded up."""
    a_year = {"once": 12, "weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1}
    total = sum(a_year[cadence] * minutes for cadence, minutes in asked)
    return (2 * total + 12) // 24


def _whole(cadence: Cadence, opens: date, last: date) -> Iterator[Time]:
    begins = _first(cadence, opens)
    while begins <= last:
        after = begins + WEEK if cadence == "weekly" else _months_on(begins, MONTHS[cadence])
        yield Time(begins, after - timedelta(days=1))
        begins = after


def _first(cadence: Cadence, day: date) -> date:
    if cadence == "weekly":
        return day - timedelta(days=day.weekday())
    months = MONTHS[cadence]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _months_on(day: date, months: int) -> date:
    """The same day so many months later, the last of that month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
