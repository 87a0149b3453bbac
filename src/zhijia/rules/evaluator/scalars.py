"""Arithmetic and functions, written out in place: a guard stands only where the checker could not prove the range."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from zhijia.rules import ir, patterns
from zhijia.rules.checker.bounds import bounds
from zhijia.rules.evaluator.certainty import may_be_zero
from zhijia.rules.evaluator.searching import search
from zhijia.rules.evaluator.templates import expression
from zhijia.rules.types import DOUBLE_LEAST, DOUBLE_MOST, INT_LEAST, INT_MOST, Kind

if TYPE_CHECKING:
    from zhijia.rules.evaluator.writer import Writer

_DAY = 86_400
_LAST_DAY = 3_652_059
_OPERATION = {
    ir.Operation.ADD: "A + B",
    ir.Operation.SUBTRACT: "A - B",
    ir.Operation.MULTIPLY: "A * B",
    ir.Operation.DIVIDE: "A / B",
}
_TRUNCATED = {
    ir.Operation.DIVIDE: "A // B if (A >= 0) is (B > 0) else -(-A // B)",
    ir.Operation.REMAINDER: "A % abs(B) if A >= 0 else -(-A % abs(B))",
}
_NATURAL = {ir.Operation.DIVIDE: "A // B", ir.Operation.REMAINDER: "A % B"}
_DECIMAL = {
    ir.Operation.ADD: "add(A, B)",
    ir.Operation.SUBTRACT: "subtract(A, B)",
    ir.Operation.MULTIPLY: "rounded(multiply(A, B), PLACES)",
    ir.Operation.DIVIDE: "rounded(divide(A, B), PLACES)",
    ir.Operation.REMAINDER: "remainder(A, B)",
}
_DIVISIONS = frozenset({ir.Operation.DIVIDE, ir.Operation.REMAINDER})
_CALLS = {
    ir.Function.STARTS_WITH: "A.startswith(B)",
    ir.Function.ENDS_WITH: "A.endswith(B)",
    ir.Function.CONTAINS: "B in A",
    ir.Function.LENGTH: "len(A)",
    ir.Function.YEARS: "years(A, B)",
    ir.Function.MONTHS: "months(A, B)",
    ir.Function.YEAR: "A.year",
    ir.Function.MONTH: "A.month - 1",
    ir.Function.DAY_OF_MONTH: "A.day",
    ir.Function.DAY_OF_WEEK: "A.isoweekday() % 7",
    ir.Function.TO_DOUBLE: "float(A)",
}
_TEXTS = {
    Kind.INT: "str(A)",
    Kind.BOOL: "'true' if A else 'false'",
    Kind.DATE: "A.isoformat()",
    Kind.DECIMAL: "written(A)",
}


def value(writer: Writer, node: ir.Arithmetic | ir.Negate | ir.Call) -> ast.expr:
    """The expression."""
    match node:
        case ir.Arithmetic():
            return _arithmetic(writer, node)
        case ir.Negate(term=term):
            said = "negative(A)" if node.type.kind is Kind.DECIMAL else "-A"
            return writer.known(
                [term], lambda a: _in_64_bits(writer, expression(said, A=a), guarded=node.guarded)
            )
        case ir.Call():
            return _call(writer, node)


def _in_64_bits(writer: Writer, found: ast.expr, *, guarded: bool) -> ast.expr:
    if not guarded:
        return found
    return expression(
        "NAME if LEAST <= (NAME := FOUND) <= MOST else None",
        NAME=writer.name(), FOUND=found, LEAST=ast.Constant(INT_LEAST), MOST=ast.Constant(INT_MOST),
    )  # fmt: skip


def in_range(writer: Writer, kind: Kind, found: ast.expr, *, guarded: bool) -> ast.expr:
    """What was found, or None outside the type's range."""
    if not guarded:
        return found
    match kind:
        case Kind.DECIMAL:
            return expression(
                "NAME if MINUS_LIMIT < (NAME := FOUND) < LIMIT else None", NAME=writer.name(), FOUND=found
            )
        case Kind.DOUBLE:
            return expression(
                "NAME if LEAST <= (NAME := FOUND) <= MOST or -MOST <= NAME <= -LEAST or NAME == 0.0 else None",
                NAME=writer.name(), FOUND=found, LEAST=ast.Constant(DOUBLE_LEAST), MOST=ast.Constant(DOUBLE_MOST),
            )  # fmt: skip
    return _in_64_bits(writer, found, guarded=True)


