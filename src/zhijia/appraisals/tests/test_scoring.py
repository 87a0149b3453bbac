"""The sum of an appraisal, as tables anybody checks with a pencil."""

from fractions import Fraction
from typing import Any

import pytest

from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.scoring import Bar, NotAMark
from zhijia.appraisals.tests.world import said
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion


def _item(sort: str = "points", **more: Any) -> Criterion:
    return Criterion.model_validate(
        {"code": "it", "label": {"en": "It", "zh": "项"}, "points": 10, "sort": sort, **more}
    )


STEPS = [
    {"code": "all", "label": {"en": "a", "zh": "全"}, "points": 10, "at": 2},
    {"code": "half", "label": {"en": "h", "zh": "半"}, "points": 6, "at": 1},
]
GIVEN = [
    (_item(), "10", 1000),
    (_item(), "7.25", 725),
    (_item(), "0", 0),
    (_item("deduct", each=3), "0", 1000),
    (_item("deduct", each=3), "2", 400),
    (_item("deduct", each=3), "4", 0),
    (_item("yes_no"), "yes", 1000),
    (_item("yes_no"), "no", 0),
    (_item("steps", steps=STEPS), "half", 600),
    (_item(may_lack=True), "lacks", None),
]


@pytest.mark.parametrize(("item", "said_", "points"), GIVEN)
def test_a_mark_is_what_was_said(item: Criterion, said_: str, points: int | None) -> None:
    assert scoring.points_of(item, said_) == points


WRONG = [
    (_item(), "10.01", "points_up_to"),
    (_item(), "-1", "points_as_number"),
    (_item(), "1.005", "points_as_number"),
    (_item(), "NaN", "points_as_number"),
    (_item(), "Infinity", "points_as_number"),
    (_item(), "9e999999", "points_as_number"),
    (_item(), "zehn", "points_as_number"),
    (_item("deduct", each=3), "-1", "how_often"),
    (_item("yes_no"), "maybe", "yes_or_no"),
    (_item("steps", steps=STEPS), "none", "which_step"),
    (_item(), "lacks", "cannot_lack"),
]


@pytest.mark.parametrize(("item", "said_", "code"), WRONG)
def test_what_is_no_mark_says_why(item: Criterion, said_: str, code: str) -> None:
    with pytest.raises(NotAMark) as refused:
        scoring.points_of(item, said_)
    assert refused.value.code == code


FIGURES = [
    (_item(**{"from": {"port": "a.b", "full": 20}}), 5, "2.5"),
    (_item(**{"from": {"port": "a.b", "full": 3}}), 1, "3.33"),
    (_item(**{"from": {"port": "a.b", "full": 20}}), 50, "10"),
    (_item(**{"from": {"port": "a.b", "full": 20}}), -1, "0"),
    (_item("yes_no", **{"from": {"port": "a.b", "least": 2}}), 2, "yes"),
    (_item("yes_no", **{"from": {"port": "a.b"}}), 0, "no"),
    (_item("deduct", each=3, **{"from": {"port": "a.b"}}), 2, "2"),
    (_item("steps", steps=STEPS, **{"from": {"port": "a.b"}}), 1, "half"),
    (_item("steps", steps=STEPS, **{"from": {"port": "a.b"}}), 0, "half"),
    (_item("steps", steps=STEPS, **{"from": {"port": "a.b"}}), 9, "all"),
]


@pytest.mark.parametrize(("item", "value", "said_"), FIGURES)
def test_a_figure_says_what_a_person_would_have(item: Criterion, value: int, said_: str) -> None:
    assert item.figure is not None
    assert scoring.said_by(item, item.figure, value) == said_
    scoring.points_of(item, said_)


SCHEME = Appraisal.model_validate(said())
VISIT = SCHEME.by_part["visit"]
FULL = {"term": 1000, "rooms": 1000, "complaints": 1000, "mothers": 1000}
PARTS = [
    ("everything", [FULL], Fraction(100)),
    (
        "an item that lacks is left out of the sum it is a share of",
        [{**FULL, "mothers": None}],
        Fraction(100),
    ),
    ("half of one of three", [{**FULL, "mothers": None, "rooms": 500}], Fraction(250, 3)),
    ("extra points come on top", [{**FULL, "honours": 400}], Fraction(110)),
    ("two assessors: their mean", [FULL, {**FULL, "rooms": 0}], Fraction(175, 2)),
    ("one says it lacks: the other's", [FULL, {**FULL, "mothers": None}], Fraction(100)),
    ("nothing given", [{}], None),
]


