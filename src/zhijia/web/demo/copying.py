"""Sending columns to the database by COPY, hashing what is sent."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(slots=True)
class Sender:
    """Writes tables through one cursor and keeps count: rows by table, and a running SHA-256 digest over all
    that was told apart from what is sealed (sealing is never twice the same)."""

    cursor: Any
    rows: dict[str, int] = field(default_factory=dict)
    _hash: Any = field(default_factory=hashlib.sha256)

    def send(self, table: str, frame: pl.DataFrame, *, told: bool = True) -> None:
        """COPY the frame into the table; its columns are the table's."""
        content = frame.write_csv(include_header=False).encode()
        if told:
            self._hash.update(content)
        columns = ", ".join(frame.columns)
        with self.cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(content)
        self.rows[table] = self.rows.get(table, 0) + len(frame)

    @property
    def digest(self) -> str:
        """The digest over everything told so far, in hexadecimal."""
        return str(self._hash.hexdigest())
