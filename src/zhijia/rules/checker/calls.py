"""What can be called, on what, and what is said about CEL's functions that are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhijia.rules import patterns, syntax
from zhijia.rules.checker import constants, lists, macros
from zhijia.rules.checker.conversions import alike, clash, to_decimal
from zhijia.rules.ir import Call, Constant, Follow, Function, Has, Node, Parameter, Select
from zhijia.rules.types import BOOL, DATE, DECIMAL, DOUBLE, DURATION, INT, STRING, Kind, Type

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker, Scope


@dataclass(frozen=True, slots=True)
class _Signature:
    function: Function
    takes: tuple[Type, ...]
    gives: Type


_METHODS = {
    signature.function.value: signature
    for signature in (
        _Signature(Function.STARTS_WITH, (STRING, STRING), BOOL),
        _Signature(Function.ENDS_WITH, (STRING, STRING), BOOL),
        _Signature(Function.CONTAINS, (STRING, STRING), BOOL),
        _Signature(Function.MATCHES, (STRING, STRING), BOOL),
        _Signature(Function.YEAR, (DATE,), INT),
        _Signature(Function.MONTH, (DATE,), INT),
        _Signature(Function.DAY_OF_MONTH, (DATE,), INT),
        _Signature(Function.DAY_OF_WEEK, (DATE,), INT),
    )
}
_PLAIN = {
    "matches": _METHODS["matches"],
    "years": _Signature(Function.YEARS, (DATE, DATE), INT),
    "months": _Signature(Function.MONTHS, (DATE, DATE), INT),
    "days": _Signature(Function.DAYS, (DURATION,), INT),
}
_CONVERSIONS: dict[str, tuple[Function, Type, frozenset[Kind]]] = {
    "int": (Function.TO_INT, INT, frozenset({Kind.DOUBLE, Kind.DECIMAL, Kind.STRING})),
    "double": (Function.TO_DOUBLE, DOUBLE, frozenset({Kind.INT, Kind.DECIMAL})),
    "decimal": (Function.TO_DECIMAL, DECIMAL, frozenset({Kind.INT})),
    "string": (Function.TO_STRING, STRING, frozenset({Kind.INT, Kind.BOOL, Kind.DATE, Kind.DECIMAL})),
}
_GUARDED = {(Function.TO_INT, Kind.DOUBLE), (Function.TO_INT, Kind.STRING)}
_LEFT_OUT = {
    "timestamp": 'date("2024-02-29")',
    "type": "",
    "dyn": "",
    "bool": "",
    "bytes": "",
    "uint": "int(…)",
    "optional": "has(…)",
    "getDayOfMonth": "getDate()",
    "getDayOfYear": "getDate()",
    "getHours": "days(…)",
    "getMinutes": "days(…)",
    "getSeconds": "days(…)",
    "getMilliseconds": "days(…)",
    "existsOne": "exists_one(…)",
    "now": "today",
    "age": "years(…, today)",
    "len": "size(…)",
    "length": "size(…)",
    "count": "size(…)",
    "any": "exists(…)",
    "float": "double(…)",
    "str": "string(…)",
    "lowerAscii": "",
    "upperAscii": "",
    "trim": "",
    "replace": "",
    "split": "",
    "join": "",
    "substring": "startsWith(…)",
    "indexOf": "contains(…)",
}
_OWN = {
    "has",
    "param",
    "date",
    "duration",
    "least",
    "greatest",
    "size",
    *lists.MEASURES,
    *_CONVERSIONS,
    *_PLAIN,
}
_ON = {"size", *_METHODS, *macros.MACROS}
KNOWN = frozenset(_OWN | _ON)


def call(checker: Checker, expression: syntax.Invocation, scope: Scope) -> Node | None:
    """A call or a macro, typed."""
    name, target, given = expression.name, expression.target, expression.arguments
    if name in macros.MACROS and target is not None:
        return macros.expanded(checker, expression, scope)
    if (name not in _ON) if target is not None else (name not in _OWN):
        return _unknown(checker, expression)
    if name == "has":
        return _has(checker, expression, scope)
    if name == "param":
        return _parameter(checker, expression)
    if name in constants.WRITTEN and (name in {"date", "duration"} or _is_text(given)):
        return constants.written(checker, expression)
    everything = given if target is None else (target, *given)
    arguments = checker.nodes(everything, scope)
    if arguments is None:
        return None
    if name in lists.MEASURES:
        return lists.measured(checker, expression, arguments)
    if name in {"least", "greatest"}:
        return _least(checker, expression, arguments)
    if name in _CONVERSIONS:
        return _converted(checker, expression, arguments)
    signature = _METHODS[name] if target is not None else _PLAIN[name]
    if len(arguments) != len(signature.takes):
        return _count(checker, expression, len(signature.takes) - (target is not None))
    for argument, wanted in zip(arguments, signature.takes, strict=True):
        if argument.type != wanted:
            return checker.report("argument", argument.span, name=name, wanted=wanted, type=argument.type)
    if signature.function is Function.MATCHES and not _pattern(checker, arguments[1]):
        return None
    return Call(expression.span, signature.gives, signature.function, tuple(arguments), guarded=False)


def _unknown(checker: Checker, expression: syntax.Invocation) -> Node | None:
    name, place = expression.name, expression.place
    if name in _LEFT_OUT:
        instead = _LEFT_OUT[name]
        return checker.report("left_out_for" if instead else "left_out", place, name=name, instead=instead)
    if expression.target is None and name in _ON:
        return checker.report("called_on", place, name=name)
    if expression.target is not None and name in _OWN:
        return checker.report("called_with", place, name=name)
    near = checker.near(name, _OWN if expression.target is None else _ON)
    return checker.report("unknown_function", place, name=name, near=near)


def _count(checker: Checker, expression: syntax.Invocation, wanted: int) -> Node | None:
    return checker.report(
        "argument_count",
        expression.span,
        name=expression.name,
        wanted=wanted,
        given=len(expression.arguments),
    )


def _is_text(given: tuple[syntax.Expression, ...]) -> bool:
    return len(given) == 1 and isinstance(given[0], syntax.Literal) and given[0].form is syntax.Form.STRING


def _has(checker: Checker, expression: syntax.Invocation, scope: Scope) -> Node | None:
    given = expression.arguments
    if len(given) != 1 or not isinstance(given[0], syntax.Member):
        return checker.report("has_what", expression.span)
    of = checker.node(given[0], scope)
    if of is None:
        return None
    if isinstance(of, Call):
        of = of.arguments[0]
    if not isinstance(of, Select | Follow):
        return checker.report("has_what", expression.span)
    return Has(expression.span, BOOL, of)


def _parameter(checker: Checker, expression: syntax.Invocation) -> Node | None:
    given = expression.arguments
    if not _is_text(given):
        return checker.report("param_what", expression.span)
    assert isinstance(given[0], syntax.Literal)
    key = str(given[0].value)
    kind = checker.parameters(key)
    if kind is None:
        return checker.report("unknown_parameter", given[0].span, key=key)
    return Parameter(expression.span, kind, key)


def _least(checker: Checker, expression: syntax.Invocation, arguments: list[Node]) -> Node | None:
    if len(arguments) < 2:
        return _count(checker, expression, 2)
    same = alike(arguments)
    if same is None:
        left = arguments[0]
        right = next(node for node in arguments if node.type != left.type)
        return checker.report(clash(left.type, right.type), expression.span, left=left.type, right=right.type)
    if not same[0].type.numeric:
        return checker.report("least_of", expression.span, name=expression.name, type=same[0].type)
    found, *others = same
    for other in others:
        function = Function(expression.name)
        found = Call(expression.span, found.type, function, (found, other), guarded=False)
    return found


def _converted(checker: Checker, expression: syntax.Invocation, arguments: list[Node]) -> Node | None:
    function, gives, takes = _CONVERSIONS[expression.name]
    if len(arguments) != 1:
        return _count(checker, expression, 1)
    of = arguments[0]
    if of.type == gives:
        return of
    if of.type.kind not in takes:
        code = "double_text" if (of.type, gives) == (DOUBLE, STRING) else "no_conversion"
        return checker.report(code, expression.span, name=expression.name, type=of.type, gives=gives)
    if function is Function.TO_DECIMAL:
        return to_decimal(of)
    return Call(expression.span, gives, function, (of,), guarded=(function, of.type.kind) in _GUARDED)


def _pattern(checker: Checker, argument: Node) -> bool:
    if not isinstance(argument, Constant):
        checker.report("pattern_constant", argument.span)
        return False
    try:
        patterns.parse(str(argument.value))
    except patterns.PatternRefused as refused:
        checker.report(f"pattern_{refused.code}", argument.span, at=refused.at + 1, sign=refused.sign)
        return False
    return True
