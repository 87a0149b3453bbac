"""Rows of lists by how far they are from a point: along the index of a county's latitudes, ring by ring, so that a
million rows elsewhere are not looked at. What was asked for stands nowhere afterwards."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.catalogue import parameters, working_days
from zhijia.catalogue.register_rules import Register
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.registers import distances, hours
from zhijia.registers.distances import Point
from zhijia.registers.models import Row
from zhijia.registers.queries import public, scoping
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registers.words import grams
from zhijia.registry import access

WIDER, RINGS = 4, 4
"""Where a ring holds too few rows, one so many times as wide is looked at, so many in all."""
MOST = 50
TRIED = 20
"""Rows with the words of a place, of which the newest with a point is taken."""
_NEAR = """
SELECT r.register_id, r.id, r.title, r.state, r.latitude, r.longitude, r."values", k.metres
FROM (SELECT r.register_id, r.id, r.metres FROM unnest(%(places)s::int[]) AS p (place) CROSS JOIN LATERAL (
    SELECT r.register_id, r.id,
      registers_metres(%(latitude)s, %(longitude)s, r.latitude, r.longitude) AS metres
    FROM registers_row r WHERE r.register_id IN ({lists}) AND r.{scope} = p.place AND r.ended_on IS NULL
      AND r.latitude BETWEEN %(south)s AND %(north)s AND r.longitude BETWEEN %(west)s AND %(east)s
    ORDER BY metres, r.id LIMIT %(most)s) r
  ORDER BY r.metres, r.id LIMIT %(most)s) k
JOIN registers_row r ON r.register_id IN ({lists}) AND r.register_id = k.register_id AND r.id = k.id
ORDER BY k.metres, r.id"""
_OPEN = """
SELECT register_id, id, title, state, latitude, longitude, "values", metres FROM registers_shown_near(
  %(lists)s, %(latitude)s, %(longitude)s, %(south)s, %(north)s, %(west)s, %(east)s, %(most)s)"""


@dataclass(frozen=True, slots=True)
class Near:
    """A row, so many metres away as the crow flies and so many minutes on foot at the circle's pace; whether it is open
    now, where its list says hours and they can be read."""

    kept: Kept
    id: UUID
    title: str
    state: str
    point: Point
    values: Mapping[str, Any]
    metres: float
    minutes: int
    is_open: bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place distances are counted from, and what it is called."""

    point: Point
    title: str = ""


def lists_with_places(actor: Actor) -> list[Kept]:
    """The lists in which officers see places, by name. Raises NotForYou."""
    access.require(actor, scoping.MAY)
    return _with_places(lambda seen: seen != "keepers")


def open_lists_with_places() -> list[Kept]:
    """The lists whose places whoever asks sees without a right, by name."""
    ((shown,),) = rows.run(
        "SELECT registers_open_places(ARRAY(SELECT id FROM registers_list))",
    )
    return [kept for kept in _with_places(lambda _seen: True) if kept.id in shown]


def rows_near(
    actor: Actor, kept: Collection[Kept], point: Point, *, at: datetime, union_id: int, circle: bool = False
) -> list[Near]:
    """The nearest rows of these lists under the union, those that are open now first, then by distance; within the
    circle walked in a quarter of an hour alone, where that is asked. Raises NotForYou."""
    scope = scoping.of(actor, union_id)
    asked = _NEAR.format(lists=", ".join(str(one.id) for one in kept), scope=scope.column)
    given = {"places": list(scope.places)}
    return _nearest(asked, given, kept, point, at, circle=circle)


def open_near(kept: Collection[Kept], point: Point, *, at: datetime, circle: bool = False) -> list[Near]:
    """The nearest rows of open lists, as everybody sees them; in the same order."""
    return _nearest(_OPEN, {"lists": [one.id for one in kept]}, kept, point, at, circle=circle)


