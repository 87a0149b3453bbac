"""A pattern of ours as PostgreSQL's advanced regular expressions read it. Every character but letters and digits is
written by its code point, so that nothing in it means something else there."""

from zhijia.rules import patterns
from zhijia.rules.patterns import Alternatives, Begin, Characters, End, Pattern, Repeat, Sequence


def written(text: str) -> str:
    """The pattern in PostgreSQL's own writing."""
    return _said(patterns.parse(text))


def _said(pattern: Pattern) -> str:
    match pattern:
        case Characters(ranges=ranges):
            if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
                return _character(ranges[0][0])
            return "[" + "".join(_range(low, high) for low, high in ranges) + "]"
        case Begin():
            return "^"
        case End():
            return "$"
        case Sequence(parts=parts):
            return "".join(_said(part) for part in parts).join(("(?:", ")"))
        case Alternatives(choices=choices):
            return "|".join(_said(choice) for choice in choices).join(("(?:", ")"))
        case Repeat(part=part, least=least, most=most):
            return _atom(part) + f"{{{least},{'' if most is None else most}}}"


def _atom(part: Pattern) -> str:
    return _said(part) if isinstance(part, Characters) else f"(?:{_said(part)})"


def _range(low: int, high: int) -> str:
    return _character(low) if low == high else f"{_character(low)}-{_character(high)}"


def _character(code: int) -> str:
    sign = chr(code)
    if sign.isascii() and sign.isalnum():
        return sign
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
