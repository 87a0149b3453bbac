"""The arithmetic of assets, as tables."""

from datetime import date

import pytest

from zhijia.assets import rules


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
