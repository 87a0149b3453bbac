"""Proves that every entry balances and that balances are the sums of their legs. Names the first offenders."""

from django.db.backends.utils import CursorWrapper

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN, _PARTS = 20, 4
_PLANNED = "SET LOCAL enable_hashagg = off; SET LOCAL max_parallel_workers_per_gather = 2"
"""The legs lie in the order of their entries: they are added up as they come, some parts of them at a time."""
_BOUNDS = "SELECT coalesce(min(entry_id), 0), coalesce(max(entry_id), 0) FROM ledger_leg"
_PART = """
SELECT coalesce(sum(told.many), 0)::bigint, array_agg(told.entry_id) FILTER (WHERE told.doubtful) FROM (
  SELECT leg.entry_id, count(*) AS many,
    sum(leg.amount) <> 0 OR min(leg.union_id) <> max(leg.union_id) OR min(account.fund) <> max(account.fund)
      OR NOT bool_and(entry.day IS NOT DISTINCT FROM leg.day AND account.id IS NOT NULL) AS doubtful
  FROM ledger_leg leg
  LEFT JOIN ledger_entry entry ON entry.id = leg.entry_id AND entry.id BETWEEN {first} AND {last}
  LEFT JOIN ledger_account account ON account.id = leg.account_id AND account.union_id = leg.union_id
  WHERE leg.entry_id BETWEEN {first} AND {last} GROUP BY leg.entry_id) AS told"""
_ENTRIES = """
SELECT part.entry_id, part.union_id, part.fund, part.amount, part.astray FROM (
  SELECT leg.entry_id, leg.union_id, account.fund, sum(leg.amount) AS amount,
    bool_or(entry.day IS DISTINCT FROM leg.day OR account.id IS NULL) AS astray
  FROM ledger_leg leg
  LEFT JOIN ledger_entry entry ON entry.id = leg.entry_id
  LEFT JOIN ledger_account account ON account.id = leg.account_id AND account.union_id = leg.union_id
  WHERE leg.entry_id = ANY (%s)
  GROUP BY leg.entry_id, leg.union_id, account.fund) AS part
WHERE part.amount <> 0 OR part.astray ORDER BY part.entry_id LIMIT %s"""
_BALANCES = """
WITH told AS (SELECT account_id, sum(amount) AS amount FROM ledger_leg GROUP BY account_id),
months AS (SELECT account_id, sum(debit - credit) AS amount FROM ledger_month GROUP BY account_id)
SELECT account.id, coalesce(told.amount, 0), account.balance, coalesce(months.amount, 0)
FROM ledger_account account LEFT JOIN told ON told.account_id = account.id
LEFT JOIN months ON months.account_id = account.id
WHERE coalesce(told.amount, 0) <> account.balance OR coalesce(months.amount, 0) <> account.balance
ORDER BY account.id LIMIT %s"""
_BUDGETS = """
WITH told AS (
  SELECT line.id, coalesce(sum(leg.amount), 0) AS amount FROM ledger_budget_line line
  LEFT JOIN ledger_account account ON account.union_id = line.union_id AND account.fund = line.fund
    AND account.spends AND left(account.code, 3) = line.code
  LEFT JOIN ledger_leg leg ON leg.account_id = account.id
    AND leg.day BETWEEN make_date(line.year, 1, 1) AND make_date(line.year, 12, 31)
    AND leg.entry_id NOT IN (SELECT id FROM ledger_entry WHERE kind = 'carry_over')
  GROUP BY line.id
), kept AS (
  SELECT line_id, sum(amount) AS amount FROM ledger_hold WHERE state IN ('reserved', 'committed') GROUP BY line_id
)
SELECT line.id, told.amount, line.spent, coalesce(kept.amount, 0), line.held
FROM ledger_budget_line line JOIN told ON told.id = line.id LEFT JOIN kept ON kept.line_id = line.id
WHERE told.amount <> line.spent OR coalesce(kept.amount, 0) <> line.held
  OR line.state <> 'draft' AND line.spent + line.held > line.amount + line.raised
ORDER BY line.id LIMIT %s"""
_TAKEN_BACK = """
SELECT back.id, back.corrects_id FROM ledger_entry back
WHERE back.corrects_id IS NOT NULL AND EXISTS (
  SELECT FROM (SELECT account_id, sum(amount) AS amount FROM ledger_leg
    WHERE entry_id IN (back.id, back.corrects_id) GROUP BY account_id) AS both_sides WHERE amount <> 0)
ORDER BY back.id LIMIT %s"""


def entries_balance() -> Checked:
    """Every entry adds up to nothing in each union and fund, stands whole on accounts of its union, and is taken back
    wholly or not at all."""
    with whole() as cursor:
        read, doubtful = _added_up(cursor)
        cursor.execute(_ENTRIES, [doubtful, _SHOWN])
        differences = [
            f"A leg of entry {entry} has no entry of its day, or no account of its union."
            if astray
            else f"Entry {entry} is out by {amount} fen at union {union} in the fund {fund}."
            for entry, union, fund, amount, astray in cursor.fetchall()
        ]
        cursor.execute(_TAKEN_BACK, [_SHOWN])
        differences += [
            f"Entry {back} does not take back entry {entry} wholly." for back, entry in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def _added_up(cursor: CursorWrapper) -> tuple[int, list[int]]:
    """How many legs there are, and the entries that are not plainly right: those of several funds or unions, which are
    looked at one by one, and those that are wrong."""
    cursor.execute(_PLANNED)
    cursor.execute(_BOUNDS)
    least, most = cursor.fetchone()
    step = (most - least) // _PARTS + 1
    parts = [
        _PART.format(first=first, last=first + step - 1)
        for first in range(least, least + _PARTS * step, step)
    ]
    cursor.execute(" UNION ALL ".join(parts))
    found = cursor.fetchall()
    return sum(many for many, _ in found), [entry for _, some in found for entry in some or ()]


def budgets_are_what_is_spent() -> Checked:
    """Every budget line's spending is the sum of its legs, what it keeps the sum of its open holds, and neither is
    above what it allows."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_budget_line")
        (read,) = cursor.fetchone()
        cursor.execute(_BUDGETS, [_SHOWN])
        differences = [
            f"Budget line {line}: its legs are {legs} fen, it says {spent}; its holds are {holds}, it says {held}."
            for line, legs, spent, holds, held in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def balances_are_the_legs() -> Checked:
    """Every account's balance and the sum of its months are the sum of its legs."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_account")
        (read,) = cursor.fetchone()
        cursor.execute(_BALANCES, [_SHOWN])
        differences = [
            f"Account {account}: its legs are {legs} fen, its balance says {balance}, its months {months}."
            for account, legs, balance, months in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
