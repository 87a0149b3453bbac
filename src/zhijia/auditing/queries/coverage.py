"""How far a term's plan has come: each union that is to be audited once, and whole subtrees at a glance, in one
statement each. A union is to be audited that was there in the days of the plan, also when it has been dissolved or
merged since. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from zhijia.auditing.models import Plan

COVERED, IN_HAND, NOT_YET = "covered", "in_hand", "not_yet"
STATES = (NOT_YET, IN_HAND, COVERED)
_DUE = """
WITH due AS (
  SELECT DISTINCT u.id, u.code, u.name FROM registry_parent p JOIN registry_union u ON u.id = p.union_id
  WHERE p.tree = 'organisation' AND p.parent_id = %(auditor)s AND p.valid_from <= %(until)s
    AND (p.valid_to IS NULL OR p.valid_to > %(since)s)
    AND u.founded_on <= %(until)s AND (u.dissolved_on IS NULL OR u.dissolved_on > %(since)s)
), audits AS (
  SELECT e.union_id, max(e.reported_on) AS last, bool_or(e.reported_on BETWEEN %(since)s AND %(until)s) AS covered,
    bool_or(e.reported_on IS NULL AND e.state <> 'called_off') AS in_hand
  FROM auditing_engagement e WHERE e.kind = 'term' AND e.union_id IN (SELECT id FROM due) GROUP BY e.union_id
), told AS (
  SELECT due.id, due.code, due.name, audits.last, CASE WHEN audits.covered THEN 'covered'
    WHEN audits.in_hand THEN 'in_hand' ELSE 'not_yet' END AS state
  FROM due LEFT JOIN audits ON audits.union_id = due.id
)"""
_COUNTS = f"{_DUE} SELECT state, count(*) FROM told GROUP BY state"  # noqa: S608 - constants
_ROWS = (
    _DUE
    + """
SELECT id, code, name, last, state FROM told
WHERE (%(state)s = '' OR state = %(state)s) AND (coalesce(last, '-infinity'), id) > (%(last)s::date, %(id)s)
ORDER BY coalesce(last, '-infinity'), id LIMIT %(most)s"""
)
_BELOW = """
SELECT child.id, child.code, child.name, count(*), count(audited.union_id)
FROM registry_parent p
JOIN registry_union child ON child.id = p.union_id
JOIN registry_union u ON u.tree_left >= child.tree_left AND u.tree_left < child.tree_right
  AND u.founded_on <= %(until)s AND (u.dissolved_on IS NULL OR u.dissolved_on > %(since)s)
LEFT JOIN (
  SELECT DISTINCT union_id FROM auditing_engagement
  WHERE kind = 'term' AND reported_on BETWEEN %(since)s AND %(until)s
) AS audited ON audited.union_id = u.id
WHERE p.tree = 'organisation' AND p.parent_id = %(auditor)s AND p.valid_to IS NULL AND child.dissolved_on IS NULL
GROUP BY child.id, child.code, child.name ORDER BY child.name, child.id"""


@dataclass(frozen=True, slots=True)
class Row:
    """A union of the plan: when it was reported on last, and where it stands in this term."""

    id: int
    code: str
    name: str
    last: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some unions, those longest without an audit first, and where the next page begins."""

    rows: Sequence[Row]
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the tree under the committee's union: how many unions of it are to be audited, how many were."""

    id: int
    code: str
    name: str
    due: int
    covered: int


def counts(plan: Plan) -> dict[str, int]:
    """How many unions straight under the committee's are covered, in hand and not yet."""
    found = dict.fromkeys(STATES, 0)
    found.update(dict(_run(_COUNTS, _days(plan))))
    return found


def page(plan: Plan, *, state: str = "", after: str = "", rows: int) -> Page:
    """The unions of the plan, of one state where it is named, those longest without an audit first."""
    last, number = _place(after)
    values = {
        **_days(plan),
        "state": state if state in STATES else "",
        "last": last,
        "id": number,
        "most": rows + 1,
    }
    found = [Row(*row) for row in _run(_ROWS, values)]
    shown = found[:rows]
    more = f"{shown[-1].last or ''}~{shown[-1].id}" if len(found) > rows else ""
    return Page(shown, more)


def below(plan: Plan) -> list[Part]:
    """Every union of each part of the tree below, audited by whichever committee is above it, in the plan's days."""
    return [Part(*row) for row in _run(_BELOW, _days(plan))]


def _days(plan: Plan) -> dict[str, Any]:
    return {"auditor": plan.union_id, "since": plan.since, "until": plan.until}


def _place(after: str) -> tuple[str, int]:
    """The last line of the page before; an address that names none begins anew."""
    day, _sign, number = after.partition("~")
    try:
        return (date.fromisoformat(day).isoformat() if day else "-infinity"), int(number)
    except ValueError:
        return "-infinity", 0


def _run(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
