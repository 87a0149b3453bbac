"""What posting cannot avoid: the same rows by binary COPY, and by bare INSERTs, into equal tables with the same indexes
and without a single check, trigger or policy."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

TABLES = ("ledger_entry", "ledger_leg")
_MADE = (*TABLES, "audit_entry")
_KEPT = {
    "ledger_entry": "run_id = %s",
    "ledger_leg": "entry_id IN (SELECT id FROM ledger_entry WHERE run_id = %s)",
}
_ENTRY = (
    "INSERT INTO bare_ledger_entry (id, union_id, county_id, day, kind, source, source_id, purpose, note, user_id,"
    " posted_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_LEG = (
    "INSERT INTO bare_ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s)"
)


_TRAIL = (
    "INSERT INTO bare_audit_entry (at, action, subject, subject_id, user_id, grant_id, channel, request_id, address,"
    " device, union_id, county_id, reason, detail)"
    " VALUES (%s, 'ledger.post', 'ledger_entry', %s, 1, 1, 'demo', 'bench', '', '', %s, 1, '', '{}')"
)


@dataclass(frozen=True, slots=True)
class Single:
    """An entry of two lines (account, fen) at a union."""

    number: int
    union_id: int
    day: date
    lines: tuple[tuple[int, int], tuple[int, int]]


class Bare:
    """Equal tables, filled past everything that checks; `raw` is a connection of the owner's."""

    def __init__(self, raw: Connection[Any]) -> None:
        self._raw = raw
        for table in _MADE:
            raw.execute(f"DROP TABLE IF EXISTS bare_{table}")
            raw.execute(
                f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
            )

    def copy_seconds(self, run_id: UUID) -> float:
        """How long the rows of a run take, as bytes in hand: in one transaction, as the run wrote them."""
        dumped = {}
        for table in TABLES:
            with (
                self._raw.cursor() as cursor,
                cursor.copy(
                    f"COPY (SELECT * FROM {table} WHERE {_KEPT[table]}) TO STDOUT (FORMAT binary)",  # noqa: S608 - constants
                    [run_id],
                ) as copy,
            ):
                dumped[table] = b"".join(bytes(piece) for piece in copy)
        began = time.perf_counter()
        with self._raw.transaction(), self._raw.cursor() as cursor:
            for table, rows in dumped.items():
                with cursor.copy(f"COPY bare_{table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(rows)
        return time.perf_counter() - began

    def insert_seconds(self, entries: Sequence[Single], at: datetime) -> float:
        """How long the bare INSERTs of so many entries of two legs take, a transaction each, with their line of the
        trail."""
        began = time.perf_counter()
        for one in entries:
            with self._raw.transaction(), self._raw.cursor() as cursor:
                cursor.execute(
                    _ENTRY,
                    (
                        one.number,
                        one.union_id,
                        1,
                        one.day,
                        "voucher",
                        "bench",
                        str(one.number),
                        "",
                        "",
                        1,
                        at,
                    ),
                )
                (first, amount), (second, _against) = one.lines
                cursor.execute(
                    _LEG,
                    (
                        *(one.number, 1, first, one.union_id, 1, one.day, amount),
                        *(one.number, 2, second, one.union_id, 1, one.day, -amount),
                    ),
                )
                cursor.execute(_TRAIL, (at, one.number, one.union_id))
        return time.perf_counter() - began
