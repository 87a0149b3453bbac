"""Which values stand for which: the two conversions that happen by themselves, and what a clash of types is told."""

from collections.abc import Sequence
from decimal import Decimal

from zhijia.rules.checker.bounds import bounds
from zhijia.rules.ir import Call, Constant, Function, Node
from zhijia.rules.types import DECIMAL, DECIMAL_DIGITS, DOUBLE, Kind, Type

EXACT = 2**53
SCALARS = frozenset(Kind) - {Kind.LIST, Kind.MAP, Kind.ENTITY}


def alike(nodes: Sequence[Node]) -> tuple[Node, ...] | None:
    """The nodes in one type: an int beside a decimal becomes one, an integer literal beside a double becomes one.
    None where they clash."""
    kinds = {node.type.kind for node in nodes}
    if kinds == {Kind.INT, Kind.DECIMAL}:
        return tuple(to_decimal(node) for node in nodes)
    if kinds == {Kind.INT, Kind.DOUBLE}:
        changed = [_to_double(node) for node in nodes]
        return None if None in changed else tuple(node for node in changed if node is not None)
    return tuple(nodes) if len({node.type for node in nodes}) == 1 else None


def to_decimal(node: Node) -> Node:
    """A whole number as a decimal, exactly."""
    if node.type.kind is Kind.DECIMAL:
        return node
    low, high = bounds(node)
    beyond = max(abs(low), abs(high)) >= 10**DECIMAL_DIGITS
    if isinstance(node, Constant) and isinstance(node.value, int) and not beyond:
        return Constant(node.span, DECIMAL, Decimal(node.value))
    return Call(node.span, DECIMAL, Function.TO_DECIMAL, (node,), guarded=beyond)


def _to_double(node: Node) -> Node | None:
    if node.type.kind is Kind.DOUBLE:
        return node
    if isinstance(node, Constant) and isinstance(node.value, int) and abs(node.value) <= EXACT:
        return Constant(node.span, DOUBLE, float(node.value))
    return None


def clash(left: Type, right: Type) -> str:
    """The code of what to say when two types meet that cannot."""
    kinds = {left.kind, right.kind}
    if not kinds <= SCALARS:
        return "no_equality"
    if kinds == {Kind.DECIMAL, Kind.DOUBLE}:
        return "clash_decimal"
    if kinds == {Kind.INT, Kind.DOUBLE}:
        return "clash_double"
    if kinds == {Kind.INT, Kind.DURATION}:
        return "clash_duration"
    if kinds == {Kind.STRING, Kind.DATE}:
        return "clash_date"
    if Kind.STRING in kinds:
        return "clash_text"
    return "clash"
