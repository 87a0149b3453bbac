"""A map without tiles: every place lies on the sheet, north above, the scale is true."""

from math import cos, radians

import pytest

from zhijia.registers.maps import HEIGHT, KM_A_DEGREE, WIDTH, Place, sheet


def test_without_a_place_there_is_no_map() -> None:
    assert sheet([]) is None


@pytest.mark.parametrize(
    "places",
    [
        [(31.82, 117.22)],
        [(31.82, 117.22), (31.82, 117.22)],
        [(29.4, 114.9), (34.6, 119.6)],
        [(0.0, -179.9), (0.0, 179.9)],
        [(-89.9, 10.0), (89.9, 10.0)],
    ],
)
def test_every_place_lies_on_the_sheet(places: list[tuple[float, float]]) -> None:
    made = sheet([Place(latitude, longitude, "x") for latitude, longitude in places])
    assert made is not None
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in made.dots)
    assert 0 < made.scale_from < WIDTH
    assert 2 <= len(made.meridians) + len(made.parallels) < 40


def test_north_is_above_and_the_scale_is_true() -> None:
    south, north = Place(31.0, 117.0, "south"), Place(31.1, 117.0, "north")
    made = sheet([south, north])
    assert made is not None
    below, above = made.dots
    assert above.y < below.y
    a_km = (below.y - above.y) / (0.1 * KM_A_DEGREE)
    assert (WIDTH - made.scale_from) / made.scale_km == pytest.approx(a_km, rel=0.01)
    wide = sheet([Place(31.0, 117.0, "west"), Place(31.0, 117.1, "east")])
    assert wide is not None
    across = (wide.dots[1].x - wide.dots[0].x) / (0.1 * KM_A_DEGREE * cos(radians(31.0)))
    assert (WIDTH - wide.scale_from) / wide.scale_km == pytest.approx(across, rel=0.01)


def test_the_lines_of_a_grid_say_their_degrees_with_as_many_places() -> None:
    made = sheet([Place(31.84, 117.24, "a"), Place(31.89, 117.33, "b")])
    assert made is not None
    said = [words.removesuffix("°") for _where, words in (*made.meridians, *made.parallels)]
    assert {len(words.partition(".")[2]) for words in said} == {2}
