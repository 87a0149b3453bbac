"""What the rulebook says of elections and terms, as arithmetic (ORG-08 to ORG-13, ORG-16). Numbers are handed in."""

from collections.abc import Sequence
from datetime import date

Share = tuple[int, int]
"""A part of a whole as numerator and denominator: two thirds is not 0.667."""
OVERDUE = "overdue"


def quorum_met(*, entitled: int, attended: int, share: Share) -> bool:
    """Whether at least this share of those entitled came (ORG-09)."""
    part, whole = share
    return attended * whole >= entitled * part


def votes_needed(*, entitled: int, share: Share) -> int:
    """The fewest votes that are more than this share of those entitled, not of those who came (ORG-09)."""
    part, whole = share
    return entitled * part // whole + 1


def fewest_candidates(*, seats: int, surplus_percent: int) -> int:
    """How many must stand for these seats: the seats and the surplus, rounded up (差额, ORG-09)."""
    return -(-seats * (100 + surplus_percent) // 100)


def elected(votes: Sequence[int], *, seats: int, needed: int) -> list[bool]:
    """Who is elected: the most votes first, among those with enough. Those who tie for the last seats are not, they
    stand again against each other."""
    enough = sorted((count for count in votes if count >= needed), reverse=True)
    if len(enough) <= seats:
        return [count >= needed for count in votes]
    border = enough[seats]
    return [count >= needed and count > border for count in votes]


def committee_sizes(members: int, table: Sequence[int]) -> range:
    """The sizes a grassroots committee may have (ORG-10): odd numbers between two bounds. The table is rows of
    (members at most, smallest, largest); 0 members at most is the row for all beyond."""
    for most, smallest, largest in zip(table[::3], table[1::3], table[2::3], strict=True):
        if members <= most or not most:
            return range(smallest, largest + 1, 2)
    raise ValueError("the table of committee sizes has no row for all beyond")


def ends_on(starts_on: date, years: int) -> date:
    """The last day of a term: the same day of the month that many years on; 28 February for the 29th."""
    return months_after(starts_on, years * 12)


def months_after(day: date, months: int) -> date:
    """The same day that many months on, or the month's last when it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - date(year, month, 1)).days))


def alarm_step(days_left: int, steps: Sequence[int]) -> str:
    """Which alarm a term is at (ORG-13): the nearest of these days before its end, "overdue" after it, "" before
    all."""
    if days_left < 0:
        return OVERDUE
    return str(min((step for step in steps if days_left <= step), default=""))
