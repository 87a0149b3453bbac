"""What is to be done first of what falls due: each place gives its first along its index, and of those the first are
taken. A page of a province reads some dues of each county, however many wait there."""

from collections.abc import Collection
from datetime import date
from typing import Any

from zhijia.kernel import rows
from zhijia.registers.queries.scoping import Scope

After = tuple[date, int]
"""The day and the number of the last one that was shown."""
START: After = (date.min, 0)
_WAITS = """(d.state = 'open' OR NOT EXISTS (
        SELECT FROM registers_due l
        WHERE l.row_id = d.row_id AND l.code = d.code AND l.day > d.day AND l.state <> 'gone')
      AND (SELECT r.number FROM registers_row r
        WHERE r.register_id = d.register_id AND r.id = d.row_id AND r.ended_on IS NULL) IS NOT NULL)"""
"""Open, or missed with none of the kind after it, of a row that has not ended."""
_FIRST = """
SELECT found.id FROM unnest(%(places)s::int[]) AS asked (place)
CROSS JOIN LATERAL (
  SELECT d.id, d.day FROM registers_due d
  WHERE d.{column} = asked.place AND d.state IN ('open', 'missed') AND d.day BETWEEN %(since)s AND %(until)s
    AND (d.day, d.id) > (%(day)s, %(number)s)
    AND (d.register_id, d.code) IN (SELECT * FROM unnest(%(lists)s::int[], %(codes)s::text[]))
    AND {waits}
  ORDER BY d.day, d.id LIMIT %(most)s) AS found
ORDER BY found.day, found.id LIMIT %(most)s"""
_STANDS = """
SELECT DISTINCT asked.list FROM unnest(%(lists)s::int[], %(codes)s::text[]) AS asked (list, code)
WHERE EXISTS (
  SELECT FROM unnest(%(places)s::int[]) AS here (place)
  CROSS JOIN LATERAL (
    SELECT FROM registers_due d
    WHERE d.{column} = here.place AND d.register_id = asked.list AND d.code = asked.code
      AND d.state IN ('open', 'missed') AND d.day BETWEEN %(since)s AND %(until)s AND {waits}
    LIMIT 1) AS one)"""


def first(
    scope: Scope, rules: Collection[tuple[int, str]], *, since: date, until: date, after: After, most: int
) -> list[int]:
    """The numbers of the most urgent dues between these days in the scope, behind this one: still to be done (open, or
    missed with none of the kind after it), of a row that has not ended, of which the list (its number) still says
    something (the code)."""
    asked = _asked(scope, rules, since, until) | {"day": after[0], "number": after[1], "most": most}
    return [number for (number,) in rows.run(_FIRST.format(column=scope.column, waits=_WAITS), asked)]


def stands(scope: Scope, rules: Collection[tuple[int, str]], *, since: date, until: date) -> set[int]:
    """The numbers of the lists of which `first` would show something: of each rule, the first place where one is."""
    asked = _asked(scope, rules, since, until)
    return {number for (number,) in rows.run(_STANDS.format(column=scope.column, waits=_WAITS), asked)}


def _asked(scope: Scope, rules: Collection[tuple[int, str]], since: date, until: date) -> dict[str, Any]:
    return {
        "places": list(scope.places), "since": since, "until": until,
        "lists": [register_id for register_id, _code in rules], "codes": [code for _register_id, code in rules],
    }  # fmt: skip
