"""Sending columns to the database by COPY, hashing what is sent."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from zhijia.kernel import copies
from zhijia.web.demo.cells import Rows


@dataclass(slots=True)
class Sender:
    """Writes tables through one cursor and keeps count: rows by table, and a running SHA-256 digest over all
    that was told apart from what is sealed (sealing is never twice the same). Rows of the tables named in `frozen`,
    which this transaction emptied, need no looking after later."""

    cursor: Any
    frozen: frozenset[str] = frozenset()
    rows: dict[str, int] = field(default_factory=dict)
    _hash: Any = field(default_factory=hashlib.sha256)

    def send(self, table: str, frame: pl.DataFrame) -> None:
        """COPY the frame into the table; its columns are the table's."""
        content = frame.write_csv(include_header=False).encode()
        columns = ", ".join(frame.columns)
        self._copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)", table, len(frame), content)
        self._hash.update(content)

    def take(self, rows: Rows) -> None:
        """COPY rows made ready."""
        if not rows.many:
            return
        table, into = rows.into.split(maxsplit=2)[1], rows.into
        if table in self.frozen:
            into = into.replace("(FORMAT binary)", "(FORMAT binary, FREEZE)")
        self._copy(into, table, rows.many, copies.HEAD, rows.content, copies.END)
        if rows.told:
            self._hash.update(rows.content)

    @property
    def digest(self) -> str:
        """The digest over everything told so far, in hexadecimal."""
        return str(self._hash.hexdigest())

    def _copy(self, statement: str, table: str, many: int, *content: bytes) -> None:
        with self.cursor.copy(statement) as copy:
            for part in content:
                copy.write(part)
        self.rows[table] = self.rows.get(table, 0) + many
