"""`years(born_on, today) >= 60` as a day: who was born on it or before. An index on the column answers that.

Completed years and months only fall as the first day comes later (and only rise as the second does), so that each
number has one last day up to which it is reached.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.sql.statement import FALSE, Test, all_of, any_of
from zhijia.rules.types import Kind

if TYPE_CHECKING:
    from zhijia.rules.sql.reading import Reading

COUNTED = frozenset({ir.Function.YEARS, ir.Function.MONTHS})


def comparison(reading: "Reading", node: ir.Compare, how: ir.Comparison) -> Test | None:
    """The comparison as days, or None where it is none of completed years or months of one date up to a fixed day (or
    from one) with a number."""
    count, number = node.left, node.right
    if isinstance(count, ir.Constant):
        count, number, how = number, count, how.turned
    if not (isinstance(count, ir.Call) and count.function in COUNTED and isinstance(number, ir.Constant)):
        return None
    first, second = (fixed(reading, argument) for argument in count.arguments)
    if (first is None) is (second is None) or not isinstance(number.value, int):
        return None
    until = first is None
    moving = count.arguments[0 if until else 1]
    border = second if until else first
    assert border is not None
    months = 12 if count.function is ir.Function.YEARS else 1

    def reached(least: int) -> Test:
        """Whether at least so many are completed."""
        return _reached(reading, moving, lambda day: _completed(day, border, until, months) >= least, until)

    def short(least: int) -> Test:
        return _reached(
            reading, moving, lambda day: _completed(day, border, until, months) < least, not until
        )

    return _said(how, number.value, reached, short)


def _said(
    how: ir.Comparison, number: int, reached: Callable[[int], Test], short: Callable[[int], Test]
) -> Test:
    match how:
        case ir.Comparison.MOST:
            return reached(number)
        case ir.Comparison.MORE:
            return reached(number + 1)
        case ir.Comparison.LESS:
            return short(number)
        case ir.Comparison.LEAST:
            return short(number + 1)
        case ir.Comparison.EQUAL:
            return all_of([reached(number), short(number + 1)])
        case ir.Comparison.DIFFERENT:
            return any_of([short(number), reached(number + 1)])


def _reached(reading: "Reading", moving: ir.Node, right: Callable[[date], bool], early: bool) -> Test:
    """Where `right` of the day: all days up to one (`early`), or all from one on."""
    low, high = date.min.toordinal(), date.max.toordinal()
    if not right(date.fromordinal(low if early else high)):
        return FALSE
    while low < high:
        middle = (low + high + early) // 2
        if right(date.fromordinal(middle)) is early:
            low = middle if early else middle + 1
        else:
            high = middle - 1 if early else middle
    border = reading.bindings.constant(date.fromordinal(low), Kind.DATE)
    return reading.strictly(lambda: f"{reading.value(moving)} {'<=' if early else '>='} {border}")


def fixed(reading: "Reading", node: ir.Node) -> date | None:
    """The day a node is whatever the row: a written one, today, or so many whole days before or after one of them."""
    match node:
        case ir.Today():
            return reading.on
        case ir.Constant(value=date() as day):
            return day
        case ir.Arithmetic(how=ir.Operation.ADD, left=ir.Constant(value=timedelta() as long), right=day):
            return _days_on(fixed(reading, day), long)
        case ir.Arithmetic(how=ir.Operation.ADD, left=day, right=ir.Constant(value=timedelta() as long)):
            return _days_on(fixed(reading, day), long)
        case ir.Arithmetic(how=ir.Operation.SUBTRACT, left=day, right=ir.Constant(value=timedelta() as long)):
            return _days_on(fixed(reading, day), -long)
    return None


def _days_on(day: date | None, long: timedelta) -> date | None:
    """None also where the answer is no day, which is unknown then."""
    if day is None or long % timedelta(days=1):
        return None
    number = day.toordinal() + long // timedelta(days=1)
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None


def _completed(day: date, fixed: date, until: bool, months: int) -> int:
    """Completed years (or months) from the first to the second, whichever of them is fixed; below zero where they are
    turned."""
    first, second = (day, fixed) if until else (fixed, day)
    return _months(first, second) // months if first <= second else -(_months(second, first) // months)


def _months(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month - (second.day < first.day)
