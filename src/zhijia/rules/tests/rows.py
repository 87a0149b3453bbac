"""Random rows, days and parameters of the test world: unknowns, edges, long and combining text."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

INT_LEAST, INT_MOST = -(2**63), 2**63 - 1
DAYS = [
    date(1, 1, 1), date(1964, 2, 29), date(1999, 12, 31), date(2000, 2, 29), date(2023, 2, 28), date(2023, 3, 1),
    date(2024, 2, 29), date(2024, 3, 1), date(2026, 11, 21), date(2026, 11, 30), date(9999, 12, 31),
]  # fmt: skip
TEXTS = [
    "", "a", "ab", "abc", "B", "王五", "王", "五", "é", "e\u0301", "\U0001f469\u200d\U0001f692",
    "\u4e00\n\u4e8c", "x" * 3000, "12", "-7", "007", "9223372036854775807", "9223372036854775808", "true", "%", "_", "\\", "'", '"', " a", "ａ",
]  # fmt: skip
WHOLE = [0, 1, -1, 2, 7, 17, 18, 59, 60, 61, 2**31, 2**53 + 1, INT_MOST, INT_LEAST, INT_MOST - 1]
DOUBLES = [0.0, -0.0, 1.0, 1.5, -2.25, 0.1, 1e-150, 1e150, -1e150, 2.0**53, 9.3e18, 1e18, 60.0]
DECIMALS = [
    Decimal(text)
    for text in (
        "0",
        "0.000001",
        "-0.000001",
        "0.5",
        "1",
        "-2.5",
        "3",
        "60",
        "1200.5",
        "999999999999999999.999999",
    )
]
SECONDS = [0, 1, -1, 3_600, 86_400, -86_400, 172_800, 86_399, 31_536_000, INT_MOST, INT_LEAST]


def _maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


_AGES = [0, 1, 5, 17, 18, 59, 60, 61, 150]
_CHILD = st.fixed_dictionaries(
    {"name": _maybe(TEXTS), "age": _maybe(_AGES), "born_on": _maybe(DAYS), "at_school": _maybe([True, False])}
)
_PAYMENT = st.fixed_dictionaries(
    {"kind": _maybe(TEXTS), "fen": _maybe(WHOLE), "amount": _maybe(DECIMALS), "paid_on": _maybe(DAYS)}
)
_EMPLOYER = st.fixed_dictionaries(
    {
        "name": _maybe(TEXTS),
        "staff": _maybe([0, 1, 24, 25, 10_000_000]),
        "founded_on": _maybe(DAYS),
        "in_arrears": _maybe([True, False]),
    }
)


def people() -> st.SearchStrategy[dict[str, Any]]:
    """A person's row with what belongs to it; nothing is hidden."""
    return st.fixed_dictionaries(
        {
            "name": _maybe(TEXTS), "note": _maybe(TEXTS), "age": _maybe(_AGES), "points": _maybe(WHOLE),
            "score": _maybe(DOUBLES), "income": _maybe(DECIMALS), "migrant": _maybe([True, False]),
            "born_on": _maybe(DAYS), "joined_on": _maybe(DAYS), "shift": _maybe(SECONDS), "ill": _maybe([True, False]),
            "employer": st.one_of(st.none(), _EMPLOYER), "children": st.lists(_CHILD, max_size=3),
            "payments": st.lists(_PAYMENT, max_size=3),
        }
    )  # fmt: skip


def hidden(person: dict[str, Any]) -> dict[str, Any]:
    """The same row where the person has not consented."""
    return {**person, "ill": None, "payments": None}


def days() -> st.SearchStrategy[date]:
    """The business day asked about."""
    return st.sampled_from(DAYS)


def params() -> st.SearchStrategy[dict[str, Any]]:
    """The parameters in force, some of them not set."""
    return st.fixed_dictionaries(
        {
            "aid.line": _maybe(WHOLE), "aid.rate": _maybe(DECIMALS), "aid.share": _maybe(DOUBLES),
            "aid.open": _maybe([True, False]), "aid.word": _maybe(TEXTS), "aid.kinds": _maybe([[], [1, 60], [7]]),
        }
    )  # fmt: skip
