"""Arithmetic: what can be reckoned with what, and whether the bounds prove that it stays in range."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from zhijia.rules import syntax
from zhijia.rules.checker.bounds import bounds, fits, of_arithmetic
from zhijia.rules.checker.conversions import alike, clash
from zhijia.rules.ir import Arithmetic, Constant, Negate, Node, Operation
from zhijia.rules.problems import Span
from zhijia.rules.types import DATE, DURATION, INT_LEAST, Kind, Type

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker

_NUMBERS = frozenset(Operation)
_RECKONED: dict[tuple[Kind, Kind], dict[Operation, Kind]] = {
    (Kind.INT, Kind.INT): dict.fromkeys(_NUMBERS, Kind.INT),
    (Kind.DOUBLE, Kind.DOUBLE): dict.fromkeys(_NUMBERS - {Operation.REMAINDER}, Kind.DOUBLE),
    (Kind.DECIMAL, Kind.DECIMAL): dict.fromkeys(_NUMBERS, Kind.DECIMAL),
    (Kind.STRING, Kind.STRING): {Operation.ADD: Kind.STRING},
    (Kind.DATE, Kind.DATE): {Operation.SUBTRACT: Kind.DURATION},
    (Kind.DATE, Kind.DURATION): {Operation.ADD: Kind.DATE, Operation.SUBTRACT: Kind.DATE},
    (Kind.DURATION, Kind.DATE): {Operation.ADD: Kind.DATE},
    (Kind.DURATION, Kind.DURATION): {Operation.ADD: Kind.DURATION, Operation.SUBTRACT: Kind.DURATION},
}
_BOUNDED = frozenset({Kind.INT, Kind.DURATION})
_SAFE = frozenset({Kind.STRING})


def done(checker: Checker, expression: syntax.Binary, sides: list[Node] | None) -> Node | None:
    """`left sign right`, typed."""
    if sides is None:
        return None
    how, span = Operation(expression.sign), expression.span
    left, right = alike(sides) or sides
    gives = _RECKONED.get((left.type.kind, right.type.kind), {}).get(how)
    if gives is None:
        _refuse(checker, how, span, left.type, right.type)
        return None
    if DATE in {left.type, right.type} and DURATION in {left.type, right.type}:
        for side in (left, right):
            if isinstance(side, Constant) and isinstance(side.value, timedelta) and side.value.seconds:
                return checker.report("part_of_day", side.span)
    return Arithmetic(span, Type(gives), how, left, right, guarded=_guarded(how, left, right))


def _guarded(how: Operation, left: Node, right: Node) -> bool:
    if left.type.kind in _BOUNDED and left.type == right.type:
        return not fits(of_arithmetic(how, bounds(left), bounds(right)))
    if left.type.kind is Kind.DECIMAL and how is Operation.REMAINDER:
        return False
    return left.type.kind not in _SAFE and (left.type, right.type) != (DATE, DATE)


def _refuse(checker: Checker, how: Operation, span: Span, left: Type, right: Type) -> None:
    if how is Operation.REMAINDER and left.numeric and right.numeric:
        checker.report("remainder", span)
    elif left == right == DATE and how is Operation.ADD:
        checker.report("date_plus_date", span)
    elif left.kind is Kind.DATE and right.kind is Kind.INT:
        checker.report("date_plus_int", span)
    elif Kind.LIST in {left.kind, right.kind}:
        checker.report("list_sum", span)
    else:
        code = "no_arithmetic" if left == right or clash(left, right) == "no_equality" else clash(left, right)
        checker.report(code, span, left=left, right=right, sign=str(how))


def negated(checker: Checker, span: Span, term: Node | None) -> Node | None:
    """`-term`, typed."""
    if term is None:
        return None
    if term.type.kind in _BOUNDED:
        return Negate(span, term.type, term, guarded=bounds(term)[0] == INT_LEAST)
    if term.type.kind in {Kind.DOUBLE, Kind.DECIMAL}:
        return Negate(span, term.type, term, guarded=False)
    checker.report("no_negative", span, type=term.type)
    return None
