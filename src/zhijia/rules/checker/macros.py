"""`all exists exists_one filter map`: over related rows they stay, over a written list they are unrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhijia.rules import syntax
from zhijia.rules.checker import coded
from zhijia.rules.checker.conversions import SCALARS, alike
from zhijia.rules.ir import (
    Aggregate,
    And,
    Compare,
    Comparison,
    Constant,
    Filtered,
    If,
    ListOf,
    MapOf,
    Mapped,
    Measure,
    Node,
    Or,
    Parameter,
    Quantified,
    Quantity,
    Variable,
    walk,
)
from zhijia.rules.problems import Span
from zhijia.rules.types import BOOL, INT, Kind, list_of

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker, Scope

MACROS = frozenset({*(quantity.value for quantity in Quantity), "filter", "map"})


def expanded(checker: Checker, expression: syntax.Invocation, scope: Scope) -> Node | None:
    """A macro, typed."""
    assert expression.target is not None
    given, name = expression.arguments, expression.name
    over = checker.node(expression.target, scope)
    if name == "map" and len(given) == 3:
        return checker.report("map_three", expression.span)
    if len(given) != 2 or not isinstance(given[0], syntax.Name):
        return checker.report("macro_form", expression.span, name=name)
    variable, body = given[0], given[1]
    if variable.name in {checker.subject.name, "today"}:
        return checker.report("taken_name", variable.span, name=variable.name)
    if over is None:
        return None
    if isinstance(over, ListOf | MapOf):
        return _unrolled(checker, expression, over, scope)
    if over.type.kind is not Kind.LIST or over.type.of is None or isinstance(over, Parameter):
        return checker.report("macro_over", expression.target.span, name=name, type=over.type)
    at = Variable(variable.span, over.type.of, variable.name, checker.variables)
    checker.coded[checker.variables] = coded.codes_of(checker, over)
    checker.variables += 1
    inside = checker.node(body, {**scope, variable.name: at})
    return inside and _made(checker, expression, at, over, inside)


def _made(
    checker: Checker, expression: syntax.Invocation, at: Variable, over: Node, body: Node
) -> Node | None:
    span, name = expression.span, expression.name
    if name == "map":
        if body.type.kind not in SCALARS:
            return checker.report("map_gives", body.span, type=body.type)
        return Mapped(span, list_of(body.type), at, over, body)
    if body.type != BOOL:
        return checker.report("no_condition", body.span, type=body.type)
    if name == "filter":
        return Filtered(span, over.type, at, over, body)
    return Quantified(span, BOOL, Quantity(name), at, over, body)


def _unrolled(
    checker: Checker, expression: syntax.Invocation, over: ListOf | MapOf, scope: Scope
) -> Node | None:
    name, span = expression.name, expression.span
    variable, body = expression.arguments
    assert isinstance(variable, syntax.Name)
    if name == "filter" or (name == "map" and isinstance(over, MapOf)):
        return checker.report("filter_written", span, name=name)
    parts: list[Node] = []
    for item in over.items if isinstance(over, ListOf) else (key for key, _ in over.entries):
        weight = sum(1 for _ in walk(item))
        part = _at(checker, body, {**scope, variable.name: item}, weight)
        if part is None:
            return None
        if name != "map" and part.type != BOOL:
            return checker.report("no_condition", part.span, type=part.type)
        parts.append(part)
    if name == "map":
        same = alike(parts)
        if same is None or same[0].type.kind not in SCALARS:
            return checker.report("map_gives", body.span, type=parts[0].type)
        return ListOf(span, list_of(same[0].type), same)
    match Quantity(name):
        case Quantity.ALL:
            return And(span, BOOL, tuple(parts))
        case Quantity.EXISTS:
            return Or(span, BOOL, tuple(parts))
        case Quantity.EXISTS_ONE:
            return _exactly_one(span, parts)


def _at(checker: Checker, body: syntax.Expression, scope: Scope, weight: int) -> Node | None:
    checker.grown(weight, body.span)
    part = checker.node(body, scope)
    if part is not None:
        checker.grown(sum(1 for _ in walk(part)), body.span)
    return part


def _exactly_one(span: Span, parts: list[Node]) -> Node:
    one, none = Constant(span, INT, 1), Constant(span, INT, 0)
    counted = tuple(If(part.span, INT, part, one, none) for part in parts)
    found = Aggregate(span, INT, Measure.SUM, ListOf(span, list_of(INT), counted), guarded=False)
    return Compare(span, BOOL, Comparison.EQUAL, found, one)
