"""Returns as both sides see them: how many of a time were asked, sent, late and missing, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zhijia.campaigns import rules
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.queries import places, tallies
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import NUMBERS, Ask, Thing
from zhijia.registry.models import Union

TIMES = 26
_SUMS = """
SELECT p.begins_on, {sums} FROM campaigns_piece p
JOIN LATERAL (SELECT a.answers, a.held FROM campaigns_answer a WHERE a.piece_id = p.id ORDER BY a.version DESC LIMIT 1)
  AS last ON true
WHERE p.drive_id = %(drive)s AND p.thing = %(thing)s AND p.state = 'done' AND p.{column} = ANY (%(places)s)
  AND p.begins_on = ANY (%(times)s)
GROUP BY p.begins_on"""


@dataclass(frozen=True, slots=True)
class Came:
    """How many returns of one time came, and the sums of what was said, by question."""

    time: tallies.Time
    sums: dict[str, int]


@dataclass(frozen=True, slots=True)
class Below:
    """A union, how its returns stand with all under it, and the minutes a month they ask there."""

    union: Union
    how: tallies.How
    minutes: int

    @property
    def percent(self) -> int | None:
        """Whole percent that was sent, rounded down; none where nothing was asked."""
        return self.how.done * 100 // self.how.there if self.how.there else None


def by_union(drive: Drive, thing: Thing, unions: Sequence[Union], *, today: date) -> list[Below]:
    """How a return stands under each of these unions, and what it asks there. Two statements."""
    said = tallies.of_return(drive, thing.code, unions, today=today)
    nothing = tallies.Under()
    return [
        Below(one, under.how, rules.burden([(thing.cadence, under.answering * minutes(thing, one, today))]))
        for one in unions
        for under in (said.get(one.pk, nothing),)
    ]


def minutes(thing: Thing, union: Union, today: date) -> int:
    """Minutes one return takes whoever answers it at this union."""
    return int(parameters.value(thing.minutes, division=union.division, day=today))


def counted(thing: Thing) -> list[Ask]:
    """The questions whose answers can be added up: those asked, and those of facts."""
    return [one for one in thing.questions if one.type in NUMBERS and (one.held is None or one.held.told)]


def by_time(drive: Drive, thing: Thing, union: Union, *, today: date) -> list[Came]:
    """The last times of a return under the union, newest first. Two statements."""
    times = tallies.times(drive, thing.code, union, today=today, most=TIMES)
    added = _sums(drive, thing, union, [time.begins_on for time in times])
    none = dict.fromkeys((one.name for one in counted(thing)), 0)
    return [Came(time, added.get(time.begins_on, none)) for time in times]


def missing(
    drive: Drive, thing: Thing, union: Union, *, today: date, after: places.After | None, rows: int
) -> tuple[list[Piece], places.After | None]:
    """Those who have not sent it and whose day has passed, the longest first, behind this one."""
    found = places.to_be_done(union, [(drive.pk, thing.code)], after=after, rows=rows + 1, before=today)
    pieces = Piece.objects.select_related("entry").in_bulk([number for _day, number in found[:rows]])
    shown = [pieces[number] for _day, number in found[:rows] if number in pieces]
    return shown, found[rows - 1] if len(found) > rows else None


def _sums(drive: Drive, thing: Thing, union: Union, times: list[date]) -> dict[date, dict[str, int]]:
    asked = counted(thing)
    if not asked or not times:
        return {}
    column, there = places.places_of(union)
    values: dict[str, Any] = {"drive": drive.pk, "thing": thing.code, "places": there, "times": times}
    sums = []
    for number, one in enumerate(asked):
        values[f"name_{number}"] = one.name
        said = (
            f"last.held -> %(name_{number})s ->> 'value'"
            if one.held
            else f"last.answers ->> %(name_{number})s"
        )
        sums.append(f"coalesce(sum(({said})::numeric), 0)::bigint")
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(sums=", ".join(sums), column=column), values)
        return {
            begins: dict(zip((one.name for one in asked), many, strict=True))
            for begins, *many in cursor.fetchall()
        }