@pytest.mark.parametrize(("marks", "share"), [case[1:] for case in PARTS], ids=[case[0] for case in PARTS])
def test_a_part_is_its_points_of_those_there_were(marks: Any, share: Fraction | None) -> None:
    assert scoring.part_score(VISIT, marks).share == share


COUNTING = [
    ([90], 10, [0]),
    ([90, 70], None, [0, 1]),
    ([90, 70, 88], None, [0, 1, 2]),
    ([90, 70, 88], 10, [0, 2]),
    ([70, 90, 72], 10, [0, 2]),
    ([70, 80, 90], 5, [0, 1, 2]),
]


@pytest.mark.parametrize(("totals", "spread", "places"), COUNTING)
def test_of_three_the_two_nearest_count(totals: list[int], spread: int | None, places: list[int]) -> None:
    assert scoring.counting([Fraction(one) for one in totals], spread) == places


def test_a_third_is_named_beyond_the_spread_alone() -> None:
    def needs(*totals: int) -> bool:
        return scoring.needs_a_third([Fraction(one) for one in totals], 10)

    assert (needs(90, 80), needs(90, 79), needs(90, 60, 70), needs(90)) == (False, True, False, False)
    assert not scoring.needs_a_third([Fraction(0), Fraction(100)], None)


WEIGHED = [
    (
        {"self": 20, "visit": 60, "members": 20},
        {"self": FULL, "visit": {**FULL, "rooms": 0}, "members": {"joined": 500}},
        7500,
    ),
    (
        {"self": 0, "visit": 1, "members": 0},
        {"self": FULL, "visit": {**FULL, "rooms": 0}, "members": {"joined": 500}},
        7500,
    ),
    ({"self": 1, "visit": 1, "members": 1}, {"self": FULL, "visit": FULL, "members": {"joined": 0}}, 6667),
    (
        {"self": 20, "visit": 60, "members": 20},
        {"self": FULL, "visit": FULL, "members": {"joined": None}},
        10000,
    ),
    ({"self": 0, "visit": 0, "members": 0}, {"self": FULL, "visit": FULL, "members": {"joined": 0}}, 0),
]


@pytest.mark.parametrize(("weights", "marks", "result"), WEIGHED)
def test_the_result_is_the_mean_of_the_parts_by_their_weights(
    weights: dict[str, int], marks: dict[str, Any], result: int
) -> None:
    parts = {code: scoring.part_score(SCHEME.by_part[code], [given]) for code, given in marks.items()}
    assert scoring.result(parts, weights) == result


FAILED = [
    ({**FULL, "rooms": 600}, 60, []),
    ({**FULL, "rooms": 599}, 60, ["rooms"]),
    ({**FULL, "mothers": None, "honours": 0}, 60, []),
    ({**FULL, "term": 0}, None, ["term"]),
    ({**FULL, "rooms": 0}, None, []),
]


@pytest.mark.parametrize(("marks", "under", "items"), FAILED)
def test_an_item_fails_below_its_share_and_a_veto_with_nothing(
    marks: dict[str, Any], under: int | None, items: list[str]
) -> None:
    parts = {"visit": scoring.part_score(VISIT, [marks])}
    assert scoring.failed(SCHEME, scoring.marks_that_stand(SCHEME, parts), under) == items


def test_the_visit_stands_before_the_self_score() -> None:
    parts = {
        "self": scoring.part_score(SCHEME.by_part["self"], [FULL]),
        "visit": scoring.part_score(VISIT, [{**FULL, "rooms": 300}]),
    }
    assert scoring.marks_that_stand(SCHEME, parts)["rooms"] == 300


BARS = (Bar("model", 90, 20), Bar("home", 80))
GRADES = [
    (
        {"a": 9500, "b": 9100, "c": 8000, "d": 7999, "e": None},
        {"a": "model", "b": "home", "c": "home", "d": "", "e": ""},
    ),
    (
        {"a": 9500, "b": 9500, "c": 8000, "d": 8000, "e": 8000},
        {"a": "home", "b": "home", "c": "home", "d": "home", "e": "home"},
    ),
    ({"a": 9500, "b": 9000}, {"a": "home", "b": "home"}),
]


@pytest.mark.parametrize(("results", "grades"), GRADES)
def test_a_share_is_never_exceeded_and_ties_for_its_last_place_fall(
    results: dict[str, int | None], grades: dict[str, str]
) -> None:
    assert scoring.grades(results, BARS) == grades
