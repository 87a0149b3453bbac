"""A map without tiles: points on a plain grid with a scale, drawn here so that it needs no script and no other machine.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, log10, radians

WIDTH, HEIGHT, MARGIN = 960, 600, 48
KM_A_DEGREE = 111.32
"""Kilometres in a degree of latitude."""
LEAST_KM = 1.0
"""What a map shows at least, so that one place is not drawn on a point."""
CELLS = 6
HERE = "here"
"""The kind of the one place distances are counted from."""
TOGETHER = 28
"""Places in the same square of the drawing, so wide, are drawn as one dot with their number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS 84), with its words and its address; `kind` is how it is drawn."""

    latitude: float
    longitude: float
    title: str
    href: str = ""
    kind: str = "done"


@dataclass(frozen=True, slots=True)
class Dot:
    """A place where it is drawn, in the units of the drawing; `number` is its line in the list beside, `many` how many
    are drawn here as one."""

    x: float
    y: float
    number: int
    place: Place
    many: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing `width` by `height`: its dots, those of them that are drawn, its grid lines with their degrees, its
    scale."""

    dots: tuple[Dot, ...]
    drawn: tuple[Dot, ...]
    meridians: tuple[tuple[float, str], ...]
    parallels: tuple[tuple[float, str], ...]
    scale_from: float
    scale_km: float
    width: int = WIDTH
    height: int = HEIGHT


def sheet(places: Sequence[Place]) -> Sheet | None:
    """The map on which all of these places stand, north above; none without a place."""
    if not places:
        return None
    south, north = min(p.latitude for p in places), max(p.latitude for p in places)
    west, east = min(p.longitude for p in places), max(p.longitude for p in places)
    middle, centre = (south + north) / 2, (west + east) / 2
    narrowing = max(0.05, cos(radians(middle)))
    high = max(LEAST_KM, (north - south) * KM_A_DEGREE)
    wide = max(LEAST_KM, (east - west) * KM_A_DEGREE * narrowing)
    a_km = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def across(longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - centre) * KM_A_DEGREE * narrowing * a_km, 1)

    def down(latitude: float) -> float:
        return round(HEIGHT / 2 - (latitude - middle) * KM_A_DEGREE * a_km, 1)

    step = _round_step(max(wide, high) / CELLS / KM_A_DEGREE)
    half_wide = WIDTH / 2 / a_km / KM_A_DEGREE / narrowing
    half_high = HEIGHT / 2 / a_km / KM_A_DEGREE
    scale_km = _round_step(max(wide, high) / CELLS)
    dots = tuple(
        Dot(across(place.longitude), down(place.latitude), number, place)
        for number, place in enumerate(places, 1)
    )
    return Sheet(
        dots=dots,
        drawn=_together(dots),
        meridians=tuple(
            (across(one), _degrees(one, step))
            for one in _between(centre - half_wide, centre + half_wide, step)
        ),
        parallels=tuple(
            (down(one), _degrees(one, step)) for one in _between(middle - half_high, middle + half_high, step)
        ),
        scale_from=round(WIDTH - scale_km * a_km, 1),
        scale_km=scale_km,
    )


def _together(dots: Sequence[Dot]) -> tuple[Dot, ...]:
    """One dot for each square of the drawing in which places are, where the first of them is; what distances are
    counted from is drawn by itself, above them."""
    squares: dict[tuple[int, int], list[Dot]] = {}
    for dot in dots:
        if dot.place.kind != HERE:
            squares.setdefault((_floor(dot.x / TOGETHER), _floor(dot.y / TOGETHER)), []).append(dot)
    found = [replace(here[0], many=len(here)) for here in squares.values()]
    return (*found, *(dot for dot in dots if dot.place.kind == HERE))


def _round_step(least: float) -> float:
    """The next of 1, 2, 5, 10, … that is not smaller."""
    power = 10.0 ** _floor(log10(least))
    return next(round(factor * power, 9) for factor in (1, 2, 5, 10) if factor * power >= least * 0.999999)


def _degrees(value: float, step: float) -> str:
    """The degrees of a grid line, all lines of a step with as many places."""
    return f"{value:.{max(0, -_floor(log10(step)))}f}°"


def _between(low: float, high: float, step: float) -> list[float]:
    first = _floor(low / step) + 1
    return [
        round(first * step + place * step, 6) for place in range(_floor((high - first * step) / step) + 1)
    ]


def _floor(number: float) -> int:
    return int(number // 1)
