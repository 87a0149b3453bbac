"""Proves that every entry balances and that balances are the sums of their legs. Names the first offenders."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_ENTRIES = """
SELECT part.entry_id, part.union_id, part.fund, part.amount, part.astray FROM (
  SELECT leg.entry_id, leg.union_id, account.fund, sum(leg.amount) AS amount,
    bool_or(entry.day IS DISTINCT FROM leg.day OR account.id IS NULL) AS astray
  FROM ledger_leg leg
  LEFT JOIN ledger_entry entry ON entry.id = leg.entry_id
  LEFT JOIN ledger_account account ON account.id = leg.account_id AND account.union_id = leg.union_id
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
        cursor.execute("SELECT count(*) FROM ledger_leg")
        (read,) = cursor.fetchone()
        cursor.execute(_ENTRIES, [_SHOWN])
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
