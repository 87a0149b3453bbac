"""Days and months are read as people write them."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from zhijia.ui.calendar_fields import DayField, MomentField, MonthField


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026-11-3",
        "2026/11/3",
        "2026.11.03",
        "20261103",
        "2026年11月3日",
        "２０２６年１１月０３日",
        " 2026-11-03 ",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert DayField().clean(text) == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text", ["2026-02-31", "11/03/2026", "明天", "-5", "0.001", "99999999999999", "2026-11"]
)
def test_what_is_no_day_gets_an_example(text):
    with pytest.raises(ValidationError, match="2026-11-23"):
        DayField().clean(text)


@pytest.mark.parametrize(
    "text", ["2026-09", "2026-9", "2026/9", "2026.09", "202609", "2026年9月", "２０２６－０９"]
)
def test_a_month_is_read_however_it_is_written(text):
    assert MonthField().clean(text) == 202609


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "0000-01", "九月", "2026", "2026-09-01", "99999999999999"]
)
def test_what_is_no_month_gets_an_example(text):
    with pytest.raises(ValidationError, match="2026-10"):
        MonthField().clean(text)


@pytest.mark.parametrize(
    "text",
    ["2026-11-03T09:00", "2026-11-03 09:00", "2026/11/3 9:00", "2026年11月3日 ９：００", "2026年11月3日9:00"],
)
def test_a_moment_is_read_however_it_is_written(text):
    assert MomentField().clean(text) == timezone.make_aware(datetime(2026, 11, 3, 9))


@pytest.mark.parametrize("text", ["2026-02-31 09:00", "2026-11-03 25:00", "9:00", "明天 9:00"])
def test_what_is_no_moment_gets_an_example(text):
    with pytest.raises(ValidationError, match="2026-11-23 09:00"):
        MomentField().clean(text)