def _arithmetic(writer: Writer, node: ir.Arithmetic) -> ast.expr:
    how, left, right, kind = node.how, node.left, node.right, node.type.kind
    dates = (left.type.kind is Kind.DATE, right.type.kind is Kind.DATE)
    if dates == (True, True):
        return writer.known(
            [left, right], lambda a, b: expression("(A - B).days * DAY", A=a, B=b, DAY=ast.Constant(_DAY))
        )
    if any(dates):
        return _moved(
            writer, *((left, right) if dates[0] else (right, left)), back=how is ir.Operation.SUBTRACT
        )
    looked = how in _DIVISIONS and may_be_zero(right)
    if kind is Kind.DECIMAL:
        said = _DECIMAL[how]
    elif kind is Kind.INT and how in _DIVISIONS:
        said = (_NATURAL if bounds(left)[0] >= 0 and bounds(right)[0] >= 0 else _TRUNCATED)[how]
    else:
        said = _OPERATION[how]
    once = not looked and _once(said)

    def done(a: ast.expr, b: ast.expr) -> ast.expr:
        found = in_range(writer, kind, expression(said, A=a, B=b), guarded=node.guarded)
        return expression("FOUND if B else None", FOUND=found, B=b) if looked else found

    return writer.known([left, right], done, once=once)


def _once(said: str) -> bool:
    return all(len(re.findall(rf"\b{name}\b", said)) == 1 for name in "AB")


def _moved(writer: Writer, day: ir.Node, long: ir.Node, *, back: bool) -> ast.expr:
    """Only whole days, only from 0001 to 9999."""
    sign = "-" if back else "+"
    whole = "" if isinstance(long, ir.Constant) else " and S % DAY == 0"
    return writer.known(
        [day, long],
        lambda a, s: expression(
            f"from_ordinal(N) if 1 <= (N := A.toordinal() {sign} S // DAY) <= LAST{whole} else None",
            A=a, S=s, N=writer.name(), DAY=ast.Constant(_DAY), LAST=ast.Constant(_LAST_DAY),
        ),
        once=isinstance(long, ir.Constant),
    )  # fmt: skip


def _call(writer: Writer, node: ir.Call) -> ast.expr:
    function, arguments = node.function, node.arguments
    kind = arguments[0].type.kind
    match function:
        case ir.Function.MATCHES:
            pattern = arguments[1]
            assert isinstance(pattern, ir.Constant)
            found = writer.constant(search(patterns.parse(str(pattern.value))))
            return writer.known(arguments[:1], lambda a: expression("FOUND(A) is not None", FOUND=found, A=a))
        case ir.Function.DAYS:
            return _days(writer, arguments[0])
        case ir.Function.SMALLER | ir.Function.GREATER:
            sign = "<=" if function is ir.Function.SMALLER else ">="
            return writer.known(
                arguments, lambda a, b: expression(f"A if A {sign} B else B", A=a, B=b), once=False
            )
        case ir.Function.TO_INT:
            return _to_int(writer, arguments[0])
        case ir.Function.TO_DECIMAL:
            return writer.known(
                arguments,
                lambda a: in_range(writer, Kind.DECIMAL, expression("decimal(A)", A=a), guarded=node.guarded),
            )
        case ir.Function.TO_STRING:
            return writer.known(arguments, lambda a: expression(_TEXTS[kind], A=a))
    return writer.known(
        arguments, lambda *given: expression(_CALLS[function], **dict(zip("AB", given, strict=False)))
    )


def _days(writer: Writer, long: ir.Node) -> ast.expr:
    if (
        isinstance(long, ir.Arithmetic)
        and long.left.type == long.right.type
        and long.left.type.kind is Kind.DATE
    ):
        return writer.known([long.left, long.right], lambda a, b: expression("(A - B).days", A=a, B=b))
    day = ast.Constant(_DAY)
    return writer.known(
        [long], lambda s: expression("S // DAY if S >= 0 else -(-S // DAY)", S=s, DAY=day), once=False
    )


def _to_int(writer: Writer, of: ir.Node) -> ast.expr:
    match of.type.kind:
        case Kind.STRING:
            return writer.known([of], lambda a: expression("whole(A)", A=a))
        case Kind.DOUBLE:
            edge = ast.Constant(float(2**63))
            return writer.known(
                [of],
                lambda a: expression("int(A) if -EDGE <= A < EDGE else None", A=a, EDGE=edge),
                once=False,
            )
    return writer.known([of], lambda a: expression("int(A)", A=a))
