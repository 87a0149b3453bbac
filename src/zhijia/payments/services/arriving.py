"""Payments from one union to another in the books of both: the payer's entry names the receiver, the receiver's the
payer, so that statements merged upward leave both out and a fen can be followed. A receiver without books has no entry;
what its books refuse (a closed day) stays with the payer alone, and is shown as under way. On `bulk`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from zhijia.kernel.errors import Refusal
from zhijia.ledger.rules import IN
from zhijia.ledger.services import accounts, running
from zhijia.ledger.services.running import Booked

KIND, SOURCE = "payment", "payment"
RETURNED = "returned_in"
_ARRIVED = """
SELECT p.id, p.union_id, partner.id, coalesce(partner.county_id, partner.id), p.code, p.fund, p.amount, p.round,
  p.title, p.second_by
FROM payments_payment p JOIN registry_union partner ON partner.id = p.partner_id
WHERE p.id = ANY (%s) ORDER BY p.id"""
_CAME = """
SELECT p.id, p.round, e.id, e.union_id, e.county_id, e.note, e.user_id, debit.account_id, credit.account_id,
  debit.amount
FROM payments_payment p
JOIN ledger_entry e ON e.source = 'payment' AND e.source_id = p.id || '.' || p.round AND e.union_id = p.partner_id
  AND e.purpose = 'in:' || p.union_id
JOIN ledger_leg debit ON debit.entry_id = e.id AND debit.amount > 0
JOIN ledger_leg credit ON credit.entry_id = e.id AND credit.amount < 0
WHERE p.id = ANY (%s) ORDER BY p.id"""


def towards_partners(rows: Sequence[Sequence[Any]], *, day: date) -> dict[int, int | None]:
    """By payment the payer's account towards the union it goes to, opened where it is not there: rows as
    `posting.post` reads them."""
    found: dict[int, int | None] = {}
    for code, fund in sorted({(row[3], row[4]) for row in rows}):
        some = [row for row in rows if (row[3], row[4]) == (code, fund)]
        try:
            numbers = accounts.with_code(
                unions=[row[1] for row in some],
                partners=[row[10] for row in some],
                code=code,
                fund=fund,
                day=day,
            ).tolist()
        except Refusal:  # a code that the chart in force no longer has: the books refuse it, one by one
            continue
        found |= {row[0]: number for row, number in zip(some, numbers, strict=True)}
    return found


def post(cursor: Any, payment_ids: Sequence[int], *, day: date, at: datetime) -> None:
    """Post what has arrived at other unions, in the same fund."""
    cursor.execute(_ARRIVED, [list(payment_ids)])
    rows = cursor.fetchall()
    chart = accounts.chart_on(day)
    for code, fund in sorted({(row[4], row[5]) for row in rows}):
        there = accounts.mirrored(code, chart)
        if there is not None:
            _post([row for row in rows if (row[4], row[5]) == (code, fund)], there, fund, cursor, day, at)


def _post(rows: Sequence[Any], code: str, fund: str, cursor: Any, day: date, at: datetime) -> None:
    receivers = np.array([row[2] for row in rows], np.int64)
    bank = accounts.for_many(unions=receivers, role="bank", fund=fund, day=day)
    partners = [row[1] for row in rows]
    got = accounts.with_code(unions=receivers, partners=partners, code=code, fund=fund, day=day)
    booked = [
        Booked(
            key=number, union_id=receiver, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose=f"{IN}{payer}", note=title, debit=debit, credit=credit, amount=amount, user_id=by,
        )
        for (number, payer, receiver, county, _code, _fund, amount, turn, title, by), debit, credit in zip(
            rows, bank.tolist(), got.tolist(), strict=True
        )
        if debit and credit
    ]  # fmt: skip
    running.post_each(cursor, booked, kind=KIND, day=day, at=at)


def take_back(cursor: Any, payment_ids: Sequence[int], *, day: date, at: datetime) -> None:
    """The money is at the payer's bank again: a counter-entry takes back what had arrived."""
    cursor.execute(_CAME, [list(payment_ids)])
    booked = [
        Booked(
            key=number, union_id=union, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose=RETURNED, note=note, debit=credit, credit=debit, amount=amount, user_id=by, corrects=entry,
        )
        for number, turn, entry, union, county, note, by, debit, credit, amount in cursor.fetchall()
    ]  # fmt: skip
    running.post_each(cursor, booked, kind=KIND, day=day, at=at)
