"""What audits found, by union and period: for whoever scores or grants by it. The port `auditing.results`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

_SQL = """
SELECT e.union_id, count(DISTINCT e.id), count(f.id), coalesce(sum(f.amount), 0)::bigint,
  coalesce(sum(f.corrected), 0)::bigint, count(f.id) FILTER (WHERE f.state = 'open'),
  count(f.id) FILTER (WHERE f.state = 'open' AND f.due_on < %(today)s), count(f.repeats_id)
FROM auditing_engagement e LEFT JOIN auditing_finding f ON f.engagement_id = e.id
WHERE e.union_id = ANY (%(unions)s) AND e.reported_on BETWEEN %(since)s AND %(until)s
GROUP BY e.union_id"""


@dataclass(frozen=True, slots=True)
class Results:
    """Of one union in a period: audits reported, findings, amounts found and put right (fen), findings still open,
    those past their day, and those that repeat what had been put right before."""

    audits: int = 0
    findings: int = 0
    amount: int = 0
    corrected: int = 0
    open: int = 0
    overdue: int = 0
    repeated: int = 0


def of_unions(
    union_ids: Sequence[int], *, since: date, until: date, today: date, using: str = "default"
) -> dict[int, Results]:
    """What was reported of each of these unions in these days; a union nothing was reported of has zeros."""
    values: dict[str, Any] = {"unions": list(union_ids), "since": since, "until": until, "today": today}
    with connections[using].cursor() as cursor:
        cursor.execute(_SQL, values)
        found = {row[0]: Results(*row[1:]) for row in cursor.fetchall()}
    return {union: found.get(union, Results()) for union in union_ids}
