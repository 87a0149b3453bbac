"""The entries of a union's books that a sample can be drawn from. Row policies hold."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections

from zhijia.auditing.rules import Candidate

_SOME = """
SELECT entry.id, entry.day, sum(leg.amount) FILTER (WHERE leg.amount > 0)::bigint,
  (array_agg(account.code ORDER BY account.spends DESC, abs(leg.amount) DESC, account.code))[1],
  bool_or(account.spends)
FROM ledger_entry entry
JOIN ledger_leg leg ON leg.entry_id = entry.id
JOIN ledger_account account ON account.id = leg.account_id
WHERE {which} AND entry.kind <> 'carry_over'
GROUP BY entry.id, entry.day
HAVING %(codes)s = '{{}}' OR bool_or(account.code = ANY (%(codes)s))
ORDER BY entry.id LIMIT %(most)s"""
_OF_UNION = "entry.union_id = %(union)s AND entry.day BETWEEN %(since)s AND %(until)s"
_NUMBERED = "entry.id = ANY (%(numbers)s)"


def of_union(
    union_id: int, *, since: date, until: date, accounts: Sequence[str], most: int
) -> list[Candidate]:
    """The union's entries of these days, those that touch one of the accounts where any is named; `most` at most, in
    the order of their numbers. What carries a year over moves no money and is left out."""
    values = {"union": union_id, "since": since, "until": until, "codes": list(accounts), "most": most}
    return _found(_SOME.format(which=_OF_UNION), values, "default")


def numbered(numbers: Sequence[int], *, using: str = "default") -> list[Candidate]:
    """The entries with these numbers, to draw from again."""
    values = {"numbers": list(numbers), "codes": [], "most": len(numbers)}
    return _found(_SOME.format(which=_NUMBERED), values, using)


def _found(statement: str, values: dict[str, Any], using: str) -> list[Candidate]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return [Candidate(*row) for row in cursor.fetchall()]
