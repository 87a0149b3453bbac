"""Working days and periods (CLK-01, CLK-02, TV-13)."""

from datetime import date, timedelta

import pytest

from zhijia.catalogue import clocks, working_days
from zhijia.kernel.errors import Refusal


def plain(day):
    return day.weekday() < 5


def test_a_supervision_opinion_is_due_after_fifteen_working_days():
    served = date(2026, 4, 1)
    assert clocks.add_working_days(served, 15, plain) == date(2026, 4, 22)
    assert working_days.add(served, 15) == date(2026, 4, 23)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # Saturday, made up for
        (date(2026, 10, 11), False),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 6, 3), True),
        (date(2020, 1, 31), False),  # the Spring Festival made longer
    ],
)
def test_the_table_knows_holidays_and_made_up_days(day, working):
    assert working_days.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        (date(2026, 6, 6), 0, date(2026, 6, 8)),
        (date(2026, 6, 5), 0, date(2026, 6, 5)),
    ],
)
def test_a_period_starts_the_next_day(start, count, end):
    assert working_days.add(start, count) == end


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 30), 3, date(2026, 10, 8)),
        (date(2026, 6, 1), 5, date(2026, 6, 8)),
        (date(2026, 6, 1), 4, date(2026, 6, 5)),
    ],
)
def test_a_calendar_period_that_ends_on_a_rest_day_rolls_on(start, count, end):
    assert working_days.add_calendar(start, count) == end


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # a Saturday, made up for
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 10, 15), 12, date(2026, 10, 15)),
        (date(2025, 10, 3), 12, date(2026, 10, 8)),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_the_months_end(start, months, end):
    assert working_days.add_months(start, months) == end


def test_between_counts_what_add_adds():
    start = date(2026, 9, 1)
    for count in (1, 5, 20, 60):
        assert working_days.between(start, working_days.add(start, count)) == count
    assert working_days.between(start, start) == 0
    assert working_days.between(start, date(2026, 8, 1)) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda: working_days.is_working(date(2017, 12, 31)),
        lambda: working_days.between(date(2017, 12, 1), date(2018, 2, 1)),
    ],
)
def test_a_date_before_the_table_is_refused(ask):
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.code == "beyond_calendar"
    assert str(refused.value)


def test_after_the_table_the_days_are_known_by_their_weekday_until_the_notice_is_loaded(tmp_path, settings):
    friday = date(2099, 1, 2)
    assert friday.weekday() == 4
    assert working_days.add(friday, 5) == date(2099, 1, 9)
    assert working_days.add_calendar(friday, 1) == date(2099, 1, 5)
    assert working_days.between(friday, date(2099, 1, 9)) == 5
    assert [working_days.is_announced(day) for day in (working_days.last_day(), friday)] == [True, False]

    (tmp_path / "working_days").mkdir()
    (tmp_path / "working_days/2099.yaml").write_text(
        "code: '2099'\nversion: 1\nsource: test\nconfidence: D\ndays:\n"
        "  - {day: 2099-01-05, working: false, label: {en: Holiday, zh: 放假}}\n",
        "utf-8",
    )
    settings.CATALOGUE_OVERLAY = str(tmp_path)
    assert working_days.add(friday, 5) == date(2099, 1, 12)
    assert working_days.is_announced(friday)


def test_a_period_has_no_negative_length():
    with pytest.raises(ValueError, match="negative"):
        working_days.add(date(2026, 6, 1), -1)


def test_a_place_has_holidays_of_its_own(tmp_path, settings):
    (tmp_path / "working_days").mkdir()
    (tmp_path / "working_days/2026.yaml").write_text(
        "extends: true\ndays:\n"
        "  - {day: 2026-05-28, working: false, division: '64', label: {en: Corban, zh: 古尔邦节}}\n",
        "utf-8",
    )
    settings.CATALOGUE_OVERLAY = str(tmp_path)
    assert not working_days.is_working(date(2026, 5, 28), "640104")
    assert working_days.is_working(date(2026, 5, 28), "340104")
    assert working_days.add(date(2026, 5, 27), 1, "640104") == date(2026, 5, 29)


def test_the_table_agrees_with_the_package_it_is_made_from():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    day = date(2018, 1, 1)
    while day <= working_days.last_day():
        assert working_days.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)
