"""What rows were: all versions of one, and a list as it was at the end of a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Past
from zhijia.registers.queries import one, scoping
from zhijia.registers.services import lists

_AS_OF = """
SELECT w.* FROM (
  SELECT r.id, r.version, r.number, r.title, r.state, r.came_on, r.since, r.until, r.ended_on, r.union_id, r."values",
    r.changed_at, NULL::timestamptz, r.changed_by FROM registers_row r
  WHERE r.register_id = %(list)s AND r.{scope} = ANY (%(places)s) AND r.changed_at < %(end)s
  UNION ALL
  SELECT p.row_id, p.version, p.number, p.title, p.state, p.came_on, p.since, p.until, p.ended_on, p.union_id,
  p."values", p.recorded_from, p.recorded_to, p.changed_by FROM registers_past p
  WHERE p.register_id = %(list)s AND p.{scope} = ANY (%(places)s) AND p.recorded_from < %(end)s AND p.recorded_to >=
  %(end)s ) w WHERE (%(after)s::bigint IS NULL OR w.number < %(after)s) AND (%(ended)s OR w.ended_on IS NULL OR
  w.ended_on > %(day)s) ORDER BY w.number DESC LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Was:
    """A row as it was, from the moment it was written until it was changed (none: as it is now)."""

    row_id: UUID
    version: int
    number: int
    title: str
    state: str
    came_on: date
    since: date | None
    until: date | None
    ended_on: date | None
    union_id: int
    values: dict[str, Any]
    recorded_from: datetime
    recorded_to: datetime | None
    changed_by: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they were, and the number of the last one where there are more behind it."""

    rows: Sequence[Was]
    after: int | None


def of(actor: Actor, code: str, row_id: UUID, *, at: datetime) -> list[Was]:
    """The versions of a row, the latest first; none for whoever does not see it."""
    row = one.find(actor, code, row_id, at=at)
    if row is None:
        return []
    past = Past.objects.filter(register_id=row.register_id, row_id=row_id).order_by("-version")
    now = _was(row.pk, row, row.changed_at, None)
    return [now, *(_was(row_id, version, version.recorded_from, version.recorded_to) for version in past)]


def as_of(
    actor: Actor,
    code: str,
    *,
    day: date,
    at: datetime,
    union_id: int | None = None,
    ended: bool = False,
    after: int | None = None,
    rows_asked: int = 50,
) -> Page:
    """The list as it was recorded at the end of that day, highest number first. Raises NotForYou."""
    kept, scope = lists.ready(code, at=at), scoping.of(actor, union_id)
    end = datetime.combine(day + timedelta(days=1), time(), days.SHANGHAI)
    found = rows.run(
        _AS_OF.format(scope=scope.column),
        {
            "list": kept.id,
            "places": list(scope.places),
            "end": end,
            "day": day,
            "after": after,
            "ended": ended,
            "most": rows_asked + 1,
        },
    )
    shown = [Was(*(*row[:10], json.loads(row[10]), *row[11:])) for row in found[:rows_asked]]
    return Page(shown, shown[-1].number if len(found) > rows_asked else None)


def _was(row_id: UUID, row: Any, since: datetime, until: datetime | None) -> Was:
    same = (row.version, row.number, row.title, row.state, row.came_on, row.since, row.until, row.ended_on)
    return Was(row_id, *same, row.union_id, row.values, since, until, row.changed_by)
