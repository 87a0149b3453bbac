"""The arithmetic a treasurer can check with a pencil."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.dues import rules
from zhijia.dues.rules import Came, Sums

TWO, HALF = Decimal("0.02"), Decimal("0.005")


@pytest.mark.parametrize(
    ("wages", "fen"), [(0, 0), (100_000_00, 2_000_00), (1, 0), (24, 0), (25, 1), (123_456_78, 2_469_14)]
)
def test_an_employer_owes_two_in_a_hundred_of_all_wages(wages, fen):
    assert rules.contribution(wages, TWO) == fen


@pytest.mark.parametrize(
    ("wage", "fen"),
    [(9_99, 0), (10_00, 5), (19_99, 5), (5_678_90, 28_35), (5_670_00, 28_35), (0, 0), (10_000_00, 50_00)],
)
def test_what_is_below_ten_yuan_of_a_wage_is_left_out(wage, fen):
    assert rules.member_dues(wage, HALF, 1000) == fen


@given(st.integers(0, 10**9))
def test_member_dues_never_need_rounding(wage):
    assert rules.member_dues(wage, HALF, 1000) % 5 == 0


@pytest.mark.parametrize(
    ("month", "pay_day", "day"),
    [
        (202601, 15, date(2026, 2, 15)),
        (202601, 0, date(2026, 2, 28)),
        (202601, 31, date(2026, 2, 28)),
        (202612, 15, date(2027, 1, 15)),
        (202602, 31, date(2026, 3, 31)),
    ],
)
def test_a_month_is_paid_by_a_day_of_the_next(month, pay_day, day):
    assert rules.due_on(month, pay_day) == day


@pytest.mark.parametrize(
    ("month", "many", "then"), [(202612, 1, 202701), (202601, -1, 202512), (202603, 24, 202803)]
)
def test_months_are_counted_over_the_year(month, many, then):
    assert rules.month_after(month, many) == then
    assert rules.many_months(*sorted((month, then))) == abs(many) + 1


@pytest.mark.parametrize(
    ("owed", "late", "fee"), [(1000_00, 0, 0), (1000_00, 10, 50_00), (1000_00, 500, 1000_00), (0, 10, 0)]
)
def test_a_late_fee_stops_at_what_is_owed(owed, late, fee):
    assert rules.late_fee(owed, late, HALF, Decimal(1)) == fee


@pytest.mark.parametrize(
    ("declared", "received", "shared", "due", "told"),
    [
        (100, 100, 100, 100, ""),
        (100, 0, 0, 0, ""),
        (0, 100, 0, 0, "not_declared"),
        (100, 120, 120, 100, "paid_too_much"),
        (100, 0, 0, 100, "not_paid"),
        (100, 60, 60, 100, "paid_too_little"),
        (100, 100, 40, 100, "not_shared"),
        (200, 100, 100, 100, ""),
    ],
)
def test_the_three_sums_say_what_is_to_be_done(declared, received, shared, due, told):
    assert rules.difference(Sums(declared, received, shared, due)) == told


def test_money_of_nobody_known_is_looked_for_first():
    assert rules.difference(Sums(0, 100, 0, 0), payer_known=False) == "unknown_payer"


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([], []),
        ([("a", 3, 30)], [("a", 3, 30)]),
        ([("a", 2, 20)], [("", 2, 20)]),
        ([("a", 5, 50), ("b", 1, 7)], [("", 6, 57)]),
        ([("a", 5, 50), ("b", 1, 7), ("c", 2, 8)], [("a", 5, 50), ("", 3, 15)]),
        ([("a", 9, 50), ("b", 1, 7), ("c", 4, 8)], [("a", 9, 50), ("", 5, 15)]),
    ],
)
def test_few_entries_stand_together_so_that_no_difference_tells_them(cells, shown):
    found = rules.few_together([rules.Cell(*cell) for cell in cells], 3)

    assert [(cell.name, cell.many, cell.fen) for cell in found] == shown


@pytest.mark.parametrize(
    ("came", "told"),
    [
        ([Came(202607, 202607, 5), Came(202607, 202607, 2)], {202607: 7}),
        ([Came(202607, 202609, 30)], {202607: 10, 202608: 10, 202609: 10}),
        ([Came(202607, 202609, 35)], {202607: 10, 202608: 10, 202609: 15}),
        ([Came(202607, 202609, 15)], {202607: 10, 202608: 5, 202609: 0}),
        ([Came(202607, 202609, 20), Came(202608, 202608, 10)], {202607: 10, 202608: 10, 202609: 10}),
        ([Came(202609, 202611, 25)], {202609: 10, 202610: 0, 202611: 15}),
        ([Came(202612, 202701, 4)], {202612: 0, 202701: 4}),
        ([], {}),
    ],
)
def test_money_for_several_months_fills_what_is_declared_of_them_the_oldest_first(came, told):
    assert rules.by_month(dict.fromkeys((202607, 202608, 202609, 202611), 10), came) == told
