"""The clock and the calendar: stored time is UTC, a business day is a day in Shanghai."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in UTC. Views, jobs and commands read the clock; services and rules are handed it."""
    return datetime.now(UTC)


def business_day(at: datetime) -> date:
    """The day in Shanghai at this moment."""
    return at.astimezone(SHANGHAI).date()


def month_of(day: date) -> int:
    """The month as the integer yyyymm, as facts carry it."""
    return day.year * 100 + day.month
