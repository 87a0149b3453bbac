"""Values written as a text: dates, durations and decimals, read once here."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from zhijia.rules import syntax
from zhijia.rules.ir import Constant, Node
from zhijia.rules.types import (
    DATE,
    DECIMAL,
    DECIMAL_DIGITS,
    DECIMAL_PLACES,
    DOUBLE,
    DOUBLE_LEAST,
    DOUBLE_MOST,
    DURATION,
)

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker

WRITTEN = frozenset({"date", "duration", "decimal", "double"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PART = re.compile(r"([0-9]+)(?:\.([0-9]+))?(h|ms|us|ns|m|s)")
_DURATION = re.compile(r"([+-]?)((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|us|ns|m|s))+)")
_DECIMAL = re.compile(rf"-?[0-9]{{1,{DECIMAL_DIGITS}}}(?:\.[0-9]{{1,{DECIMAL_PLACES}}})?")
_DOUBLE = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,200})?(?:[eE][+-]?[0-9]{1,3})?")
_NANOSECONDS = {"h": 3_600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_MOST_SECONDS = 315_576_000_000
"""As long as CEL's durations may be, ten thousand years."""


def written(checker: Checker, expression: syntax.Invocation) -> Node | None:
    """`date("2024-02-29")`, `duration("48h30m")`, `decimal("12.50")`, `double("1.5")`."""
    name, given = expression.name, expression.arguments
    if len(given) != 1 or not isinstance(given[0], syntax.Literal) or given[0].form is not syntax.Form.STRING:
        return checker.report(f"{name}_what", expression.span)
    text = str(given[0].value)
    span = expression.span
    match name:
        case "date":
            day = _date(text)
            return checker.report("date_text", given[0].span) if day is None else Constant(span, DATE, day)
        case "duration":
            long = _seconds(text)
            if long is None or long % 10**9 or abs(long) > _MOST_SECONDS * 10**9:
                return checker.report("duration_text", given[0].span)
            return Constant(span, DURATION, timedelta(seconds=long // 10**9))
        case "decimal" if _DECIMAL.fullmatch(text):
            return Constant(span, DECIMAL, Decimal(text))
        case "double" if _DOUBLE.fullmatch(text):
            number = float(text)
            if number == 0 or DOUBLE_LEAST <= abs(number) <= DOUBLE_MOST:
                return Constant(span, DOUBLE, number)
            return checker.report("double_range", span)
    return checker.report(f"{name}_text", given[0].span)


def _date(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _seconds(text: str) -> int | None:
    """A duration in billionths of a second, exactly."""
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > 60:
        return 0 if text == "0" else None
    total = 0
    for whole, part, unit in _PART.findall(found[2]):
        size = _NANOSECONDS[unit]
        total += int(whole) * size + (int(part) * size // 10 ** len(part) if part else 0)
    return -total if found[1] == "-" else total
