"""Elections and terms by the numbers of the rulebook (ORG-08 to ORG-13): tables anyone can check with a pencil."""

from datetime import date

import pytest

from zhijia.catalogue import parameters
from zhijia.registry import term_rules

DAY = date(2026, 11, 20)
SIZES = parameters.value("term.committee_sizes", day=DAY)


@pytest.mark.parametrize(
    ("entitled", "attended", "stands"),
    [(300, 200, True), (300, 199, False), (3, 2, True), (100, 66, False), (100, 67, True), (1, 1, True)],
)
def test_two_thirds_of_those_entitled_have_to_come(entitled: int, attended: int, stands: bool) -> None:
    assert term_rules.quorum_met(entitled=entitled, attended=attended, share=(2, 3)) is stands


@pytest.mark.parametrize(("entitled", "needed"), [(100, 51), (101, 51), (1, 1), (2, 2), (3, 2)])
def test_more_than_half_of_those_entitled_is_needed_not_of_those_who_came(entitled: int, needed: int) -> None:
    assert term_rules.votes_needed(entitled=entitled, share=(1, 2)) == needed


@pytest.mark.parametrize(
    ("seats", "surplus", "fewest"), [(1, 5, 2), (3, 5, 4), (9, 5, 10), (20, 5, 21), (21, 5, 23), (5, 0, 5)]
)
def test_the_surplus_of_candidates_is_rounded_up(seats: int, surplus: int, fewest: int) -> None:
    assert term_rules.fewest_candidates(seats=seats, surplus_percent=surplus) == fewest


@pytest.mark.parametrize(
    ("votes", "seats", "needed", "elected"),
    [
        ([90, 80, 70, 60], 3, 51, [True, True, True, False]),
        ([90, 80, 40, 50], 3, 51, [True, True, False, False]),
        ([90, 70, 70, 60], 2, 51, [True, False, False, False]),
        ([60, 90, 70], 3, 51, [True, True, True]),
        ([50, 40], 1, 51, [False, False]),
    ],
    ids=["the most votes", "too few votes", "a tie for the last seat", "all of them", "nobody"],
)
def test_who_is_elected(votes: list[int], seats: int, needed: int, elected: list[bool]) -> None:
    assert term_rules.elected(votes, seats=seats, needed=needed) == elected


@pytest.mark.parametrize(
    ("members", "sizes"),
    [
        (11, [3]),
        (26, [3, 5]),
        (100, [3, 5]),
        (200, [5, 7]),
        (201, [7, 9]),
        (1000, [9, 11, 13, 15]),
        (50001, [37, 39, 41, 43, 45]),
    ],
)
def test_a_committee_has_an_odd_size_by_its_members(members: int, sizes: list[int]) -> None:
    assert list(term_rules.committee_sizes(members, SIZES)) == sizes


@pytest.mark.parametrize(
    ("left", "step"),
    [(181, ""), (180, "180"), (91, "180"), (90, "90"), (30, "30"), (0, "30"), (-1, "overdue")],
)
def test_a_term_is_at_one_alarm(left: int, step: str) -> None:
    assert term_rules.alarm_step(left, [180, 90, 30]) == step


@pytest.mark.parametrize(
    ("begins", "years", "ends"),
    [
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2021, 12, 31), 5, date(2026, 12, 31)),
    ],
)
def test_a_term_ends_on_the_day_it_began(begins: date, years: int, ends: date) -> None:
    assert term_rules.ends_on(begins, years) == ends
