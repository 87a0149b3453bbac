"""What an account held at the end of a day, and what the accounts of a union add up to. In fen, debits above zero."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

_HELD = """coalesce((
    SELECT sum(debit - credit) FROM ledger_month WHERE account_id = {account} AND month < %(month)s), 0)::bigint
  + coalesce((
    SELECT sum(amount) FROM ledger_leg
    WHERE account_id = {account} AND day BETWEEN %(first)s AND %(day)s), 0)::bigint"""
_AT = f"SELECT {_HELD.format(account='%(account)s')}"
_ALL_AT = f"""
SELECT account.id, {_HELD.format(account="account.id")} FROM ledger_account account
WHERE account.union_id = %(union)s AND account.chart = %(chart)s"""  # noqa: S608 - constants
_TRIAL = """
SELECT min(account.id) FILTER (WHERE account.partner_id IS NULL), account.chart, account.code, account.fund,
  account.title, account.sign, count(account.partner_id), coalesce(sum(before.amount), 0)::bigint,
  coalesce(sum(within.debit), 0)::bigint, coalesce(sum(within.credit), 0)::bigint
FROM ledger_account account
LEFT JOIN LATERAL (
  SELECT sum(debit - credit) AS amount FROM ledger_month WHERE account_id = account.id AND month < %(since)s
) AS before ON true
LEFT JOIN LATERAL (
  SELECT sum(debit) AS debit, sum(credit) AS credit FROM ledger_month
  WHERE account_id = account.id AND month BETWEEN %(since)s AND %(until)s
) AS within ON true
WHERE account.union_id = %(union)s
GROUP BY account.chart, account.code, account.fund, account.title, account.sign, account.partner_id IS NULL
ORDER BY account.chart, account.code, account.fund, account.title, account.partner_id IS NULL DESC"""


@dataclass(frozen=True, slots=True)
class Row:
    """One account of a trial balance: what it began the months with, what came on each side, and its side. Accounts
    towards other unions are one row without a number, of so many `partners`."""

    account_id: int | None
    chart: str
    code: str
    fund: str
    title: str
    sign: int
    partners: int
    before: int
    debit: int
    credit: int

    @property
    def after(self) -> int:
        """What it ended the months with."""
        return self.before + self.debit - self.credit


def at_end_of(day: date, account_id: int, *, using: str = "default") -> int:
    """The account's balance at the end of that day: whole months by their sums, the rest by its legs. Row policies
    hold."""
    with connections[using].cursor() as cursor:
        cursor.execute(_AT, _until(day) | {"account": account_id})
        return int(cursor.fetchone()[0])


def all_at_end_of(day: date, union_id: int, chart: str) -> dict[int, int]:
    """The balances of all accounts of a union in a chart at the end of that day, in one statement. Row policies
    hold."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_ALL_AT, _until(day) | {"union": union_id, "chart": chart})
        return dict(cursor.fetchall())


def _until(day: date) -> dict[str, Any]:
    return {"month": day.year * 100 + day.month, "first": day.replace(day=1), "day": day}


def trial(union_id: int, *, since: int, until: int) -> list[Row]:
    """The trial balance of a union for some months (yyyymm, both included): every account, those of partners as one."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_TRIAL, {"union": union_id, "since": since, "until": until})
        return [Row(*row) for row in cursor.fetchall()]
