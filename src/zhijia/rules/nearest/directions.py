"""Which way a value goes as the days go on: what only rises or only falls turns at a border that halving finds."""

from datetime import timedelta
from decimal import Decimal

from zhijia.rules import ir

Way = int | None
"""1: it never falls, -1: it never rises, 0: it stays, None: neither can be told."""

_AS_IT_GOES = frozenset(
    {
        ir.Function.DAYS,
        ir.Function.YEAR,
        ir.Function.TO_INT,
        ir.Function.TO_DECIMAL,
        ir.Function.TO_DOUBLE,
        ir.Function.SMALLER,
        ir.Function.GREATER,
    }
)


def moves(node: ir.Node) -> bool:
    """Whether the day has a part in it."""
    return any(isinstance(part, ir.Today) for part in ir.walk(node))


def way(node: ir.Node) -> Way:
    """Which way the value goes; a value of each row of a list counts as the list's."""
    if not moves(node):
        return 0
    match node:
        case ir.Today():
            return 1
        case ir.Negate(term=term):
            return turned(way(term))
        case ir.Arithmetic():
            return _reckoned(node)
        case ir.Call(function=ir.Function.YEARS | ir.Function.MONTHS, arguments=(begins, ends)):
            return joined(turned(way(begins)), way(ends))
        case ir.Call(function=function, arguments=arguments) if function in _AS_IT_GOES:
            return joined(*map(way, arguments))
        case ir.If(test=test, then=then, other=other) if not moves(test):
            return joined(way(then), way(other))
        case ir.Aggregate(measure=ir.Measure.MIN | ir.Measure.MAX | ir.Measure.SUM, over=over):
            return way(over)
        case ir.Mapped(over=over, body=body) if not moves(over):
            return way(body)
    return None


def turned(of: Way) -> Way:
    """The other way."""
    return None if of is None else -of


def joined(*ways: Way) -> Way:
    """The way of what each of them pushes alike; None where they push apart."""
    pushing = {one for one in ways if one != 0}
    return 0 if not pushing else pushing.pop() if len(pushing) == 1 else None


def _reckoned(node: ir.Arithmetic) -> Way:
    left, right = way(node.left), way(node.right)
    match node.how:
        case ir.Operation.ADD:
            return joined(left, right)
        case ir.Operation.SUBTRACT:
            return joined(left, turned(right))
        case ir.Operation.MULTIPLY:
            return _scaled(left, node.right) if right == 0 else _scaled(right, node.left)
        case ir.Operation.DIVIDE if right == 0:
            return _scaled(left, node.right)
    return None


def _scaled(of: Way, by: ir.Node) -> Way:
    """The way of a value times (or through) a written number."""
    if not isinstance(by, ir.Constant) or isinstance(by.value, bool | timedelta):
        return None
    if not isinstance(by.value, int | float | Decimal) or by.value == 0:
        return None
    return of if by.value > 0 else turned(of)
