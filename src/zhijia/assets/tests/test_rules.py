"""The arithmetic of assets, as tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.assets import rules


@pytest.mark.parametrize(
    ("begins", "month", "many"),
    [(202601, 202601, 1), (202601, 202612, 12), (202612, 202701, 2), (202602, 202601, 0)],
)
def test_months_are_counted_with_both_ends(begins, month, many):
    assert rules.months_from(begins, month) == many


@pytest.mark.parametrize(
    ("cost", "months", "month", "fen"),
    [
        (100, 3, 202512, 0),
        (100, 3, 202601, 33),
        (100, 3, 202602, 66),
        (100, 3, 202603, 100),
        (100, 3, 203001, 100),
        (100, None, 203001, 0),
    ],
)
def test_what_is_written_down_by_a_month(cost, months, month, fen):
    assert rules.written_down(cost, months, 202601, month) == fen


@given(st.integers(1, 10**12), st.integers(1, 700))
def test_the_months_of_a_life_add_up_to_the_cost(cost, months):
    parts = [
        rules.written_down(cost, months, 202601, rules.after(202601, n))
        - rules.written_down(cost, months, 202601, rules.after(202601, n - 1))
        for n in range(months)
    ]

    assert sum(parts) == cost
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize(
    ("month", "count", "later"),
    [(202612, 1, 202701), (202601, -1, 202512), (202601, 14, 202703), (202606, 0, 202606)],
)
def test_months_go_on(month, count, later):
    assert rules.after(month, count) == later


def test_the_last_day_of_a_month():
    assert [rules.last_day(month).day for month in (202602, 202402, 202612)] == [28, 29, 31]


@pytest.mark.parametrize(
    ("paid", "today", "due"),
    [
        ([], date(2026, 1, 4), []),
        ([], date(2026, 1, 5), [202601]),
        ([202601], date(2026, 3, 5), [202602, 202603]),
        ([], date(2030, 1, 1), [202601, 202602, 202603]),
    ],
)
def test_the_rent_that_is_due(paid, today, due):
    assert rules.rents_due(date(2026, 1, 3), date(2026, 3, 31), 5, paid, today) == due
