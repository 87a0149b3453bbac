"""Payments from one union to another in the books of both: the payer's entry names the receiver, the receiver's the
payer, so that statements merged upward leave both out and a fen can be followed. A receiver without books has no entry;
what its books refuse (a closed day) is an `Arrival`: shown there as refused and elsewhere as under way, and tried again
every minute, on the day it is then, until it stands. On `bulk`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from zhijia.kernel.errors import Refusal
from zhijia.ledger.rules import IN
from zhijia.ledger.services import accounts, running
from zhijia.ledger.services.running import Booked, Posted

KIND, SOURCE = "payment", "payment"
RETURNED = "returned_in"
MOST = 200
"""So many that were refused are tried again at a time, those first that were tried longest ago."""
_ARRIVED = """
SELECT p.id, p.union_id, partner.id, coalesce(partner.county_id, partner.id), p.code, p.fund, p.amount, p.round,
  p.title, p.second_by
FROM payments_payment p JOIN registry_union partner ON partner.id = p.partner_id
WHERE p.id = ANY (%s) AND p.state = 'paid' AND p.entry_id IS NOT NULL ORDER BY p.id"""
_CAME = """
SELECT p.id, turn.round, p.union_id, e.id, e.union_id, e.county_id, e.note, e.user_id, debit.account_id,
  credit.account_id, debit.amount
FROM unnest(%s::bigint[], %s::int[]) AS turn (id, round) JOIN payments_payment p ON p.id = turn.id
JOIN ledger_entry e ON e.source = 'payment' AND e.source_id = p.id || '.' || turn.round AND e.union_id = p.partner_id
  AND e.purpose = 'in:' || p.union_id
JOIN ledger_leg debit ON debit.entry_id = e.id AND debit.amount > 0
JOIN ledger_leg credit ON credit.entry_id = e.id AND credit.amount < 0 ORDER BY p.id, turn.round"""
_REFUSED = """
INSERT INTO payments_arrival AS a (payment_id, round, is_back, payer_id, title, amount, broken, found_at, tried_at,
  union_id, county_id)
SELECT said.id, said.round, said.is_back, said.payer, said.title, said.amount, said.broken, %(at)s, %(at)s,
  place.union_id, place.county_id
FROM unnest(%(ids)s::bigint[], %(rounds)s::int[], %(backs)s::bool[],
  %(payers)s::int[], %(titles)s::text[], %(amounts)s::bigint[], %(broken)s::text[]) WITH ORDINALITY
  AS said (id, round, is_back, payer, title, amount, broken, place)
JOIN unnest(%(unions)s::int[], %(counties)s::int[]) WITH ORDINALITY AS place (union_id, county_id, place) USING (place)
ON CONFLICT (payment_id, round, is_back) DO UPDATE SET broken = excluded.broken, tried_at = excluded.tried_at
WHERE a.settled_at IS NULL"""
_STANDS = """
UPDATE payments_arrival a SET settled_at = %(at)s, tried_at = %(at)s, entry_id = said.entry_id
FROM unnest(%(ids)s::bigint[], %(rounds)s::int[], %(backs)s::bool[], %(entries)s::bigint[])
  AS said (id, round, is_back, entry_id)
WHERE (a.payment_id, a.round, a.is_back) = (said.id, said.round, said.is_back) AND a.settled_at IS NULL"""
_NEVER = """
UPDATE payments_arrival a SET settled_at = %(at)s FROM unnest(%(ids)s::bigint[], %(rounds)s::int[]) AS turn (id, round)
WHERE (a.payment_id, a.round) = (turn.id, turn.round) AND NOT a.is_back AND a.settled_at IS NULL"""
_OPEN = """
SELECT a.payment_id, a.round, a.is_back FROM payments_arrival a JOIN payments_payment p ON p.id = a.payment_id
WHERE a.settled_at IS NULL AND (a.is_back OR p.state = 'paid' AND p.round = a.round)
ORDER BY a.tried_at, a.id LIMIT %s FOR UPDATE OF p SKIP LOCKED"""


@dataclass(frozen=True, slots=True)
class _Side:
    """The receiver's entry of a round of a payment; `is_back` takes back what had arrived."""

    payment_id: int
    round: int
    payer_id: int
    booked: Booked
    is_back: bool = False


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
    sides = [
        _Side(number, turn, payer, Booked(
            key=place, union_id=receiver, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose=f"{IN}{payer}", note=title, debit=debit, credit=credit, amount=amount, user_id=by,
        ))
        for place, ((number, payer, receiver, county, _code, _fund, amount, turn, title, by), debit, credit)
        in enumerate(zip(rows, bank.tolist(), got.tolist(), strict=True))
        if debit and credit
    ]  # fmt: skip
    _book(cursor, sides, day=day, at=at)


def take_back(cursor: Any, turns: Sequence[tuple[int, int]], *, day: date, at: datetime) -> None:
    """The money of these rounds (payment, round) is at the payer's bank again: a counter-entry takes back what had
    arrived; what had not is expected no more."""
    values = {
        "at": at,
        "ids": [number for number, _turn in turns],
        "rounds": [turn for _number, turn in turns],
    }
    cursor.execute(_NEVER, values)
    cursor.execute(_CAME, [values["ids"], values["rounds"]])
    sides = [
        _Side(number, turn, payer, Booked(
            key=place, union_id=union, county_id=county, source=SOURCE, source_id=f"{number}.{turn}",
            purpose=RETURNED, note=note, debit=credit, credit=debit, amount=amount, user_id=by, corrects=entry,
        ), is_back=True)
        for place, (number, turn, payer, entry, union, county, note, by, debit, credit, amount)
        in enumerate(cursor.fetchall())
    ]  # fmt: skip
    _book(cursor, sides, day=day, at=at)


def again(cursor: Any, *, day: date, at: datetime) -> None:
    """Try again what receivers' books refused: on this day, since those that were closed stay closed."""
    cursor.execute(_OPEN, [MOST])
    found = cursor.fetchall()
    post(cursor, [number for number, _turn, is_back in found if not is_back], day=day, at=at)
    take_back(cursor, [(number, turn) for number, turn, is_back in found if is_back], day=day, at=at)


def _book(cursor: Any, sides: Sequence[_Side], *, day: date, at: datetime) -> None:
    """Post these; what is refused is kept to be tried again, what stands is settled."""
    posted = running.post_each(cursor, [side.booked for side in sides], kind=KIND, day=day, at=at)
    for statement, some in (
        (_REFUSED, [side for side in sides if posted[side.booked.key].broken]),
        (_STANDS, [side for side in sides if not posted[side.booked.key].broken]),
    ):
        if some:
            cursor.execute(statement, _values(some, posted, at))


def _values(some: Sequence[_Side], posted: dict[int, Posted], at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "ids": [side.payment_id for side in some],
        "rounds": [side.round for side in some],
        "backs": [side.is_back for side in some],
        "payers": [side.payer_id for side in some],
        "titles": [side.booked.note for side in some],
        "amounts": [side.booked.amount for side in some],
        "unions": [side.booked.union_id for side in some],
        "counties": [side.booked.county_id for side in some],
        "broken": [posted[side.booked.key].broken[:60] for side in some],
        "entries": [posted[side.booked.key].entry_id for side in some],
    }
