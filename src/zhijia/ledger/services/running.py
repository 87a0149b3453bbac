"""Posting entries of two legs for work nobody asks for by hand, on `bulk`: a broken promise is answered, not raised, so
that one of them holds up no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction

_ACCOUNTS = """
SELECT wanted.id, (SELECT a.id FROM ledger_account a
  WHERE a.union_id = wanted.union_id AND a.code = wanted.code AND a.fund = wanted.fund AND a.title = wanted.title
    AND a.partner_id IS NULL AND a.opened_on <= %(day)s AND (a.closed_on IS NULL OR a.closed_on > %(day)s)
  ORDER BY a.opened_on DESC LIMIT 1)
FROM unnest(%(ids)s::bigint[], %(unions)s::int[], %(codes)s::text[], %(funds)s::text[], %(titles)s::text[])
  AS wanted (id, union_id, code, fund, title)"""
_POST = """
SELECT wanted.id, posted.entry_id, posted.broken
FROM unnest(%(ids)s::bigint[], %(unions)s::int[], %(counties)s::int[], %(sources)s::text[], %(source_ids)s::text[],
  %(purposes)s::text[], %(notes)s::text[], %(corrects)s::bigint[], %(users)s::bigint[], %(debits)s::bigint[],
  %(credits)s::bigint[], %(amounts)s::bigint[])
  AS wanted (id, union_id, county_id, source, source_id, purpose, note, corrects, user_id, debit, credit, amount)
CROSS JOIN LATERAL ledger_post(wanted.union_id, wanted.county_id, %(day)s::date, %(kind)s, wanted.source,
  wanted.source_id, wanted.purpose, wanted.note, wanted.corrects, wanted.user_id, %(at)s,
  ARRAY[wanted.debit, wanted.credit], ARRAY[wanted.amount, -wanted.amount]) AS posted"""


_ENTRIES = """
INSERT INTO ledger_entry (union_id, county_id, day, kind, source, source_id, purpose, note, corrects_id, user_id,
  posted_at)
SELECT wanted.union_id, wanted.county_id, %(day)s::date, %(kind)s, wanted.source, wanted.source_id, wanted.purpose,
  wanted.note, wanted.corrects, wanted.user_id, %(at)s
FROM unnest(%(unions)s::int[], %(counties)s::int[], %(sources)s::text[], %(source_ids)s::text[], %(purposes)s::text[],
  %(notes)s::text[], %(corrects)s::bigint[], %(users)s::bigint[])
  AS wanted (union_id, county_id, source, source_id, purpose, note, corrects, user_id)
RETURNING id, source, source_id, purpose"""
_LEGS = """
INSERT INTO ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)
SELECT wanted.entry, side.number, side.account, wanted.union_id, wanted.county_id, %(day)s::date, side.amount
FROM unnest(%(entries)s::bigint[], %(unions)s::int[], %(counties)s::int[], %(debits)s::bigint[], %(credits)s::bigint[],
  %(amounts)s::bigint[]) AS wanted (entry, union_id, county_id, debit, credit, amount)
CROSS JOIN LATERAL (VALUES (1, wanted.debit, wanted.amount), (2, wanted.credit, -wanted.amount))
  AS side (number, account, amount)"""


@dataclass(frozen=True, slots=True)
class Booked:
    """Post `amount` (fen) of a union from one account to another for this source; `key` is the caller's number of it.
    `corrects` names the entry it takes back."""

    key: int
    union_id: int
    county_id: int
    source: str
    source_id: str
    purpose: str
    note: str
    debit: int
    credit: int
    amount: int
    user_id: int | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry that stands, or the name of the promise it would break."""

    entry_id: int | None
    broken: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The account of a union by code, fund and title."""

    key: int
    union_id: int
    code: str
    fund: str
    title: str = ""


def accounts(cursor: Any, wanted: Sequence[Wanted], *, day: date) -> dict[int, int | None]:
    """The open account of each, by the caller's number of it; none where it is not open on the day."""
    cursor.execute(
        _ACCOUNTS,
        {
            "day": day,
            "ids": [one.key for one in wanted],
            "unions": [one.union_id for one in wanted],
            "codes": [one.code for one in wanted],
            "funds": [one.fund for one in wanted],
            "titles": [one.title for one in wanted],
        },
    )
    return dict(cursor.fetchall())


def post_each(
    cursor: Any, some: Sequence[Booked], *, kind: str, day: date, at: datetime
) -> dict[int, Posted]:
    """Post each of these once for its source, in the running transaction of `bulk`; what came of it by the caller's
    number. Together where all of them keep every promise, else one by one. Whoever calls it puts it on the trail."""
    if not some:
        return {}
    values = _values(some, kind, day, at)
    try:
        with transaction.atomic(using="bulk"):
            return _together(cursor, some, values)
    except (IntegrityError, DataError):
        cursor.execute(_POST, values)
        return {key: Posted(entry, broken or "") for key, entry, broken in cursor.fetchall()}


def _together(cursor: Any, some: Sequence[Booked], values: dict[str, Any]) -> dict[int, Posted]:
    """All in two statements. Raises IntegrityError where one breaks a promise or stands already."""
    cursor.execute(_ENTRIES, values)
    numbers = {tuple(source): number for number, *source in cursor.fetchall()}
    entries = [numbers[one.source, one.source_id, one.purpose] for one in some]
    cursor.execute(_LEGS, {**values, "entries": entries})
    return {one.key: Posted(entry, "") for one, entry in zip(some, entries, strict=True)}


def _values(some: Sequence[Booked], kind: str, day: date, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "day": day,
        "at": at,
        "ids": [one.key for one in some],
        "unions": [one.union_id for one in some],
        "counties": [one.county_id for one in some],
        "sources": [one.source for one in some],
        "source_ids": [one.source_id for one in some],
        "purposes": [one.purpose for one in some],
        "notes": [one.note for one in some],
        "corrects": [one.corrects for one in some],
        "users": [one.user_id for one in some],
        "debits": [one.debit for one in some],
        "credits": [one.credit for one in some],
        "amounts": [one.amount for one in some],
    }
