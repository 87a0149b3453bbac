"""What the accounts of some unions add up to at the end of a day or over some days, account by account of the chart, in
one statement however many unions they are. In fen, debits above zero; row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from zhijia.registry.models import Union

_HERE = """
here AS (
  SELECT id FROM registry_union
  WHERE CASE WHEN %(below)s THEN tree_left >= %(left)s AND tree_left < %(right)s ELSE id = %(union)s END),
account AS (
  SELECT account.id, account.chart, account.code, account.fund, account.balance, account.union_id, account.partner_id,
    partner.id IS NOT NULL AS inside
  FROM here JOIN ledger_account account ON account.union_id = here.id
  LEFT JOIN here partner ON partner.id = account.partner_id
  WHERE %(fund)s = '' OR account.fund = %(fund)s)"""
_NOW = "SELECT account.id, account.balance AS amount FROM account"
_MONTHS = """
SELECT month.account_id, {turn}(month.debit - month.credit) FROM ledger_month month
JOIN account ON account.id = month.account_id WHERE month.month BETWEEN %(first)s AND %(last)s"""
_DAYS = """
SELECT leg.account_id, {turn}leg.amount FROM here JOIN ledger_entry entry ON entry.union_id = here.id
JOIN ledger_leg leg ON leg.entry_id = entry.id JOIN account ON account.id = leg.account_id
WHERE entry.day BETWEEN %({name}_since)s AND %({name}_until)s"""
_CARRIED = """
SELECT leg.account_id, -leg.amount FROM here
JOIN ledger_entry entry ON entry.union_id = here.id AND entry.kind = 'carry_over'
JOIN ledger_leg leg ON leg.entry_id = entry.id JOIN account ON account.id = leg.account_id
WHERE entry.day BETWEEN %(since)s AND %(until)s"""
_SUMS = """
SELECT account.chart, account.code, account.fund, account.inside, sum(part.amount)::bigint
FROM part JOIN account ON account.id = part.id
GROUP BY account.chart, account.code, account.fund, account.inside HAVING sum(part.amount) <> 0
ORDER BY account.chart, account.code, account.fund, account.inside"""
_PAIRS = """
SELECT pair.debtor, pair.creditor, pair.place, sum(pair.amount)::bigint FROM (
  SELECT account.union_id AS debtor, account.partner_id AS creditor, said.place, part.amount
  FROM part JOIN account ON account.id = part.id AND account.inside
  JOIN unnest(%(charts)s::text[], %(debits)s::text[]) WITH ORDINALITY AS said (chart, code, place)
    ON said.chart = account.chart AND account.code ^@ said.code
  UNION ALL
  SELECT account.partner_id, account.union_id, said.place, part.amount
  FROM part JOIN account ON account.id = part.id AND account.inside
  JOIN unnest(%(charts)s::text[], %(credits)s::text[]) WITH ORDINALITY AS said (chart, code, place)
    ON said.chart = account.chart AND account.code ^@ said.code) AS pair
GROUP BY pair.debtor, pair.creditor, pair.place HAVING sum(pair.amount) <> 0
ORDER BY abs(sum(pair.amount)) DESC, pair.debtor, pair.creditor LIMIT %(rows)s"""
LAST = 999_999
"""A month later than any."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The unions of a statement: one, or it and all under it today; one fund, or all of them ('')."""

    union: Union
    below: bool = False
    fund: str = ""

    def values(self) -> dict[str, Any]:
        """For SQL."""
        union = self.union
        return {
            "below": self.below,
            "left": union.tree_left,
            "right": union.tree_right,
            "union": union.pk,
            "fund": self.fund,
        }


@dataclass(frozen=True, slots=True)
class Sum:
    """What an account of the chart adds up to in a fund; `inside` where it stands towards a union of the same scope."""

    chart: str
    code: str
    fund: str
    inside: bool
    fen: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Two unions of the scope say differently what is between them: by so much (fen) the first says more. `place` is
    the elimination of the chart it belongs to, counted from one."""

    debtor_id: int
    creditor_id: int
    place: int
    fen: int


@dataclass(frozen=True, slots=True)
class Eliminated:
    """The accounts that say the same of two unions, as pairs of codes of a chart."""

    charts: Sequence[str]
    debits: Sequence[str]
    credits: Sequence[str]


def at_end_of(day: date, scope: Scope) -> list[Sum]:
    """The balances at the end of the day: what stands now without what came later."""
    return _sums(_balance(day), scope.values() | _range(day + timedelta(1), None))


def over(since: date, until: date, scope: Scope) -> list[Sum]:
    """What came on the accounts from one day to another (both included), without what carried a year over."""
    return _sums(_movement(since, until), scope.values() | _range(since, until))


def apart_at(day: date, scope: Scope, pairs: Eliminated, *, rows: int) -> list[Apart]:
    """Where partners say differently at the end of the day what one owes the other, the largest first."""
    return _apart(_balance(day), scope.values() | _range(day + timedelta(1), None), pairs, rows)


def apart_over(since: date, until: date, scope: Scope, pairs: Eliminated, *, rows: int) -> list[Apart]:
    """Where partners say differently what one gave the other in these days, the largest first."""
    return _apart(_movement(since, until), scope.values() | _range(since, until), pairs, rows)


def _balance(day: date) -> str:
    later = _parts(day + timedelta(1), None, turn="-")
    return " UNION ALL ".join([_NOW, *later])


def _movement(since: date, until: date) -> str:
    return " UNION ALL ".join([*_parts(since, until, turn=""), _CARRIED])


def _parts(since: date, until: date | None, *, turn: str) -> list[str]:
    """Whole months by their sums, the days of months begun by their legs."""
    values = _range(since, until)
    parts = [_MONTHS.format(turn=turn)] if values["first"] <= values["last"] else []
    return parts + [
        _DAYS.format(turn=turn, name=name) for name in ("head", "tail") if f"{name}_since" in values
    ]


def _range(since: date, until: date | None) -> dict[str, Any]:
    """The whole months of these days, and the days before and behind them."""
    values: dict[str, Any] = {"since": since, "until": until}
    head_end = _month_end(since)
    if until is not None and until < head_end:
        return values | {"first": 1, "last": 0, "head_since": since, "head_until": until}
    first, last = _month(since), LAST
    if since.day > 1:
        values |= {"head_since": since, "head_until": head_end}
        first = _month(head_end + timedelta(1))
    if until is not None:
        last = _month(until)
        if until != _month_end(until):
            values |= {"tail_since": until.replace(day=1), "tail_until": until}
            last = _month(until.replace(day=1) - timedelta(1))
    return values | {"first": first, "last": last}


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def _sums(parts: str, values: dict[str, Any]) -> list[Sum]:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_HERE}, part (id, amount) AS ({parts}) {_SUMS}", values)
        return [Sum(*row) for row in cursor.fetchall()]


def _apart(parts: str, values: dict[str, Any], pairs: Eliminated, rows: int) -> list[Apart]:
    named = {
        "charts": list(pairs.charts),
        "debits": list(pairs.debits),
        "credits": list(pairs.credits),
        "rows": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_HERE}, part (id, amount) AS ({parts}) {_PAIRS}", values | named)
        return [Apart(*row) for row in cursor.fetchall()]
