"""The arithmetic of ballots and surveys, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.questionnaires import rules


@pytest.mark.parametrize(
    ("entitled", "attended", "of", "quorum", "needed"),
    [
        (100, 67, "entitled", True, 51),
        (100, 66, "entitled", False, 51),
        (3, 2, "entitled", True, 2),
        (99, 66, "entitled", True, 50),
        (100, 80, "voted", True, 41),
    ],
)
def test_a_ballot_stands_with_two_thirds_and_passes_with_more_than_half(
    entitled: int, attended: int, of: str, quorum: bool, needed: int
) -> None:
    found = rules.stands(entitled=entitled, attended=attended, quorum=(2, 3), majority=(1, 2), of=of)

    assert (found.quorum, found.needed) == (quorum, needed)


@pytest.mark.parametrize(
    ("votes", "seats", "elected", "tied"),
    [
        ({"1": 9, "2": 8, "3": 7, "4": 2}, 3, ("1", "2", "3"), ()),
        ({"1": 9, "2": 8, "3": 4, "4": 2}, 3, ("1", "2"), ()),
        ({"1": 9, "2": 8, "3": 8, "4": 8}, 3, ("1",), ("2", "3", "4")),
        ({"1": 2, "2": 9, "3": 6}, 2, ("2", "3"), ()),
        ({"1": 4, "2": 4}, 1, (), ()),
    ],
)
def test_seats_go_to_the_most_votes_among_those_with_enough(
    votes: dict[str, int], seats: int, elected: tuple[str, ...], tied: tuple[str, ...]
) -> None:
    found = rules.won(votes, seats=seats, needed=6)

    assert (found.elected, found.tied) == (elected, tied)


def test_a_draw_fills_the_seats_and_comes_out_the_same_for_everybody() -> None:
    votes = {"1": 9, "2": 8, "3": 8, "4": 8}

    found = rules.won(votes, seats=3, needed=6, draw="ab12")

    assert found == rules.won(votes, seats=3, needed=6, draw="ab12")
    assert (len(found.elected), found.elected[0], found.drawn) == (3, "1", True)
    assert {rules.won(votes, seats=3, needed=6, draw=str(n)).elected for n in range(40)} != {found.elected}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([10, 20, 30], [10, 20, 30]),
        ([10, 3, 30], [None, None, 30]),
        ([3, 2, 30], [None, None, 30]),
        ([0, 5, 30], [0, 5, 30]),
        ([4], [None]),
        ([0, 1, 0], [None, None, None]),
        ([0, 2, 1], [None, None, None]),
        ([1, 1, 30, 40], [None, None, None, 40]),
        ([4, 4, 30, 40], [None, None, None, 40]),
        ([1, 30, 0, 40], [None, None, 0, 40]),
        ([1, 4, 30], [None, None, 30]),
    ],
)
def test_a_small_cell_is_hidden_and_the_sum_does_not_tell_it(
    counts: list[int], shown: list[int | None]
) -> None:
    hidden = rules.hidden(counts, 5)

    assert [None if cover else count for count, cover in zip(counts, hidden, strict=True)] == shown


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_no_small_cell_can_be_worked_out_of_those_shown_and_the_sum(counts: list[int]) -> None:
    """Whatever is shown, each covered cell could be at least two numbers; or nothing at all is shown."""
    least = 5
    covered = rules.hidden(counts, least)
    left = [count for count, cover in zip(counts, covered, strict=True) if cover]
    shown = [count for count, cover in zip(counts, covered, strict=True) if not cover]

    assert not any(0 < count < least for count in shown)
    if left and shown:
        assert len(left) > 1
        assert sum(left) >= least
        assert sum(left) > len(left)


@pytest.mark.parametrize(
    ("count", "covered"), [(0, False), (3, True), (5, False), (95, False), (97, True), (100, False)]
)
def test_a_choice_of_several_is_hidden_where_few_made_it_or_few_did_not(count: int, covered: bool) -> None:
    assert rules.hidden_apart([count], 100, 5) == [covered]


def test_a_ballot_is_cut_into_lines_that_name_no_paper() -> None:
    said = {"committee": {"1": "for", "2": "abstain"}, "motion": "agree", "reasons": ["pay", "hours"]}

    assert sorted(rules.lines(said)) == [
        ("committee", "1", "for"),
        ("committee", "2", "abstain"),
        ("motion", "", "agree"),
        ("reasons", "hours", "yes"),
        ("reasons", "pay", "yes"),
    ]


def test_points_are_for_all_right_choices_and_no_other() -> None:
    right, worth = {"a": ["x"], "b": ["y", "z"], "c": ["yes"]}, {"a": 1, "b": 2, "c": 3}

    assert rules.points(right, worth, {"a": "x", "b": ["z", "y"], "c": True}) == 6
    assert rules.points(right, worth, {"a": "y", "b": ["y"], "c": False}) == 0


def test_two_counts_differ_where_they_do() -> None:
    assert rules.agree({"papers": 3, "x": 0}, {"papers": 3}) == []
    assert rules.agree({"papers": 3, "x": 1}, {"papers": 4}) == ["papers", "x"]
