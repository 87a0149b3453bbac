"""Where the rows under a union stand, and walking along those places: each gives its first rows by an index, and of
those the first are taken. A page of a province reads some rows of each county and no more."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from zhijia.campaigns.models import Drive, Piece
from zhijia.registry import tree
from zhijia.registry.models import Union

FAR = date(9999, 12, 31)
After = tuple[date, int]
"""The day and the number of the last one that was shown."""
_OPEN = """
SELECT found.id, found.due_on
FROM (
  SELECT drive_id, thing, by_employer, {column} AS place FROM campaigns_tally
  JOIN unnest(%(drives)s::int[], %(things)s::text[], %(by_employer)s::bool[]) AS asked (drive_id, thing, by_employer)
    USING (drive_id, thing)
  WHERE {here} AND state = 'open' GROUP BY 1, 2, 3, 4 HAVING sum(many) > 0) AS kept
CROSS JOIN LATERAL (
  SELECT p.id, coalesce(p.due_on, DATE '9999-12-31') AS due_on FROM campaigns_piece p
  WHERE p.drive_id = kept.drive_id AND p.thing = kept.thing AND p.{column} = kept.place AND p.state = 'open'
    AND (coalesce(p.due_on, DATE '9999-12-31'), p.id) > (%(day)s, %(number)s)
    AND (%(before)s::date IS NULL OR coalesce(p.due_on, DATE '9999-12-31') < %(before)s)
    AND NOT (kept.by_employer AND (SELECT e.employer_id FROM campaigns_entry e WHERE e.id = p.entry_id)
      IN (SELECT employer FROM campaigns_represented(%(with_employers)s::int[])))
  ORDER BY coalesce(p.due_on, DATE '9999-12-31'), p.id LIMIT %(rows)s) AS found
ORDER BY found.due_on, found.id LIMIT %(rows)s"""
_LISTED = """
SELECT found.id FROM unnest(%(places)s::int[]) AS asked (place)
CROSS JOIN LATERAL (
  SELECT e.id FROM campaigns_entry e WHERE e.drive_id = %(drive)s AND e.{column} = asked.place AND e.id > %(after)s
  ORDER BY e.id LIMIT %(rows)s) AS found
ORDER BY found.id LIMIT %(rows)s"""
_HAVING = """
SELECT DISTINCT found.entry_id FROM unnest(%(places)s::int[]) AS asked (place)
CROSS JOIN unnest(%(things)s::text[]) AS any_of (thing) CROSS JOIN unnest(%(states)s::text[]) AS standing (state)
CROSS JOIN LATERAL (
  SELECT DISTINCT p.entry_id FROM campaigns_piece p
  WHERE p.drive_id = %(drive)s AND p.{column} = asked.place AND p.thing = any_of.thing AND p.state = standing.state
    AND p.entry_id > %(after)s
  ORDER BY p.entry_id LIMIT %(rows)s) AS found
ORDER BY found.entry_id LIMIT %(rows)s"""


def places_of(union: Union) -> tuple[str, list[int]]:
    """Where the rows under a union stand: its counties by `county_id`, else its unions by `union_id`."""
    if union.county_ids:
        return "county_id", list(union.county_ids)
    return "union_id", list(tree.under(union.pk).values_list("pk", flat=True))


def to_be_done(
    union: Union,
    things: Sequence[tuple[int, str]],
    *,
    after: After | None,
    rows: int,
    before: date | None = None,
    by_employer: Sequence[tuple[int, str]] = (),
) -> list[After]:
    """The open pieces of these things (drive and code) under the union that are due before that day, what is due first
    before the rest, behind this one: the day (`FAR` without one) and the number of each, at most so many. Of those
    `by_employer` only where nobody acts for the employer."""
    column, places = places_of(union)
    day, number = after or (date.min, 0)
    every = [*things, *by_employer]
    asked: dict[str, Any] = {
        "places": places, "drives": [drive for drive, _thing in every], "things": [thing for _drive, thing in every],
        "by_employer": [False] * len(things) + [True] * len(by_employer),
        "with_employers": [drive for drive, _thing in by_employer],
        "day": day, "number": number, "before": before, "rows": rows,
    }  # fmt: skip
    here = f"{column} = ANY (%(places)s) AND union_id IS {'NOT NULL' if column == 'union_id' else 'NULL'}"
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(column=column, here=here), asked)
        return [(day, number) for number, day in cursor.fetchall()]


def listed(
    drive: Drive, union: Union, *, things: Sequence[str] = (), state: str = "", after: int | None, rows: int
) -> list[int]:
    """The numbers of the places on the drive's roster under the union behind this one, at most so many; with things
    those alone that have one of them, in this state where one is asked for."""
    column, places = places_of(union)
    asked: dict[str, Any] = {
        "drive": drive.pk, "places": places, "things": list(things), "states": [state] if state else Piece.State.values,
        "after": after or 0, "rows": rows,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute((_HAVING if things else _LISTED).format(column=column), asked)
        return [number for (number,) in cursor.fetchall()]
