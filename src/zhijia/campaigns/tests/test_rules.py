"""The arithmetic of drives, in tables."""

from datetime import date

import pytest
from django.utils.translation import override

from zhijia.campaigns import rules
from zhijia.campaigns.queries import report
from zhijia.campaigns.rules import Time

OPENS = date(2026, 11, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("cadence", "closes", "today", "expected"),
    [
        ("once", None, date(2026, 11, 4), [Time(OPENS, OPENS)]),
        ("once", None, date(2026, 11, 3), []),
        ("weekly", None, date(2026, 11, 8), []),
        ("weekly", None, date(2026, 11, 9), [Time(OPENS, date(2026, 11, 8))]),
        (
            "weekly",
            date(2026, 11, 11),
            date(2026, 11, 20),
            [Time(OPENS, date(2026, 11, 8)), Time(date(2026, 11, 9), date(2026, 11, 11))],
        ),
        ("monthly", None, date(2026, 12, 1), [Time(OPENS, date(2026, 11, 30))]),
        ("quarterly", None, date(2026, 12, 31), []),
        ("quarterly", None, date(2027, 1, 1), [Time(OPENS, date(2026, 12, 31))]),
        ("yearly", None, date(2027, 6, 1), [Time(OPENS, date(2026, 12, 31))]),
    ],
)
def test_a_return_is_for_times_that_have_ended_cut_to_the_drive(
    cadence: rules.Cadence, closes: date | None, today: date, expected: list[Time]
) -> None:
    assert rules.times(cadence, opens=OPENS, closes=closes, today=today) == expected


@pytest.mark.parametrize(
    ("whole", "weights", "expected"),
    [
        (100, {"a": 1, "b": 1, "c": 1}, {"a": 34, "b": 33, "c": 33}),
        (10, {"a": 0, "b": 5}, {"a": 0, "b": 10}),
        (1, {"a": 1, "b": 2}, {"a": 0, "b": 1}),
        (7, {}, {}),
        (7, {"a": 0}, {"a": 0}),
        (10_000_001, {1: 333, 2: 333, 3: 334}, {1: 3_330_000, 2: 3_330_000, 3: 3_340_001}),
    ],
)
def test_a_pot_is_shared_to_the_last_fen(
    whole: int, weights: dict[object, int], expected: dict[object, int]
) -> None:
    assert rules.shared(whole, weights) == expected


def test_nothing_negative_is_shared() -> None:
    with pytest.raises(ValueError, match="negative"):
        rules.shared(-1, {"a": 1})
    with pytest.raises(ValueError, match="negative"):
        rules.shared(1, {"a": -1})


@pytest.mark.parametrize(
    ("runs", "months", "years", "expected"),
    [
        ("season", 3, 0, date(2027, 2, 3)),
        ("year", 0, 0, date(2026, 12, 31)),
        ("years", 0, 3, date(2028, 12, 31)),
        ("open", 0, 0, None),
    ],
)
def test_a_drive_runs_as_its_definition_says(
    runs: str, months: int, years: int, expected: date | None
) -> None:
    assert rules.closing(runs, opens=OPENS, months=months, of_years=years) == expected


def test_a_season_of_a_month_that_is_too_short_ends_with_it() -> None:
    assert rules.closing("season", opens=date(2026, 11, 30), months=3) == date(2027, 2, 27)


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [([], 0), ([("weekly", 10)], 43), ([("monthly", 20), ("yearly", 60)], 25), ([("once", 15)], 15)],
)
def test_the_burden_is_minutes_a_month(asked: list[tuple[rules.Cadence, int]], minutes: int) -> None:
    assert rules.burden(asked) == minutes


@pytest.mark.parametrize(
    ("since", "until", "parts"),
    [
        ("2026-01-01", "2026-03-31", [("2026-01-01", "2026-03-31", True)]),
        ("2026-01-15", "2026-01-20", [("2026-01-15", "2026-01-20", False)]),
        ("2026-01-01", "2026-01-20", [("2026-01-01", "2026-01-20", False)]),
        ("2026-01-15", "2026-01-31", [("2026-01-15", "2026-01-31", False)]),
        ("2026-01-15", "2026-02-10", [("2026-01-15", "2026-02-10", False)]),
        (
            "2025-12-02",
            "2026-01-31",
            [("2025-12-02", "2025-12-31", False), ("2026-01-01", "2026-01-31", True)],
        ),
        (
            "2025-12-31",
            "2026-03-01",
            [
                ("2025-12-31", "2025-12-31", False),
                ("2026-01-01", "2026-02-28", True),
                ("2026-03-01", "2026-03-01", False),
            ],
        ),
    ],
)
def test_days_are_whole_months_and_what_is_left_at_either_end(
    since: str, until: str, parts: list[tuple[str, str, bool]]
) -> None:
    found = rules.parts(date.fromisoformat(since), date.fromisoformat(until))
    assert [(one.isoformat(), other.isoformat(), is_whole) for one, other, is_whole in found] == parts


@pytest.mark.parametrize(("language", "joined"), [("en", "; "), ("zh-hans", "；")])
def test_a_report_is_punctuated_as_its_reader_writes(language: str, joined: str) -> None:
    thing = {"label": {"en": "Pack", "zh": "用品"}, "there": 3, "done": 0, "late": 1, "missing": 2}
    with override(language):
        (line,) = report.lines({"measures": [], "things": [thing]})
    assert joined in line[-1]
