"""Which days a run is proposed to look at."""

from datetime import date

import pytest

from zhijia.appraisals.rules.periods import Period, proposed

TODAY = date(2026, 11, 20)
TERM = (date(2024, 3, 1), date(2029, 2, 28))
CASES: list[tuple[str, str, date | None, Period | None, tuple[str, str]]] = [
    ("the year of today, the first time", "yearly", None, None, ("2026-01-01", "2026-12-31")),
    ("the year after the last", "yearly", date(2025, 12, 31), None, ("2026-01-01", "2026-12-31")),
    ("a year that was left out, once", "yearly", date(2024, 12, 31), None, ("2025-01-01", "2025-12-31")),
    ("no further back than one", "yearly", date(2019, 12, 31), None, ("2025-01-01", "2025-12-31")),
    (
        "the next, where this one is looked at",
        "yearly",
        date(2026, 12, 31),
        None,
        ("2027-01-01", "2027-12-31"),
    ),
    ("half a year", "half_yearly", None, None, ("2026-07-01", "2026-12-31")),
    ("a quarter", "quarterly", date(2026, 9, 30), None, ("2026-10-01", "2026-12-31")),
    ("the month before", "monthly", date(2026, 9, 30), None, ("2026-10-01", "2026-10-31")),
    ("the month to come", "monthly", date(2026, 11, 30), None, ("2026-12-01", "2026-12-31")),
    ("once: the year so far", "once", None, None, ("2026-01-01", "2026-11-20")),
    ("once: since the last", "once", date(2026, 6, 30), None, ("2026-07-01", "2026-11-20")),
    ("by term", "term", None, TERM, ("2024-03-01", "2029-02-28")),
    ("by term, where none is known", "term", None, None, ("2026-01-01", "2026-12-31")),
]


@pytest.mark.parametrize(
    ("cadence", "last", "term", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_run_is_proposed_the_days_its_cadence_says(
    cadence: str, last: date | None, term: Period | None, expected: tuple[str, str]
) -> None:
    begins, ends = proposed(cadence, today=TODAY, last=last, term=term)
    assert (begins.isoformat(), ends.isoformat()) == expected
