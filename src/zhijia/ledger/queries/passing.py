"""Money on its way between unions: what one side's books have, and the other's do not. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from zhijia.ledger.queries.sums import Scope
from zhijia.ledger.rules import IN, OUT

_ONE_SIDED = """
SELECT entry.id, entry.union_id, partner.id, entry.day, sum(abs(leg.amount))::bigint
FROM registry_union here
JOIN ledger_entry entry ON entry.union_id = here.id AND entry.purpose ^@ '{way}' AND entry.day <= %(day)s
JOIN registry_union partner ON partner.id = CASE WHEN entry.purpose ~ '^{way}[0-9]{{1,9}}$'
  THEN substr(entry.purpose, length('{way}') + 1)::int END
JOIN ledger_leg leg ON leg.entry_id = entry.id
JOIN ledger_account account ON account.id = leg.account_id AND account.guarded AND account.sign = 1
WHERE here.tree_left >= %(left)s AND here.tree_left < %(right)s
  AND partner.tree_left >= %(left)s AND partner.tree_left < %(right)s
  AND (%(fund)s = '' OR account.fund = %(fund)s)
  AND NOT EXISTS (SELECT FROM ledger_entry back WHERE back.corrects_id = entry.id)
  AND NOT EXISTS (
    SELECT FROM ledger_entry other
    WHERE other.source_id = entry.source_id AND other.source = entry.source
      AND other.purpose = '{other}' || entry.union_id AND other.union_id = partner.id AND other.day <= %(day)s
      AND NOT EXISTS (SELECT FROM ledger_entry back WHERE back.corrects_id = other.id))
GROUP BY entry.id, entry.union_id, partner.id, entry.day ORDER BY entry.day, entry.id LIMIT %(rows)s"""


@dataclass(frozen=True, slots=True)
class Passing:
    """A transfer one side alone has booked by the day: its entry, that side, the other, its day, the sum (fen), and
    whether it was sent (or got)."""

    entry_id: int
    union_id: int
    partner_id: int
    day: date
    fen: int
    sent: bool


def one_sided(scope: Scope, day: date, *, rows: int) -> Sequence[Passing]:
    """Transfers within the scope that one side alone has booked at the end of the day, the oldest first."""
    values = scope.values() | {"day": day, "rows": rows}
    found: list[Passing] = []
    with connection.cursor() as cursor:
        for way, other in ((OUT, IN), (IN, OUT)):
            cursor.execute(_ONE_SIDED.format(way=way, other=other), values)
            found += [
                Passing(number, union_id, partner_id, left_on, fen, sent=way == OUT)
                for number, union_id, partner_id, left_on, fen in cursor.fetchall()
            ]
    return sorted(found, key=lambda one: (one.day, one.entry_id))[:rows]
