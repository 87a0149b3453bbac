"""What posting cannot avoid: the same rows by binary COPY, and by bare INSERTs, into equal tables with the same indexes
and without a single check, trigger or policy. An entry, its two legs and its line on the trail, committed alone: as
three statements, and as one, which is the fastest way there is to write them; and as one statement that brings up
balances and months as well, since a ledger that answers a balance at once has to write those too."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

TABLES = ("ledger_entry", "ledger_leg")
APART = 10**9
"""So far apart are the numbers that different ways of writing give the same entries."""
_MADE = (*TABLES, "ledger_account", "ledger_month", "audit_entry")
_KEPT = {
    "ledger_entry": "run_id = %s",
    "ledger_leg": "entry_id IN (SELECT id FROM ledger_entry WHERE run_id = %s)",
}
_ENTRY = """
INSERT INTO bare_ledger_entry (id, union_id, county_id, day, kind, source, source_id, purpose, note, user_id, posted_at)
VALUES (%(number)s, %(union)s, 1, %(day)s, 'voucher', 'bench', %(name)s, '', '', 1, %(at)s)"""
_LEGS = """
INSERT INTO bare_ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)
VALUES (%(number)s, 1, %(debit)s, %(union)s, 1, %(day)s, %(amount)s),
  (%(number)s, 2, %(credit)s, %(union)s, 1, %(day)s, -%(amount)s)"""
_TRAIL = """
INSERT INTO bare_audit_entry (at, action, subject, subject_id, user_id, grant_id, channel, request_id, address, device,
  union_id, county_id, reason, detail)
VALUES (%(at)s, 'ledger.post', 'ledger_entry', %(name)s, 1, 1, 'demo', 'bench', '', '', %(union)s, 1, '', '{}')"""
_BALANCES = """
UPDATE bare_ledger_account SET balance = balance + CASE WHEN id = %(debit)s THEN %(amount)s ELSE -%(amount)s END
WHERE id IN (%(debit)s, %(credit)s)"""
_MONTHS = """
INSERT INTO bare_ledger_month AS kept (account_id, month, debit, credit, union_id, county_id)
VALUES (%(debit)s, %(month)s, %(amount)s, 0, %(union)s, 1), (%(credit)s, %(month)s, 0, %(amount)s, %(union)s, 1)
ON CONFLICT (account_id, month) DO UPDATE
  SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit"""
_EACH = (_ENTRY, _LEGS, _TRAIL)
_AT_ONCE = f"WITH entry AS ({_ENTRY}), legs AS ({_LEGS}) {_TRAIL}"
_WITH_SUMS = (
    f"WITH entry AS ({_ENTRY}), legs AS ({_LEGS}), balances AS ({_BALANCES}), months AS ({_MONTHS}) {_TRAIL}"
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

    def make_tables(self) -> None:
        """Empty ones, in place of those that may be there."""
        for table in _MADE:
            self._raw.execute(f"DROP TABLE IF EXISTS bare_{table}")
            self._raw.execute(
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

    def each_seconds(self, entries: Sequence[Single], at: datetime) -> float:
        """How long the bare INSERTs of so many entries take, three statements and a transaction each."""
        cursor = self._raw.cursor()
        began = time.perf_counter()
        for one in entries:
            values = _values(one, at, 0)
            with self._raw.transaction():
                for statement in _EACH:
                    cursor.execute(statement, values)
        return time.perf_counter() - began

    def at_once_seconds(self, entries: Sequence[Single], at: datetime) -> float:
        """How long they take as one statement each."""
        return self._seconds(_AT_ONCE, entries, at, 1)

    def with_sums_seconds(self, entries: Sequence[Single], at: datetime) -> float:
        """The same, with the accounts' balances and months brought up by plain statements."""
        return self._seconds(_WITH_SUMS, entries, at, 2)

    def take_accounts(self, union_id: int) -> None:
        """The union's accounts, for the sums."""
        self._raw.execute(
            "INSERT INTO bare_ledger_account SELECT * FROM ledger_account WHERE union_id = %s", [union_id]
        )

    def _seconds(self, statement: str, entries: Sequence[Single], at: datetime, turn: int) -> float:
        cursor = self._raw.cursor()
        began = time.perf_counter()
        for one in entries:
            cursor.execute(statement, _values(one, at, turn))
        return time.perf_counter() - began


def _values(one: Single, at: datetime, turn: int) -> dict[str, Any]:
    """The values of the statements; each turn at the same entries has numbers of its own."""
    (debit, amount), (credit, _against) = one.lines
    number = one.number + turn * APART
    return {
        "number": number,
        "name": str(number),
        "union": one.union_id,
        "day": one.day,
        "month": one.day.year * 100 + one.day.month,
        "debit": debit,
        "credit": credit,
        "amount": amount,
        "at": at,
    }
