"""The entries of a union's books, and its payments, that a sample can be drawn from. Row policies hold."""

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
_PAYMENTS = """
SELECT p.id, (p.ordered_at AT TIME ZONE 'Asia/Shanghai')::date, p.amount, p.code, true FROM payments_payment p
WHERE {which} AND (%(codes)s = '{{}}' OR p.code = ANY (%(codes)s)) ORDER BY p.id LIMIT %(most)s"""
_ORDERED = "(p.ordered_at AT TIME ZONE 'Asia/Shanghai')::date"
_OF_PAYER = f"p.union_id = %(union)s AND {_ORDERED} BETWEEN %(since)s AND %(until)s"
_OF_UNION = "entry.union_id = %(union)s AND entry.day BETWEEN %(since)s AND %(until)s"
_NUMBERED = {
    "entry": (_SOME, "entry.id = ANY (%(numbers)s)"),
    "payment": (_PAYMENTS, "p.id = ANY (%(numbers)s)"),
}


def of_union(
    union_id: int, *, since: date, until: date, accounts: Sequence[str], most: int, subject: str = "entry"
) -> list[Candidate]:
    """The union's entries of these days, those that touch one of the accounts where any is named, or the payments
    ordered in them, whatever became of them; `most` at most, in the order of their numbers. What carries a year over
    moves no money and is left out."""
    values = {"union": union_id, "since": since, "until": until, "codes": list(accounts), "most": most}
    text, which = (_SOME, _OF_UNION) if subject == "entry" else (_PAYMENTS, _OF_PAYER)
    return _found(text.format(which=which), values, "default")


def numbered(numbers: Sequence[int], *, subject: str = "entry", using: str = "default") -> list[Candidate]:
    """The entries, or the payments, with these numbers, to draw from again."""
    values = {"numbers": list(numbers), "codes": [], "most": len(numbers)}
    text, which = _NUMBERED[subject]
    return _found(text.format(which=which), values, using)


def _found(statement: str, values: dict[str, Any], using: str) -> list[Candidate]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return [Candidate(*row) for row in cursor.fetchall()]
