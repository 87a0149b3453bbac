"""What is made of a whole list: its size, sum, least and greatest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhijia.rules import syntax
from zhijia.rules.checker.bounds import fits, of_sum
from zhijia.rules.ir import Aggregate, Call, Constant, Function, ListOf, MapOf, Measure, Node
from zhijia.rules.types import BOOL, INT, Kind

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker

MEASURES = {measure.value: measure for measure in Measure}
_SUMMED = frozenset({Kind.INT, Kind.DECIMAL, Kind.DURATION})
_BOUNDED = frozenset({Kind.INT, Kind.DURATION})


def measured(checker: Checker, expression: syntax.Invocation, arguments: list[Node]) -> Node | None:
    """`size(…)`, `sum(…)`, `min(…)`, `max(…)`; size also of a text."""
    measure, span, name = MEASURES[expression.name], expression.span, expression.name
    if len(arguments) != 1:
        instead = {"min": "least(…)", "max": "greatest(…)"}.get(name, f"{name}(…)")
        return checker.report("one_list", span, name=name, instead=instead)
    of = arguments[0]
    if measure is Measure.SIZE:
        if of.type.kind is Kind.STRING:
            return Call(span, INT, Function.LENGTH, (of,), guarded=False)
        if isinstance(of, ListOf):
            return Constant(span, INT, len(of.items))
        if isinstance(of, MapOf):
            return Constant(span, INT, len(of.entries))
    if of.type.kind is not Kind.LIST or of.type.of is None:
        return checker.report("measure_of", span, name=name, type=of.type)
    held = of.type.of
    if measure is Measure.SIZE:
        return Aggregate(span, INT, measure, of, guarded=False)
    if held.kind is Kind.ENTITY:
        return checker.report("measure_rows", span, name=name)
    if measure is Measure.SUM:
        if held.kind not in _SUMMED:
            return checker.report("double_sum" if held.kind is Kind.DOUBLE else "sum_of", span, type=held)
        guarded = held.kind not in _BOUNDED or not fits(of_sum(of))
        return Aggregate(span, held, measure, of, guarded=guarded)
    if held == BOOL or not held.ordered:
        return checker.report("least_of", span, name=name, type=held)
    return Aggregate(span, held, measure, of, guarded=False)
