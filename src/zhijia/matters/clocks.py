"""By when a step has to be done (CLK-01 to CLK-04). The number is the parameter in force when the step opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhijia.catalogue import parameters, working_days
from zhijia.catalogue.matter_steps import Limit
from zhijia.kernel import days


@dataclass(frozen=True, slots=True)
class Due:
    """The moment by which, or `unknown`: the working days of then are not announced yet, so nothing is promised."""

    at: datetime | None
    unknown: bool = False


NEVER = Due(None)


def due(
    limit: Limit | None,
    *,
    since: datetime,
    division: str,
    frozen: Callable[[date], bool] | None = None,
    ours: bool = True,
) -> Due:
    """By when something that began at `since` has to be done: the end of a day in Shanghai, or a moment for hours. On
    `frozen` days the clock stands still. What is not `ours` to do (a notice that hangs, a time to answer) has an end
    also where the working days are not announced yet."""
    if limit is None:
        return NEVER
    today = days.business_day(since)
    count = parameters.value(limit.parameter, division=division, day=today)
    if limit.unit in {"hours", "minutes"}:
        return Due(since + timedelta(**{limit.unit: count}))
    reckon = {
        "working_days": working_days.add,
        "days": working_days.add_calendar,
        "months": working_days.add_months,
    }[limit.unit]
    last = reckon(today, count, division)
    if frozen is not None:
        last = working_days.add_calendar(past_frozen(frozen, today, last), 0, division)
    return _end_of(last, ours)


def past_frozen(frozen: Callable[[date], bool], since: date, last: date) -> date:
    """The day that lies as many unfrozen days after `since` as `last` lies days."""
    day, left = since, (last - since).days
    while left:
        day += timedelta(days=1)
        left -= not frozen(day)
    return day


def after_pause(due_at: datetime, *, paused: timedelta, division: str, ours: bool = True) -> Due:
    """A due moment moved by the time the case waited for the applicant, and on to the end of a working day (CLK-03)."""
    moved = (due_at + paused - timedelta(microseconds=1)).astimezone(days.SHANGHAI).date()
    return _end_of(working_days.add_calendar(moved, 0, division), ours)


def _end_of(last: date, ours: bool) -> Due:
    """The end of the last day; unknown where it is ours and its year is not announced."""
    if ours and not working_days.is_announced(last):
        return Due(None, unknown=True)
    return Due(datetime.combine(last + timedelta(days=1), time.min, days.SHANGHAI))
