"""Payments in the books: spent on an account, gone from the bank, once for each round; taken back when the money comes
back. What the books refuse (a closed account, too little money by the books) is paid all the same: it stays marked,
with the promise it would break, until it is posted. Of money for another union, the other's books: `arriving`. On
`bulk`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhijia.kernel import days
from zhijia.ledger.rules import OUT
from zhijia.ledger.services import accounts, holds, running
from zhijia.ledger.services.running import Booked, Wanted
from zhijia.payments.services import arriving

KIND, SOURCE = "payment", "payment"
_PAID = """
SELECT p.id, p.union_id, p.county_id, p.code, p.fund, b.title, p.amount, p.round, p.title, p.second_by, p.partner_id,
  p.hold_id
FROM payments_payment p JOIN payments_batch batch ON batch.id = p.batch_id
JOIN payments_bank_account b ON b.id = batch.bank_account_id
WHERE p.id = ANY (%s) AND p.state = 'paid' AND p.entry_id IS NULL ORDER BY p.id FOR UPDATE OF p"""
_BACK = """
SELECT p.id, p.union_id, p.county_id, p.code, p.fund, b.title, p.amount, p.round, p.title, p.second_by, p.entry_id
FROM payments_payment p JOIN payments_batch batch ON batch.id = p.batch_id
JOIN payments_bank_account b ON b.id = batch.bank_account_id
WHERE p.id = ANY (%s) AND p.state = 'returned' AND p.entry_id IS NOT NULL AND p.back_entry_id IS NULL
ORDER BY p.id FOR UPDATE OF p"""
_LEGS = "SELECT entry_id, account_id, amount FROM ledger_leg WHERE entry_id = ANY (%s)"
_MARK = """
UPDATE payments_payment p SET entry_id = said.entry_id, unposted = said.broken
FROM unnest(%(ids)s::bigint[], %(entries)s::bigint[], %(broken)s::text[]) AS said (id, entry_id, broken)
WHERE p.id = said.id"""
_MARK_BACK = """
UPDATE payments_payment p SET back_entry_id = said.entry_id, unposted = said.broken
FROM unnest(%(ids)s::bigint[], %(entries)s::bigint[], %(broken)s::text[]) AS said (id, entry_id, broken)
WHERE p.id = said.id"""


def post(cursor: Any, *, at: datetime, payment_ids: Sequence[int]) -> None:
    """Post what was paid and is not in the books; what the budget kept for it gives way first."""
    if not payment_ids:
        return
    cursor.execute(_PAID, [list(payment_ids)])
    rows = cursor.fetchall()
    day = days.business_day(at)
    bank = accounts.code_for("bank", accounts.chart_on(day))
    debit = running.accounts(cursor, [Wanted(r[0], r[1], r[3], r[4]) for r in rows if r[10] is None], day=day)
    debit |= arriving.towards_partners([r for r in rows if r[10] is not None], day=day)
    credit = running.accounts(cursor, [Wanted(r[0], r[1], bank, r[4], r[5]) for r in rows], day=day)
    booked = [
        Booked(
            key=number, union_id=union, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose="paid" if partner is None else f"{OUT}{partner}", note=title, debit=debit.get(number) or 0,
            credit=credit.get(number) or 0, amount=amount, user_id=by,
        )
        for number, union, county, _code, _fund, _title, amount, turn, title, by, partner, _hold in rows
    ]  # fmt: skip
    held = [hold for *_rest, hold in rows if hold is not None]
    if held:
        holds.give_way(cursor, at=at, hold_ids=held)
    posted = running.post_each(cursor, booked, kind=KIND, day=day, at=at)
    _said(cursor, _MARK, posted)
    arriving.post(cursor, [number for number, one in posted.items() if not one.broken], day=day, at=at)


def take_back(cursor: Any, *, at: datetime, payment_ids: Sequence[int]) -> None:
    """The money is at the bank again: a counter-entry takes back what was posted."""
    if not payment_ids:
        return
    cursor.execute(_BACK, [list(payment_ids)])
    rows = cursor.fetchall()
    cursor.execute(_LEGS, [[row[10] for row in rows]])
    legs: dict[int, dict[bool, int]] = {}
    for entry, account, amount in cursor.fetchall():
        legs.setdefault(entry, {})[amount > 0] = account
    booked = [
        Booked(
            key=number, union_id=union, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose="returned", note=title, debit=legs[entry][False], credit=legs[entry][True], amount=amount,
            user_id=by, corrects=entry,
        )
        for number, union, county, _code, _fund, _title, amount, turn, title, by, entry in rows
    ]  # fmt: skip
    day = days.business_day(at)
    posted = running.post_each(cursor, booked, kind=KIND, day=day, at=at)
    _said(cursor, _MARK_BACK, posted)
    turns = [(row[0], row[7]) for row in rows if not posted[row[0]].broken]
    arriving.take_back(cursor, turns, day=day, at=at)


def _said(cursor: Any, statement: str, posted: dict[int, running.Posted]) -> None:
    values = {
        "ids": list(posted),
        "entries": [one.entry_id if not one.broken else None for one in posted.values()],
        "broken": [one.broken[:60] for one in posted.values()],
    }
    cursor.execute(statement, values)
