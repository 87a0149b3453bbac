"""The Rust engine of CEL as another reading: what it defines has to be what we say."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import cel

UNDEFINED = object()
"""The engine gave an error, which it does not always carry on as CEL does."""
_DATE = re.compile(r'date\("([0-9-]+)"\)')


def answer(text: str, row: dict[str, Any], *, on: date) -> Any:
    """What the engine says of the rule, with a date as the beginning of its day; UNDEFINED where it gives an error."""
    program = cel.compile(_DATE.sub(r'timestamp("\1T00:00:00Z")', text))
    try:
        found = program.execute({"person": _given(row), "today": _given(on)})
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        return UNDEFINED
    if isinstance(found, datetime):
        return found.date()
    return found // timedelta(seconds=1) if isinstance(found, timedelta) else found


def row_for(person: dict[str, Any]) -> dict[str, Any]:
    """The row without what the engine knows no bounds for: spans of more than a million days, doubles near our ends."""
    shift, score = person["shift"], person["score"]
    return {
        **person,
        "shift": None if shift is None or abs(shift) > 86_400 * 10**6 else shift,
        "score": None if score is None or not 1e-16 < abs(score) < 1e16 else score,
    }


def _given(value: Any) -> Any:
    """The value as the engine takes it: what is unknown is not there."""
    if isinstance(value, dict):
        known = {name: _given(part) for name, part in value.items() if part is not None}
        return {**known, "shift": timedelta(seconds=known["shift"])} if "shift" in known else known
    if isinstance(value, list):
        return [_given(part) for part in value]
    if isinstance(value, Decimal):
        return float(value)  # Rules the engine is asked do not look at decimals, only whether they are known.
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else value
