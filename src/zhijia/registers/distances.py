"""Windows of degrees round a point, and minutes on foot. Pure."""

from dataclasses import dataclass
from math import ceil, cos, radians

METRES_A_DEGREE = 111_195.08
"""Of latitude, on the sphere on which `registers_metres` counts."""
MORE = 1.0001
"""A window is so much larger than it needs to be, so that nothing on its edge is lost to rounding."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Window:
    """Degrees from and to, both included."""

    south: float
    north: float
    west: float
    east: float


def window(point: Point, metres: float) -> Window:
    """The window in which everything lies that is so near. One that holds a pole or is crossed by the 180th
    meridian goes round the earth."""
    high = metres / METRES_A_DEGREE * MORE
    south, north = point.latitude - high, point.latitude + high
    edge = max(abs(south), abs(north))
    if edge >= 90:
        return Window(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
    wide = high / cos(radians(edge))
    west, east = point.longitude - wide, point.longitude + wide
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return Window(south, north, west, east)


def minutes_on_foot(metres: float, *, circle_metres: int, circle_minutes: int) -> int:
    """Whole minutes, a begun one counts, at the pace at which the service circle is walked (PLA-01)."""
    return ceil(round(metres) * circle_minutes / circle_metres)
