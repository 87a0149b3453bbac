"""Posting many entries at once, by COPY, as the role `bulk`: the same promises, kept by the same statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes, Texts

CHUNK = 50_000
"""Entries that go over in one statement."""
_ENTRY = (
    "COPY ledger_entry (id, union_id, county_id, day, kind, source, source_id, purpose, note, user_id, run_id,"
    " posted_at) FROM STDIN (FORMAT binary)"
)
_LEG = (
    "COPY ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)"
    " FROM STDIN (FORMAT binary)"
)
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one kind in columns, a row each: their union and its county, their day, the id of what each is posted
    for, and the purpose (one for all, or a row each). Of their legs, `first` is where each entry's begin; account and
    amount (fen) a row each, of accounts of the entry's own union."""

    kind: str
    source: str
    purpose: str | Sequence[str]
    unions: NDArray[np.int64]
    counties: NDArray[np.int64]
    days: NDArray[np.datetime64]
    source_ids: Sequence[str]
    first: NDArray[np.int64]
    accounts: NDArray[np.int64]
    amounts: NDArray[np.int64]


def post_many(
    entries: Entries, *, at: datetime, run_id: UUID, user_id: int | None = None, chunk: int = CHUNK
) -> int:
    """Write the entries into the books, in the running transaction of `bulk`; how many. Whoever calls it has asked for
    the right and puts the run on the trail. Raises IntegrityError, named like the promise, for an entry that breaks
    one: nothing of the transaction stays then."""
    many = len(entries.source_ids)
    for start in range(0, many, chunk):
        _copy(entries, slice(start, min(start + chunk, many)), at, run_id, user_id)
    return many


def _copy(entries: Entries, rows: slice, at: datetime, run_id: UUID, user_id: int | None) -> None:
    database = connections["bulk"]
    many = rows.stop - rows.start
    with database.wrap_database_errors, database.cursor() as cursor:
        cursor.execute(_NUMBERS, [many])
        numbers = np.fromiter((row[0] for row in cursor.fetchall()), np.int64, many)
        # What the trigger has planned for another number of rows would be slow here, and the other way round.
        cursor.execute("DISCARD PLANS")
        _write(cursor, _ENTRY, _entry_rows(entries, rows, numbers, at, run_id, user_id))
        _write(cursor, _LEG, _leg_rows(entries, rows, numbers))
        cursor.execute("DISCARD PLANS")


def _write(cursor: Any, into: str, rows: bytes) -> None:
    with cursor.copy(into) as copy:
        copy.write(copies.HEAD)
        copy.write(rows)
        copy.write(copies.END)


def _entry_rows(
    entries: Entries, rows: slice, numbers: NDArray[np.int64], at: datetime, run_id: UUID, user_id: int | None
) -> bytes:
    return copies.rows(
        len(numbers),
        [
            copies.int8(numbers),
            copies.int4(entries.unions[rows]),
            copies.int4(entries.counties[rows]),
            copies.days(entries.days[rows]),
            copies.of_text(entries.kind),
            copies.of_text(entries.source),
            Texts([one.encode() for one in entries.source_ids[rows]]),
            copies.of_text(entries.purpose)
            if isinstance(entries.purpose, str)
            else Texts([one.encode() for one in entries.purpose[rows]]),
            copies.of_text(""),
            copies.of_int(user_id, 8),
            copies.cell(run_id.bytes),
            copies.of_moment(at),
        ],
    )


def _leg_rows(entries: Entries, rows: slice, numbers: NDArray[np.int64]) -> bytes:
    ends = np.append(entries.first, len(entries.accounts))
    counts = np.diff(ends)[rows]
    legs = slice(int(ends[rows.start]), int(ends[rows.stop]))
    many = int(counts.sum())
    positions = np.arange(many) - np.repeat(np.cumsum(counts) - counts, counts) + 1

    def spread(column: NDArray[Any]) -> NDArray[Any]:
        """The entry's value, once for each of its legs."""
        return np.repeat(column, counts)

    columns: list[Bytes] = [
        copies.int8(spread(numbers)),
        copies.int2(positions),
        copies.int8(entries.accounts[legs]),
        copies.int4(spread(entries.unions[rows])),
        copies.int4(spread(entries.counties[rows])),
        copies.days(spread(entries.days[rows])),
        copies.int8(entries.amounts[legs]),
    ]
    return copies.rows(many, columns)
