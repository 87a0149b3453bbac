"""The three sides of contributions beside each other (DUE-08): what unions declared, what came in, what was shared; by
employer and for some months, differences first. Set-based, under row policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zhijia.registry.models import Union

KINDS = ("not_paid", "paid_too_little", "paid_too_much", "not_declared", "not_shared")
"""What may be wrong of an employer's months, as `rules.difference` calls it."""
KIND = """
CASE WHEN received <> 0 AND declared = 0 THEN 'not_declared' WHEN received > declared THEN 'paid_too_much'
  WHEN received < due THEN CASE WHEN received <> 0 THEN 'paid_too_little' ELSE 'not_paid' END
  WHEN shared <> received THEN 'not_shared' ELSE '' END"""
"""`rules.difference` as the database says it, of columns with the names of its sums."""
_SIDES = f"""
WITH under AS (SELECT id FROM registry_union WHERE tree_left >= %(left)s AND tree_left < %(right)s),
declared AS (
  SELECT b.employer_id, min(b.union_id) AS union_id, sum(b.amount) AS amount,
    coalesce(sum(b.amount) FILTER (WHERE b.due_on < %(today)s), 0) AS due
  FROM dues_bill b WHERE b.month BETWEEN %(since)s AND %(until)s AND b.union_id IN (SELECT id FROM under)
  GROUP BY b.employer_id
), came AS (
  SELECT c.employer_id, min(c.other_union_id) AS union_id, sum(c.amount - c.given_back) AS amount,
    coalesce(sum(c.amount - c.given_back) FILTER (WHERE w.contribution_id IS NULL), 0) AS shared
  FROM dues_contribution c LEFT JOIN dues_waiting w ON w.contribution_id = c.id
  WHERE c.since >= %(since)s AND c.until <= %(until)s AND c.other_union_id IN (SELECT id FROM under)
    AND c.employer_id IS NOT NULL
  GROUP BY c.employer_id
), sides AS (
  SELECT employer_id, coalesce(declared.union_id, came.union_id) AS union_id,
    coalesce(declared.amount, 0)::bigint AS declared, coalesce(came.amount, 0)::bigint AS received,
    coalesce(came.shared, 0)::bigint AS shared, coalesce(declared.due, 0)::bigint AS due
  FROM declared FULL JOIN came USING (employer_id)
), told AS (SELECT *, {KIND} AS kind FROM sides)"""  # noqa: S608 - columns of ours
_SUMS = f"""{_SIDES}
SELECT kind, count(*), sum(declared)::bigint, sum(received)::bigint, sum(shared)::bigint FROM told GROUP BY kind"""  # noqa: S608
_PAGE = f"""{_SIDES}
SELECT told.employer_id, e.name, e.credit_code, u.name, u.code, declared, received, shared, due, kind
FROM told JOIN registry_employer e ON e.id = told.employer_id JOIN registry_union u ON u.id = told.union_id
WHERE told.employer_id > %(after)s
  AND CASE %(kind)s WHEN 'all' THEN true WHEN '' THEN kind <> '' ELSE kind = %(kind)s END
ORDER BY told.employer_id LIMIT %(rows)s"""  # noqa: S608
_UNKNOWN = """
SELECT count(*), coalesce(sum(c.amount - c.given_back), 0)::bigint
FROM dues_waiting w JOIN dues_contribution c ON c.id = w.contribution_id
WHERE w.union_id = %s AND c.other_union_id IS NULL"""


@dataclass(frozen=True, slots=True)
class Row:
    """An employer with its three sums (fen), what was due by today, and what is wrong between them."""

    employer_id: int
    employer: str
    credit_code: str | None
    union: str
    union_code: str
    declared: int
    received: int
    shared: int
    due: int
    kind: str

    @property
    def missing(self) -> int:
        """What has not come in of what was due; below nothing where more came in than was declared."""
        return (self.due if self.received < self.due else self.declared) - self.received


@dataclass(frozen=True, slots=True)
class Sums:
    """How many employers there are, and their three sums."""

    many: int = 0
    declared: int = 0
    received: int = 0
    shared: int = 0


def sums(union: Union, *, since: int, until: int, today: date) -> Mapping[str, Sums]:
    """What all employers under the union come to, by what is wrong ("" where nothing is)."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _values(union, since, until, today))
        return {kind: Sums(*told) for kind, *told in cursor.fetchall()}


def page(
    union: Union, *, since: int, until: int, today: date, kind: str = "", after: int = 0, rows: int
) -> tuple[Sequence[Row], int | None]:
    """Some employers behind the one named: with a difference, of one kind, or "all"; and where the next page begins."""
    values = _values(union, since, until, today) | {"kind": kind, "after": after, "rows": rows + 1}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, values)
        found = [Row(*told) for told in cursor.fetchall()]
    return found[:rows], found[rows - 1].employer_id if len(found) > rows else None


def unknown(union_id: int) -> tuple[int, int]:
    """How many contributions at the union nobody knows the payer of, and their sum."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [union_id])
        many, amount = cursor.fetchone()
        return int(many), int(amount)


def _values(union: Union, since: int, until: int, today: date) -> dict[str, Any]:
    return {
        "left": union.tree_left,
        "right": union.tree_right,
        "since": since,
        "until": until,
        "today": today,
    }