def is_open(kept: Kept, state: str, values: Mapping[str, Any], *, at: datetime) -> bool | None:
    """Whether a row of a list is open now, of what is seen of it; None where its hours are not said or not read."""
    return _Moment.of(at).is_open(kept.definition, state, values)


def of_union(union_id: int) -> Place | None:
    """Where the union is to be found: the newest place it keeps on a list that is open; none where it keeps none."""
    found = rows.run("SELECT title, latitude, longitude FROM registers_union_place(%s)", [union_id])
    return next((Place(Point(latitude, longitude), title) for title, latitude, longitude in found), None)


def called(kept: Collection[Kept], text: str) -> Place | None:
    """The newest row of these lists with these words that has a place, as far as whoever asks sees it by a right."""
    sought = grams(text)
    if not sought or not kept:
        return None
    keys = rows.run(
        "SELECT register_id, id FROM registers_worded(%s, %s, %s)", [[one.id for one in kept], sought, TRIED]
    )
    found = Row.objects.filter(
        register_id__in={register for register, _id in keys}, pk__in=[row_id for _register, row_id in keys]
    )
    row = found.filter(latitude__isnull=False, ended_on=None).order_by("-pk").first()
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return Place(Point(row.latitude, row.longitude), row.title)


def open_called(kept: Collection[Kept], text: str, *, at: datetime) -> Place | None:
    """The same of what everybody sees; the lists are looked through one by one."""
    for one in kept:
        for row in public.page(one.code, at=at, words=text, rows_asked=TRIED).rows:
            if row.latitude is not None and row.longitude is not None:
                return Place(Point(row.latitude, row.longitude), row.title)
    return None


def _with_places(seen: Callable[[str], bool]) -> list[Kept]:
    found = [
        kept
        for kept in lists.there().values()
        if (column := kept.definition.filling("point")) is not None and seen(column.see)
    ]
    return sorted(found, key=lambda kept: kept.definition.label.zh)


def _nearest(
    asked: str, given: dict[str, Any], kept: Collection[Kept], point: Point, at: datetime, *, circle: bool
) -> list[Near]:
    if not kept:
        return []
    day = days.business_day(at)
    metres: int = parameters.value("registers.circle_metres", day=day)
    minutes: int = parameters.value("registers.circle_minutes", day=day)
    given = {**given, "latitude": point.latitude, "longitude": point.longitude, "most": MOST}
    found: Sequence[tuple[Any, ...]] = []
    for radius in [metres * WIDER**ring for ring in range(1 if circle else RINGS)]:
        window = distances.window(point, radius)
        bounds = {"south": window.south, "north": window.north, "west": window.west, "east": window.east}
        found = [row for row in rows.run(asked, given | bounds) if row[-1] <= radius]
        if len(found) == MOST:
            break
    by_id, moment = {one.id: one for one in kept}, _Moment.of(at)
    near = [
        Near(
            by_id[register_id], row_id, title, state, Point(latitude, longitude), said, far,
            distances.minutes_on_foot(far, circle_metres=metres, circle_minutes=minutes),
            moment.is_open(by_id[register_id].definition, state, said),
        )
        for register_id, row_id, title, state, latitude, longitude, text, far in found
        if (said := json.loads(text)) is not None
    ]  # fmt: skip
    return sorted(near, key=lambda one: (_TURN[one.is_open], one.metres))


_TURN = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment as opening hours know it."""

    weekday: int
    works: bool
    minute: int

    @classmethod
    def of(cls, at: datetime) -> "_Moment":
        here = at.astimezone(days.SHANGHAI)
        works = working_days.is_working(here.date())
        return cls(here.weekday(), works, here.hour * 60 + here.minute)

    def is_open(self, register: Register, state: str, values: Mapping[str, Any]) -> bool | None:
        """Whether the place is open; one that is not in its first state is not."""
        column = register.filling("hours")
        if column is None:
            return None
        if state != register.first_state:
            return False
        text = str(values.get(column.name) or "")
        return hours.is_open(text, weekday=self.weekday, works=self.works, minute=self.minute)
