"""What can never be unknown: there the compiled rule asks nothing."""

from datetime import timedelta
from decimal import Decimal

from zhijia.rules import ir
from zhijia.rules.checker.bounds import bounds
from zhijia.rules.types import Kind


def certain(node: ir.Node) -> bool:
    """Whether it has a value whatever the row holds."""
    match node:
        case ir.Constant() | ir.Today() | ir.Subject() | ir.Has() | ir.ListOf() | ir.MapOf():
            return True
        case ir.Variable():
            return node.type.kind is Kind.ENTITY
        case ir.Arithmetic(how=ir.Operation.DIVIDE | ir.Operation.REMAINDER, right=right) if may_be_zero(
            right
        ):
            return False
        case ir.Arithmetic(guarded=True) | ir.Negate(guarded=True) | ir.Call(guarded=True):
            return False
        case ir.In(item=item, among=ir.ListOf(items=items)):
            return all(certain(part) for part in (item, *items))
        case ir.In(item=item, among=ir.MapOf()):
            return certain(item)
        case ir.Aggregate(measure=ir.Measure.SUM, over=ir.ListOf(items=items), guarded=False):
            return all(certain(item) for item in items)
        case (
            ir.Not() | ir.And() | ir.Or() | ir.If() | ir.Compare() | ir.Arithmetic() | ir.Negate() | ir.Call()
        ):
            return all(certain(child) for child in ir.children(node))
    return False


def may_be_zero(divisor: ir.Node) -> bool:
    """Whether dividing by it needs a look."""
    if isinstance(divisor, ir.Constant) and isinstance(divisor.value, float | Decimal):
        return divisor.value == 0
    if divisor.type.kind is Kind.INT or isinstance(getattr(divisor, "value", None), timedelta):
        low, high = bounds(divisor)
        return low <= 0 <= high
    return True
