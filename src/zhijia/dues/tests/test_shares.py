"""Sharing to the fen: everything is given, nobody a fen too much, columns say the same as one by one."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.catalogue import definitions
from zhijia.dues import shares

NATIONAL = definitions.load().splits["national"].shares.in_order


@st.composite
def ten_shares(draw: st.DrawFn) -> list[Decimal]:
    cuts = sorted(draw(st.lists(st.integers(0, shares.PARTS), min_size=9, max_size=9)))
    edges = [0, *cuts, shares.PARTS]
    return [Decimal(after - before) / shares.PARTS for before, after in pairwise(edges)]


@pytest.mark.parametrize(
    ("amount", "told", "found"),
    [
        (100, ["0.6", "0.4"], [60, 40]),
        (1, ["0.5", "0.5"], [1, 0]),  # a tie goes to who stands first
        (3, ["0.3333", "0.3333", "0.3334"], [1, 1, 1]),
        (2, ["0.3333", "0.3333", "0.3334"], [1, 0, 1]),  # the largest remainder first, then the order
        (101, ["0.0000", "1.0000"], [0, 101]),
        (0, ["0.6", "0.4"], [0, 0]),
        (7, ["0.6", "0.15", "0.05", "0.15", "0.05"], [4, 1, 1, 1, 0]),
    ],
)
def test_fen_left_over_go_to_the_largest_remainders_in_order(amount, told, found):
    assert shares.split(amount, [Decimal(one) for one in told]) == found


@given(st.integers(0, 10**12), ten_shares())
def test_everything_is_given_and_no_share_is_a_fen_off(amount, told):
    found = shares.split(amount, told)

    assert sum(found) == amount
    assert all(abs(fen - amount * share) < 1 for fen, share in zip(found, told, strict=True))
    assert all(fen == 0 for fen, share in zip(found, told, strict=True) if share == 0)


@given(st.integers(0, 10**9), st.integers(0, 10**6), ten_shares())
def test_more_to_share_is_less_for_nobody_by_more_than_the_fen_left_over(amount, more, told):
    before, after = shares.split(amount, told), shares.split(amount + more, told)

    assert all(late >= early - 1 for early, late in zip(before, after, strict=True))
    assert sum(after) - sum(before) == more


@given(st.lists(st.integers(0, 10**11), min_size=1, max_size=30), ten_shares(), ten_shares())
def test_columns_say_the_same_as_one_by_one(amounts, one, other):
    told = [shares.parts_of((one, other)[place % 2]) for place in range(len(amounts))]

    found = shares.split_columns(np.array(amounts), np.array(told))

    assert found.tolist() == [
        shares.by_weight(amount, parts) for amount, parts in zip(amounts, told, strict=True)
    ]


@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(sum))
def test_a_pot_is_shared_wholly_by_whatever_weights(pot, weights):
    found = shares.by_weight(pot, weights)

    assert sum(found) == pot
    assert all(
        abs(fen * sum(weights) - pot * weight) < sum(weights)
        for fen, weight in zip(found, weights, strict=True)
    )


@pytest.mark.parametrize("told", [["0.6", "0.3"], ["0.6", "0.4", "0.1"], ["0.33333", "0.66667"]])
def test_shares_that_are_not_one_are_refused(told):
    with pytest.raises(ValueError, match="add up to one"):
        shares.split(100, [Decimal(one) for one in told])


def test_what_columns_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="too large"):
        shares.split_columns(np.array([shares.MOST_FEN + 1]), np.array([shares.parts_of(NATIONAL)]))
