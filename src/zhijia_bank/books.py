"""The bank's books in one SQLite file: accounts, transfers by reference, lines, what is due later, its clock."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from zhijia_bank.moods import CALM, Mood

HERE = timezone(timedelta(hours=8))
"""The bank's days are those of China."""
STATES = ("accepted", "paid", "failed", "returned")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (number TEXT PRIMARY KEY, name TEXT NOT NULL, balance INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS transfer (
  reference TEXT PRIMARY KEY, content TEXT NOT NULL, payer TEXT NOT NULL, amount INTEGER NOT NULL, name TEXT NOT NULL,
  account TEXT NOT NULL, bank TEXT NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL, bank_number TEXT NOT NULL,
  at TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS line (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, bank_number TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
  amount INTEGER NOT NULL, after INTEGER NOT NULL, name TEXT NOT NULL, other TEXT NOT NULL, reference TEXT NOT NULL,
  note TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS line_by_day ON line (account, day, id);
CREATE TABLE IF NOT EXISTS later (
  id INTEGER PRIMARY KEY, due REAL NOT NULL, what TEXT NOT NULL, reference TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS told (
  id INTEGER PRIMARY KEY, what TEXT NOT NULL, reference TEXT NOT NULL, times INTEGER NOT NULL, seconds REAL NOT NULL,
  amount INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event (
  id TEXT NOT NULL, copy INTEGER NOT NULL, body TEXT NOT NULL, forged INTEGER NOT NULL, due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, ended TEXT NOT NULL DEFAULT '', PRIMARY KEY (id, copy)) STRICT;
CREATE INDEX IF NOT EXISTS event_due ON event (due) WHERE ended = '';
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


class Conflict(Exception):
    """The reference is known with another content."""


class Unknown(Exception):
    """There is no such account or transfer here."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid: from whose account, so many fen, to whom."""

    reference: str
    payer: str
    amount: int
    name: str
    account: str
    bank: str = ""
    note: str = ""

    @property
    def content(self) -> str:
        """A digest of what is asked: the same order again has the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class Books:
    """One connection, one writer at a time. A method that writes is one transaction, on the disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._deep = 0
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.row_factory = sqlite3.Row
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.executescript(_SCHEMA)
        self._is_told = bool(self.rows("SELECT 1 FROM told LIMIT 1"))
        ahead = self.rows("SELECT value FROM setting WHERE name = 'ahead'")
        self._ahead = float(ahead[0]["value"]) if ahead else 0.0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction; within another one, a part of it."""
        with self._lock:
            if self._deep:
                yield
                return
            self._file.execute("BEGIN IMMEDIATE")
            self._deep += 1
            try:
                yield
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
            else:
                self._file.execute("COMMIT")
            finally:
                self._deep -= 1

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """What a query answers."""
        with self._lock:
            return [dict(row) for row in self._file.execute(sql, values)]

    def run(self, sql: str, *values: Any) -> None:
        """One statement of a transaction."""
        with self.writing():
            self._file.execute(sql, values)

    # the clock
    def now(self) -> datetime:
        """The bank's moment: the machine's and the days that were told to pass."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def pass_time(self, seconds: float) -> None:
        """Let time pass at the bank: what is due meanwhile becomes due now."""
        with self.writing():
            self._ahead += seconds
            self.run("INSERT OR REPLACE INTO setting VALUES ('ahead', ?)", str(self._ahead))

    # what was told
    def tell(self, mood: Mood, reference: str, times: int) -> None:
        """Be in this mood for so many transfers, or for the one of this reference."""
        values = (mood.what, reference, times, mood.seconds, mood.amount)
        self.run("INSERT INTO told (what, reference, times, seconds, amount) VALUES (?, ?, ?, ?, ?)", *values)
        self._is_told = True

    def calm(self) -> None:
        """Forget every mood."""
        self.run("DELETE FROM told")
        self._is_told = False

    def mood(self, among: dict[str, str], reference: str) -> Mood:
        """The mood that is told for this reference, or for any; each is used up. Calm where none is."""
        if not self._is_told:
            return CALM
        marks = ", ".join("?" * len(among))
        sql = f"SELECT * FROM told WHERE what IN ({marks}) AND reference IN ('', ?) ORDER BY reference DESC, id LIMIT 1"  # noqa: S608
        with self.writing():
            found = self.rows(sql, *among, reference)
            if not found:
                return CALM
            self.run("UPDATE told SET times = times - 1 WHERE id = ?", found[0]["id"])
            self.run("DELETE FROM told WHERE times <= 0")
            return Mood(found[0]["what"], found[0]["seconds"], found[0]["amount"])

    # accounts and lines
    def open_account(self, number: str, name: str, balance: int) -> None:
        """An account with what is in it; one that stands stays as it is."""
        self.run("INSERT OR IGNORE INTO account VALUES (?, ?, ?)", number, name, balance)

    def account(self, number: str) -> dict[str, Any]:
        """The account. Raises Unknown."""
        found = self.rows("SELECT * FROM account WHERE number = ?", number)
        if not found:
            raise Unknown(number)
        return found[0]

    def book(
        self, account: str, amount: int, *, bank_number: str, name: str, other: str, reference: str, note: str
    ) -> None:
        """One line of an account, and its new balance."""
        with self.writing():
            moved = self.rows(
                "UPDATE account SET balance = balance + ? WHERE number = ? RETURNING balance", amount, account
            )
            if not moved:
                raise Unknown(account)
            after, now = moved[0]["balance"], self.now()
            self.run(
                "INSERT INTO line (account, bank_number, day, at, amount, after, name, other, reference, note)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(
                    account,
                    bank_number,
                    day_of(now),
                    moment(now),
                    amount,
                    after,
                    name,
                    other,
                    reference,
                    note,
                ),
            )

    # transfers
    def transfer(self, reference: str) -> dict[str, Any] | None:
        """What became of a transfer; None where the reference is not known."""
        found = self.rows("SELECT * FROM transfer WHERE reference = ?", reference)
        return found[0] if found else None

    def standing(self, order: Order) -> dict[str, Any] | None:
        """The transfer of this order's reference. Raises Conflict where it says something else."""
        found = self.transfer(order.reference)
        if found is not None and found["content"] != order.content:
            raise Conflict(order.reference)
        return found

    def enter(self, order: Order, state: str, reason: str = "") -> dict[str, Any]:
        """Take a transfer in, in this state; what there is to say of it."""
        at, bank_number = moment(self.now()), number_of(order.reference)
        self.run(
            "INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(
                order.reference,
                order.content,
                order.payer,
                order.amount,
                order.name,
                order.account,
                order.bank,
            ),
            *(order.note, state, bank_number, at, reason),
        )
        said = {"reference": order.reference, "state": state, "amount": order.amount}
        return {**said, "bank_number": bank_number, "at": at, "reason": reason}

    def turn(self, reference: str, state: str, reason: str = "") -> None:
        """The transfer is in another state from now on."""
        sql = "UPDATE transfer SET state = ?, reason = ?, at = ? WHERE reference = ?"
        self.run(sql, state, reason, moment(self.now()), reference)

    def put_off(self, seconds: float, what: str, reference: str) -> None:
        """Something is to be done later, by the bank's clock."""
        due = self.now().timestamp() + seconds
        self.run("INSERT INTO later (due, what, reference) VALUES (?, ?, ?)", due, what, reference)

    def ledger(self) -> dict[str, Any]:
        """All of it, for those who check: accounts, transfers and lines."""
        with self._lock:
            return {
                "accounts": self.rows("SELECT * FROM account ORDER BY number"),
                "transfers": self.rows("SELECT * FROM transfer ORDER BY reference"),
                "lines": self.rows("SELECT * FROM line ORDER BY id"),
            }


def day_of(moment_: datetime) -> str:
    """The bank's day of a moment, as 2026-11-21."""
    return moment_.astimezone(HERE).date().isoformat()


def moment(value: datetime) -> str:
    """A moment as the bank writes it: ISO 8601 to the second, with its zone."""
    return value.astimezone(HERE).isoformat(timespec="seconds")


def number_of(reference: str) -> str:
    """The bank's own number of a transfer: always the same for a reference."""
    return "B" + str(int(hashlib.sha256(reference.encode()).hexdigest()[:14], 16)).zfill(17)
