"""What compiled rules call where a line of their own would not do. Nothing here is ever handed an unknown value."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from zhijia.rules.types import DECIMAL_DIGITS, DECIMAL_PLACES, INT_LEAST, INT_MOST

EXACT = Context(prec=80, rounding=ROUND_HALF_UP, traps=[])
"""Wide enough that products and sums are exact, and that a quotient is not rounded twice."""
_WHOLE = re.compile(r"-?[0-9]+")


def years(since: date, to: date) -> int:
    """Completed years; minus those from the second to the first when it comes first."""
    if to < since:
        return -years(to, since)
    return to.year - since.year - ((to.month, to.day) < (since.month, since.day))


def months(since: date, to: date) -> int:
    """Completed months, likewise."""
    if to < since:
        return -months(to, since)
    return (to.year - since.year) * 12 + to.month - since.month - (to.day < since.day)


def whole(text: str) -> int | None:
    """The whole number that a text writes, if it is one of 64 bits."""
    if not _WHOLE.fullmatch(text) or len(text.lstrip("-").lstrip("0")) > 19:
        return None
    number = int(text.lstrip("-").lstrip("0") or "0") * (-1 if text.startswith("-") else 1)
    return number if INT_LEAST <= number <= INT_MOST else None


def written(amount: Decimal) -> str:
    """A decimal without zeros at its end."""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


RUNTIME: Mapping[str, Any] = {
    "abs": abs,
    "int": int,
    "float": float,
    "str": str,
    "len": len,
    "decimal": Decimal,
    "years": years,
    "months": months,
    "whole": whole,
    "written": written,
    "from_ordinal": date.fromordinal,
    "add": EXACT.add,
    "subtract": EXACT.subtract,
    "multiply": EXACT.multiply,
    "divide": EXACT.divide,
    "remainder": EXACT.remainder,
    "rounded": EXACT.quantize,
    "negative": EXACT.minus,
    "PLACES": Decimal(1).scaleb(-DECIMAL_PLACES),
    "LIMIT": Decimal(10) ** DECIMAL_DIGITS,
    "MINUS_LIMIT": -(Decimal(10) ** DECIMAL_DIGITS),
    "ZERO": Decimal(0),
}
