"""The two halves of a condition in SQL: where it holds, and where it fails. Neither asks whether a NULL is a no."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.sql import borders, lists, placed
from zhijia.rules.sql.statement import FALSE, TRUE, Test, all_of, any_of, untrue
from zhijia.rules.sql.values import compared
from zhijia.rules.types import Kind

if TYPE_CHECKING:
    from zhijia.rules.sql.reading import Reading

PASSES: dict[ir.Comparison, Callable[[int, int | Decimal], bool]] = {
    ir.Comparison.EQUAL: operator.eq,
    ir.Comparison.DIFFERENT: operator.ne,
    ir.Comparison.LESS: operator.lt,
    ir.Comparison.LEAST: operator.le,
    ir.Comparison.MORE: operator.gt,
    ir.Comparison.MOST: operator.ge,
}


def holds(reading: "Reading", node: ir.Node) -> Test:
    """True exactly where the node is true."""
    match node:
        case ir.Constant(value=value):
            return TRUE if value else FALSE
        case ir.Not(term=term):
            return reading.fails(term)
        case ir.And(terms=terms):
            return all_of(reading.holds(term) for term in terms)
        case ir.Or(terms=terms):
            return any_of(reading.holds(term) for term in terms)
        case ir.If(test=test, then=then, other=other):
            return any_of(
                [
                    all_of([reading.holds(test), reading.holds(then)]),
                    all_of([reading.fails(test), reading.holds(other)]),
                ]
            )
        case ir.Has(of=of):
            return known(reading, of)
        case ir.Quantified():
            return lists.holds(reading, node)
        case ir.In():
            return lists.holds_in(reading, node)
        case ir.Compare(how=how):
            return comparison(reading, node, how)
        case _:
            return reading.strictly(lambda: reading.value(node))


def fails(reading: "Reading", node: ir.Node) -> Test:
    """True exactly where the node is false."""
    match node:
        case ir.Constant(value=value):
            return FALSE if value else TRUE
        case ir.Not(term=term):
            return reading.holds(term)
        case ir.And(terms=terms):
            return any_of(reading.fails(term) for term in terms)
        case ir.Or(terms=terms):
            return all_of(reading.fails(term) for term in terms)
        case ir.If(test=test, then=then, other=other):
            return any_of(
                [
                    all_of([reading.holds(test), reading.fails(then)]),
                    all_of([reading.fails(test), reading.fails(other)]),
                ]
            )
        case ir.Has(of=of):
            return missing(reading, of)
        case ir.Quantified():
            return lists.fails(reading, node)
        case ir.In():
            return lists.fails_in(reading, node)
        case ir.Compare(how=how):
            return comparison(reading, node, how.opposite)
        case _:
            return reading.strictly(lambda: f"NOT {reading.value(node)}")


def unknown(reading: "Reading", node: ir.Node) -> Test:
    """True where the node is neither true nor false (of other types: has no value), never NULL."""
    if certain(reading, node):
        return FALSE
    if isinstance(node, ir.If | ir.Quantified | ir.In) and node.type.kind is Kind.BOOL:
        return all_of(untrue(half) for half in (reading.holds(node), reading.fails(node)))
    if total(node):
        return any_of(unknown(reading, child) for child in ir.children(node))
    return Test(f"{reading.value(node)} IS NULL")


def comparison(reading: "Reading", node: ir.Compare, how: ir.Comparison) -> Test:
    """Two values beside each other; a completed number of years or months up to today as the days that border it."""
    bordered = borders.comparison(reading, node, how)
    if bordered is not None:
        return bordered
    with reading.some(node.left if nothing_fails(node, how) else None):
        return reading.strictly(
            lambda: compared(how, node.left, node.right, reading.value(node.left), reading.value(node.right))
        )


def nothing_fails(node: ir.Compare, how: ir.Comparison) -> bool:
    """Whether no related rows at all never pass: then only those that have some have to be looked at."""
    match node:
        case ir.Compare(
            left=ir.Aggregate(measure=ir.Measure.SIZE | ir.Measure.SUM),
            right=ir.Constant(value=int() | Decimal() as number),
        ):
            return not PASSES[how](0, number)
    return False


def known(reading: "Reading", node: ir.Select | ir.Follow) -> Test:
    """Whether the field has a value, the list is known, or there is a row."""
    if isinstance(node, ir.Select):
        return reading.strictly(lambda: f"{reading.value(node)} IS NOT NULL")
    if not node.relation.many:
        return reading.row(node).present
    return lists.reachable(reading, reading.row(node.of), node.relation)


def missing(reading: "Reading", node: ir.Select | ir.Follow) -> Test:
    """The opposite of `known`: neither is ever unknown."""
    if isinstance(node, ir.Select):
        return Test(f"{reading.value(node)} IS NULL")
    if not node.relation.many:
        return reading.row(node).absent
    owner = reading.row(node.of)
    consent = reading.templates.consented(owner) if node.relation.sensitive else TRUE
    return any_of([owner.absent, untrue(consent) if consent != TRUE else FALSE])


def certain(reading: "Reading", node: ir.Node) -> bool:
    """Whether the node can be shown never to be unknown, so that nothing has to ask."""
    match node:
        case ir.Constant() | ir.Today() | ir.Has():
            return True
        case ir.Arithmetic() if borders.fixed(reading, node) is not None:
            return True
        case ir.Parameter():
            return placed.known(reading, node)
        case ir.Select(of=ir.Subject() | ir.Variable(), field=field):
            bounded = field.low is not None or field.high is not None
            return field.required and not field.sensitive and not bounded
        case ir.Not() | ir.And() | ir.Or() | ir.If():
            return all(certain(reading, child) for child in ir.children(node))
        case _:
            return total(node) and all(certain(reading, child) for child in ir.children(node))


def total(node: ir.Node) -> bool:
    """Whether the node is known as soon as all below it are, and unknown as soon as one is not."""
    match node:
        case ir.Compare() | ir.Call(guarded=False) | ir.Negate(guarded=False):
            return True
        case ir.Arithmetic(guarded=False, how=how):
            return how not in {ir.Operation.DIVIDE, ir.Operation.REMAINDER}
        case _:
            return False
