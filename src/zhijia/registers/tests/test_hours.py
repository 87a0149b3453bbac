"""When a place is open, of what its hours say, and how far things are: tables for rules that anyone checks by hand."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhijia.registers import distances, hours
from zhijia.registers.distances import Point

MONDAY, SATURDAY, SUNDAY = 0, 5, 6

OPEN = [
    ("08:00-20:00", MONDAY, "07:59", False),
    ("08:00-20:00", MONDAY, "08:00", True),
    ("08:00-20:00", SUNDAY, "19:59", True),
    ("08:00-20:00", SUNDAY, "20:00", False),
    ("8：00—12：00，14:00～17:30", MONDAY, "13:00", False),
    ("8：00—12：00，14:00～17:30", MONDAY, "17:29", True),
    ("每天 6:00 至 22:00", SATURDAY, "06:00", True),
    ("24小时", SUNDAY, "03:00", True),
    ("24 hours", SUNDAY, "23:59", True),
    ("周一至周五 09:00-17:00", SATURDAY, "10:00", False),
    ("周一至周五 09:00-17:00；周六 10:00-12:00", SATURDAY, "11:00", True),
    ("周一至周五 09:00-17:00；周六、周日 10:00-12:00", SUNDAY, "11:00", True),
    ("周一至五 09:00-17:00", 4, "10:00", True),
    ("周一至五 09:00-17:00", SATURDAY, "10:00", False),
    ("周一、三、五 09:00-17:00", 2, "10:00", True),
    ("周一、三、五 09:00-17:00", 1, "10:00", False),
    ("周六日 10:00-12:00，星期一到四 9:00-11:00", SUNDAY, "10:30", True),
    ("周六日 10:00-12:00，星期一到四 9:00-11:00", 3, "10:30", True),
    ("周六日 10:00-12:00，星期一到四 9:00-11:00", 4, "10:30", False),
    ("Mon-Fri 9:00-17:00", MONDAY, "09:00", True),
    ("Sat-Mon 9:00-17:00", SUNDAY, "09:00", True),
    ("Sat-Mon 9:00-17:00", 2, "09:00", False),
    ("20:00-06:00", MONDAY, "05:59", True),
    ("20:00-06:00", MONDAY, "06:00", False),
    ("周五 20:00-02:00", SATURDAY, "01:00", True),
    ("周五 20:00-02:00", 4, "01:00", False),
    ("工作日 9:00-17:00", MONDAY, "10:00", True),
    ("工作日 9:00-17:00", SUNDAY, "10:00", False),
    ("节假日 10:00-16:00", SUNDAY, "10:00", True),
    ("夏季 08:00-20:00", MONDAY, "10:00", None),
    ("请电话预约", MONDAY, "10:00", None),
    ("周一", MONDAY, "10:00", None),
    ("25:00-26:00", MONDAY, "10:00", None),
    ("08:70-09:00", MONDAY, "10:00", None),
    ("", MONDAY, "10:00", None),
]


@pytest.mark.parametrize(("text", "weekday", "moment", "is_open"), OPEN)
def test_a_place_is_open_when_its_hours_say_so(text: str, weekday: int, moment: str, is_open: object) -> None:
    minute = int(moment[:2]) * 60 + int(moment[3:])
    assert hours.is_open(text, weekday=weekday, works=weekday < 5, minute=minute) is is_open


@given(st.text(max_size=60), st.integers(0, 6), st.booleans(), st.integers(0, 1439))
def test_whatever_stands_in_the_hours_a_page_gets_an_answer(
    text: str, day: int, works: bool, at: int
) -> None:
    assert hours.is_open(text, weekday=day, works=works, minute=at) in {True, False, None}


FOOT = [(0, 0), (1, 1), (66, 1), (67, 2), (500, 8), (1000, 15), (1001, 16), (4000, 60)]


@pytest.mark.parametrize(("metres", "minutes"), FOOT)
def test_the_circle_is_walked_in_its_minutes(metres: float, minutes: int) -> None:
    assert distances.minutes_on_foot(metres, circle_metres=1000, circle_minutes=15) == minutes


def _away(point: Point, metres: float, bearing: float) -> Point:
    """The point so far away in this direction, by the law of sines on the sphere."""
    arc, north, east = metres / 6_371_008.8, radians(point.latitude), radians(point.longitude)
    there = asin(sin(north) * cos(arc) + cos(north) * sin(arc) * cos(bearing))
    turn = atan2(sin(bearing) * sin(arc) * cos(north), cos(arc) - sin(north) * sin(there))
    return Point(degrees(there), (degrees(east + turn) + 180) % 360 - 180)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 64_000), st.floats(0, 6.28), st.floats(0, 1))
@example(31.8, 117.2, 64_000.0, 1.5707963, 1.0)
@example(89.9, 0.0, 64_000.0, 1.0, 1.0)
@example(0.0, 179.99, 64_000.0, 1.57, 1.0)
def test_no_place_within_the_distance_is_outside_the_window(
    north: float, east: float, metres: float, bearing: float, share: float
) -> None:
    window = distances.window(Point(north, east), metres)
    there = _away(Point(north, east), metres * share, bearing)
    assert window.south <= there.latitude <= window.north
    assert window.west <= there.longitude <= window.east
