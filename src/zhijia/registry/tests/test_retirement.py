"""Statutory retirement, month by month as the law's table has it (MEM-12, TV-11)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.catalogue import parameters
from zhijia.registry import retirement, rules
from zhijia.registry.models import Membership
from zhijia.registry.retirement import Scale

DAY = date(2026, 11, 21)
BEGINS = date(*parameters.value("retirement.delay_begins", day=DAY), 1)
SCALES = {
    name: Scale(*parameters.value(f"retirement.{name}", day=DAY)) for name in ("men", "women_55", "women_50")
}


@pytest.mark.parametrize(
    ("scale", "born", "month", "years", "months"),
    [
        ("men", (1964, 12), (2024, 12), 60, 0),
        ("men", (1965, 1), (2025, 2), 60, 1),
        ("men", (1965, 5), (2025, 7), 60, 2),
        ("men", (1976, 8), (2039, 7), 62, 11),
        ("men", (1976, 9), (2039, 9), 63, 0),
        ("men", (1990, 3), (2053, 3), 63, 0),
        ("women_55", (1969, 12), (2024, 12), 55, 0),
        ("women_55", (1970, 1), (2025, 2), 55, 1),
        ("women_55", (1981, 9), (2039, 9), 58, 0),
        ("women_50", (1974, 12), (2024, 12), 50, 0),
        ("women_50", (1975, 1), (2025, 2), 50, 1),
        ("women_50", (1975, 3), (2025, 5), 50, 2),
        ("women_50", (1984, 11), (2039, 11), 55, 0),
    ],
)
def test_the_statutory_age_is_that_of_the_table(
    scale: str, born: tuple[int, int], month: tuple[int, int], years: int, months: int
) -> None:
    told = retirement.statutory(date(*born, 15), SCALES[scale], BEGINS)

    assert (told.month, told.years, told.months) == (date(*month, 1), years, months)


@given(today=st.dates(date(2020, 1, 1), date(2060, 12, 31)), scale=st.sampled_from(sorted(SCALES)))
def test_who_was_born_before_the_day_has_reached_it_and_nobody_else(today: date, scale: str) -> None:
    border = retirement.born_before(today, SCALES[scale], BEGINS)
    last = date(border.year - (border.month == 1), (border.month - 2) % 12 + 1, 1)

    assert retirement.statutory(last, SCALES[scale], BEGINS).month < today.replace(day=1)
    assert retirement.statutory(border, SCALES[scale], BEGINS).month >= today.replace(day=1)


@pytest.mark.parametrize("status", Membership.OPEN)
def test_who_is_retained_neither_votes_nor_pays(status: str) -> None:
    retained = status in ("30", "31", "32")

    assert rules.votes(status) is not retained
    assert rules.pays_dues(status) is not retained


def test_who_is_no_member_neither_votes_nor_pays() -> None:
    assert not any(
        rules.votes(status) or rules.pays_dues(status) for status in ("00", "40", "41", "42", "50", "90")
    )
