"""Random rows, days and parameters of the test world: unknowns, edges, long and combining text."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

INT_LEAST, INT_MOST = -(2**63), 2**63 - 1
DAYS = [
    date(1, 1, 1), date(1964, 2, 29), date(1999, 12, 31), date(2000, 2, 29), date(2023, 2, 28), date(2023, 3, 1),
    date(2024, 2, 29), date(2024, 3, 1), date(2026, 11, 21), date(2026, 11, 30), date(9999, 12, 31),
]  # fmt: skip
TEXTS = [
    "", "a", "ab", "abc", "B", "王五", "王", "五", "é", "e\u0301", "\U0001f469\u200d\U0001f692", "\u4e00\n\u4e8c",
    "x" * 3000, "12", "-7", "007", "9223372036854775807", "9223372036854775808", "true", "%", "_", "\\", "'", '"',
    " a", "ａ",
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


AGES = [0, 1, 5, 17, 18, 59, 60, 61, 150]
One = Callable[[Sequence[Any]], Any]
"""Picks one of several, by chance or as hypothesis likes."""
Made = TypeVar("Made")


def strategy(make: Callable[[One], Made]) -> st.SearchStrategy[Made]:
    """What is made by picking, as a strategy that hypothesis can make smaller."""

    @st.composite
    def made(draw: Callable[[Any], Any]) -> Made:
        return make(lambda options: draw(st.sampled_from(options)))

    return made()


def person(one: One) -> dict[str, Any]:
    """A person's row with what belongs to it; nothing is hidden."""

    def maybe(values: Sequence[Any]) -> Any:
        return one([None, *values])

    def child() -> dict[str, Any]:
        return {
            "name": maybe(TEXTS), "age": maybe(AGES), "born_on": maybe(DAYS), "at_school": maybe([True, False])
        }  # fmt: skip

    def payment() -> dict[str, Any]:
        return {"kind": maybe(TEXTS), "fen": maybe(WHOLE), "amount": maybe(DECIMALS), "paid_on": maybe(DAYS)}

    def employer() -> dict[str, Any]:
        staff = maybe([0, 1, 24, 25, 10_000_000])
        return {
            "name": maybe(TEXTS),
            "staff": staff,
            "founded_on": maybe(DAYS),
            "in_arrears": maybe([True, False]),
        }

    return {
        "name": maybe(TEXTS), "note": maybe(TEXTS), "age": maybe(AGES), "points": maybe(WHOLE),
        "score": maybe(DOUBLES), "income": maybe(DECIMALS), "migrant": maybe([True, False]),
        "born_on": maybe(DAYS), "joined_on": maybe(DAYS), "shift": maybe(SECONDS), "ill": maybe([True, False]),
        "employer": employer() if one([True, True, False]) else None,
        "children": [child() for _ in range(one([0, 1, 2, 3]))],
        "payments": [payment() for _ in range(one([0, 1, 2, 3]))],
    }  # fmt: skip


def day(one: One) -> date:
    """The business day asked about."""
    found: date = one(DAYS)
    return found


def params(one: One) -> dict[str, Any]:
    """The parameters in force, some of them not set."""
    pools = {
        "aid.line": WHOLE, "aid.rate": DECIMALS, "aid.share": DOUBLES, "aid.open": [True, False], "aid.word": TEXTS,
        "aid.kinds": [[], [1, 60], [7]],
    }  # fmt: skip
    return {key: one([None, *pool]) for key, pool in pools.items()}
