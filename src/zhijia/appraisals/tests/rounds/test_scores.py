"""Means, ranks, grades and the order of a batch, as tables."""

from fractions import Fraction as F

import pytest

from zhijia.appraisals.rules.rounds import scores


@pytest.mark.parametrize(
    ("sums", "trims", "expected"),
    [
        ([90], True, F(90)),
        ([90, 70], True, F(80)),
        ([90, 70, 80], True, F(80)),
        ([90, 70, 80], False, F(80)),
        ([100, 0, 80, 81], True, F(161, 2)),
        ([100, 100, 100, 0], True, F(100)),
        ([1, 1, 2], False, F(4, 3)),
    ],
)
def test_one_highest_and_one_lowest_are_left_out_of_three_or_more(
    sums: list[int], trims: bool, expected: F
) -> None:
    assert scores.mean(sums, trims=trims) == expected


def test_nobody_has_no_mean() -> None:
    with pytest.raises(ValueError):
        scores.mean([], trims=False)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(F(80), 100)], F(80)),
        ([(F(80), 70), (F(60), 30)], F(74)),
        ([(F(80), 70)], F(80)),
        ([(F(1, 3), 1), (F(2, 3), 2)], F(5, 9)),
    ],
)
def test_parts_are_weighted_by_what_there_is_of_them(parts: list[tuple[F, int]], expected: F) -> None:
    assert scores.weighted(parts) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": [F(90)], "b": [F(80)]}, [("a", 1, False), ("b", 2, False)]),
        (
            {"a": [F(90), F(40)], "b": [F(90), F(41)], "c": [F(80), F(50)]},
            [("b", 1, False), ("a", 2, False), ("c", 3, False)],
        ),
        (
            {"a": [F(90), F(40)], "b": [F(90), F(40)], "c": [F(80), F(50)]},
            [("a", 1, True), ("b", 1, True), ("c", 3, False)],
        ),
        ({"a": [F(1, 3)], "b": [F(33, 99)]}, [("a", 1, True), ("b", 1, True)]),
        ({}, []),
    ],
)
def test_ties_are_parted_by_what_comes_next_or_share_a_rank(
    given: dict[str, list[F]], expected: list[tuple[str, int, bool]]
) -> None:
    assert [(one.key, one.rank, one.tied) for one in scores.ranked(given)] == expected


@pytest.mark.parametrize(
    ("most", "enough", "expected"),
    [
        (1, "abc", {"a", "b"}),
        (2, "abc", {"a", "b"}),
        (3, "abc", {"a", "b", "c"}),
        (None, "ab", {"a", "b"}),
        (5, "c", {"c"}),
        (1, "bc", {"b"}),
    ],
)
def test_so_many_go_on_and_whoever_ties_with_the_last(
    most: int | None, enough: str, expected: set[str]
) -> None:
    ranks = scores.ranked({"a": [F(9)], "b": [F(9)], "c": [F(8)]})

    assert scores.going_on(ranks, most=most, enough=enough) == expected


def test_grades_are_filled_from_the_best_down_and_whoever_finds_no_place_has_none() -> None:
    assert scores.graded(list("abcd"), [1, 2]) == {"a": 0, "b": 1, "c": 1}


@pytest.mark.parametrize(
    ("ranks", "chosen", "expected"),
    [
        ({"a": 1, "b": 2, "c": 3}, "ab", set()),
        ({"a": 1, "b": 2, "c": 3}, "ac", {"c"}),
        ({"a": 1, "b": 2, "c": 2}, "ab", {"b"}),
        ({"a": 1, "b": 2}, "ab", set()),
        ({}, "ab", set()),
    ],
)
def test_whoever_stands_before_or_beside_one_who_was_not_chosen_needs_a_reason(
    ranks: dict[str, int], chosen: str, expected: set[str]
) -> None:
    assert scores.passed_over(ranks, chosen) == expected


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({"a": 30, "b": 10}, {"a": F(100), "b": F(100, 3)}),
        ({"a": 0, "b": 0}, {"a": F(0), "b": F(0)}),
        ({}, {}),
    ],
)
def test_votes_are_measured_by_the_most(votes: dict[str, int], expected: dict[str, F]) -> None:
    assert scores.of_votes(votes) == expected


@pytest.mark.parametrize(("points", "words"), [(F(2, 3), "0.67"), (F(1, 200), "0.01"), (F(100), "100.00")])
def test_what_is_shown_has_two_places(points: F, words: str) -> None:
    assert str(scores.shown(points)) == words
