"""Between which whole numbers a node lies when it is known: so sums need no guard. Durations in seconds."""

from datetime import timedelta

from zhijia.rules.ir import (
    Aggregate,
    Arithmetic,
    Call,
    Constant,
    Filtered,
    Function,
    If,
    Index,
    ListOf,
    MapOf,
    Mapped,
    Measure,
    Negate,
    Node,
    Operation,
    Select,
)
from zhijia.rules.types import INT_LEAST, INT_MOST, Kind

Bounds = tuple[int, int]

ANY: Bounds = (INT_LEAST, INT_MOST)
MOST_ROWS = 2**40
"""More rows or characters than a list or text can ever hold."""
_DAYS = 3_652_058
_SECONDS_A_DAY = 86_400
_CALLS: dict[Function, Bounds] = {
    Function.LENGTH: (0, MOST_ROWS),
    Function.YEARS: (-9_998, 9_998),
    Function.MONTHS: (-119_987, 119_987),
    Function.YEAR: (1, 9_999),
    Function.MONTH: (0, 11),
    Function.DAY_OF_MONTH: (1, 31),
    Function.DAY_OF_WEEK: (0, 6),
}


def bounds(node: Node) -> Bounds:
    """The least and the most it can be where it is known; for a list, its elements. Both may lie outside 64 bits for
    arithmetic that is not yet known to be safe."""
    match node:
        case Constant(value=timedelta() as value):
            return (seconds(value), seconds(value))
        case Constant(value=int() as value):
            return (value, value)
        case Select(field=field):
            return (
                INT_LEAST if field.low is None else field.low,
                INT_MOST if field.high is None else field.high,
            )
        case Negate(term=term):
            low, high = bounds(term)
            return held((-high, -low))
        case Arithmetic(left=left, right=right, how=how):
            if left.type.kind is Kind.DATE:
                return (-_DAYS * _SECONDS_A_DAY, _DAYS * _SECONDS_A_DAY)
            return held(of_arithmetic(how, bounds(left), bounds(right)))
        case If(then=then, other=other):
            return _either(bounds(then), bounds(other))
        case ListOf(items=items) if items:
            return _of_all(items)
        case MapOf(entries=entries) if entries:
            return _of_all(tuple(value for _, value in entries))
        case Filtered(over=over) | Index(of=over):
            return bounds(over)
        case Mapped(body=body):
            return bounds(body)
        case Aggregate(measure=measure, over=over):
            return _of_aggregate(measure, over)
        case Call(function=function, arguments=arguments):
            return _of_call(function, arguments)
    return ANY


def seconds(value: timedelta) -> int:
    """Whole seconds of a duration."""
    return value.days * _SECONDS_A_DAY + value.seconds


def of_arithmetic(how: Operation, left: Bounds, right: Bounds) -> Bounds:
    """What the operation can give, before 64 bits are thought of."""
    (a, b), (c, d) = left, right
    match how:
        case Operation.ADD:
            return (a + c, b + d)
        case Operation.SUBTRACT:
            return (a - d, b - c)
        case Operation.MULTIPLY:
            products = (a * c, a * d, b * c, b * d)
            return (min(products), max(products))
        case Operation.DIVIDE:
            most = max(abs(a), abs(b)) // (1 if c <= 1 and d >= -1 else min(abs(c), abs(d)))
            same = (a >= 0 and c >= 0) or (b <= 0 and d <= 0)
            apart = (a >= 0 and d <= 0) or (b <= 0 and c >= 0)
            found = (0 if same else -most, 0 if apart else most)
            return found if a == INT_LEAST and c <= -1 <= d else held(found)
        case Operation.REMAINDER:
            most = min(max(abs(c), abs(d)) - 1, max(abs(a), abs(b))) if (c, d) != (0, 0) else 0
            return (0 if a >= 0 else -most, 0 if b <= 0 else most)


def fits(found: Bounds) -> bool:
    """Whether all of it lies within 64 bits."""
    return found[0] >= INT_LEAST and found[1] <= INT_MOST


def held(found: Bounds) -> Bounds:
    """What is left of it when everything outside 64 bits is unknown."""
    return (max(found[0], INT_LEAST), min(found[1], INT_MOST))


def _either(left: Bounds, right: Bounds) -> Bounds:
    return (min(left[0], right[0]), max(left[1], right[1]))


def _of_all(items: tuple[Node, ...]) -> Bounds:
    every = [bounds(item) for item in items]
    return (min(low for low, _ in every), max(high for _, high in every))


def of_sum(over: Node) -> Bounds:
    """What the elements of a list can add up to, before 64 bits are thought of."""
    low, high = bounds(over)
    most = len(over.items) if isinstance(over, ListOf) else MOST_ROWS
    return (min(low, 0) * most, max(high, 0) * most)


def _of_aggregate(measure: Measure, over: Node) -> Bounds:
    match measure:
        case Measure.SIZE:
            return (0, MOST_ROWS)
        case Measure.SUM:
            return held(of_sum(over))
        case Measure.MIN | Measure.MAX:
            return bounds(over)


def _of_call(function: Function, arguments: tuple[Node, ...]) -> Bounds:
    if function is Function.DAYS:
        low, high = bounds(arguments[0])
        return (
            -(-low // _SECONDS_A_DAY) if low < 0 else low // _SECONDS_A_DAY,
            max(high // _SECONDS_A_DAY, 0),
        )
    if function in {Function.SMALLER, Function.GREATER}:
        (a, b), (c, d) = bounds(arguments[0]), bounds(arguments[1])
        return (min(a, c), min(b, d)) if function is Function.SMALLER else (max(a, c), max(b, d))
    return _CALLS.get(function, ANY)
