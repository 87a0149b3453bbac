"""The limit of cases: the rows each case wrote, written again under new keys by bare INSERTs of whole rows, in as many
transactions as people acted, past row policies, on one connection, without reading, locking or changing anything."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from psycopg.types.json import Jsonb

_CASE_TOLD = """(SELECT c.id FROM notices_message m JOIN matters_case c ON c.number = m."values" ->> 'number'
  WHERE m.id = (t.args ->> 'message_id')::uuid)"""
KEYS_FROM = 10**12
"""Numbered rows of the limit begin here, far from those of the engine."""
TABLES = {
    "matters_case": ("id", "id = ANY (%s)"),
    "matters_answer": ("case_id", "case_id = ANY (%s)"),
    "matters_step": ("case_id", "case_id = ANY (%s)"),
    "matters_decision": ("case_id", "case_id = ANY (%s)"),
    "facts_fact": ("record_id", "record = 'case' AND record_id = ANY (%s::text[])"),
    "audit_entry": ("subject_id", "subject = 'case' AND subject_id = ANY (%s::text[])"),
    "notices_message": (
        """(SELECT id FROM matters_case WHERE number = t."values" ->> 'number')""",
        """"values" ->> 'number' = ANY (SELECT number FROM matters_case WHERE id = ANY (%s))""",
    ),
    "procrastinate_jobs": (_CASE_TOLD, f"{_CASE_TOLD} = ANY (%s)"),
}
CHANGED = {"matters_case", "matters_step"}
KEYS = {"id", "case_id", "step_id", "posted_key", "record_id", "subject_id"}
LEFT_OUT = {"facts_fact": ("id", "month"), "audit_entry": ("id",), "procrastinate_jobs": ("id",)}
Rows = list[tuple[Any, ...]]


class Prepared:
    """The rows of some cases, under new keys, sorted into the transactions in which they came up."""

    def __init__(self, case_ids: Sequence[UUID]) -> None:
        self._new: dict[str, UUID] = {}
        self._statements: dict[str, Composed] = {}
        self._work: list[dict[str, Rows]] = []
        found: dict[str, dict[str, list[tuple[int, int, tuple[Any, ...]]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        with connections["bulk"].cursor() as cursor:
            for table, (case_of, condition) in TABLES.items():
                cursor.execute(
                    f"SELECT t.xmin::text::bigint, {case_of}, * FROM {table} t WHERE {condition} ORDER BY 1",  # noqa: S608 - constants
                    [list(case_ids)],
                )
                names = [column.name for column in cursor.description or ()]
                kept = [
                    place
                    for place, name in enumerate(names)
                    if place > 1 and name not in LEFT_OUT.get(table, ())
                ]
                number = names.index("number") if table == "matters_step" else 0
                self._statements[table] = SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    Identifier(table),
                    SQL(", ").join(Identifier(names[place]) for place in kept),
                    SQL(", ").join([Placeholder()] * len(kept)),
                )
                for row in cursor.fetchall():
                    renewed = tuple(self._renewed(names[place], row[place]) for place in kept)
                    found[str(row[1])][table].append((row[0], row[number], renewed))
        for rows in found.values():
            self._work.extend(_sorted(rows))
        self.rows = sum(len(rows) for done in self._work for rows in done.values())

    def write(self) -> float:
        """Seconds to write them all."""
        connections["bulk"].ensure_connection()
        raw = connections["bulk"].connection
        began = time.perf_counter()
        for done in self._work:
            with raw.transaction(), raw.cursor() as cursor:
                for table, rows in done.items():
                    cursor.executemany(self._statements[table], rows)
        return time.perf_counter() - began

    @property
    def transactions(self) -> int:
        """How many transactions the rows are written in."""
        return len(self._work)

    def _renewed(self, name: str, value: Any) -> Any:
        """The same value, or the new key where it is a key of these rows."""
        if isinstance(value, dict | list):
            return Jsonb(value)
        if name == "number" and isinstance(value, str):
            return f"L{uuid4().int % 10**18:018d}"
        if name not in KEYS or value is None:
            return value
        if isinstance(value, int):
            return value + KEYS_FROM
        new = self._new.setdefault(str(value), uuid4())
        return str(new) if isinstance(value, str) else new


def _sorted(rows: dict[str, list[tuple[int, int, tuple[Any, ...]]]]) -> list[dict[str, Rows]]:
    """The rows of one case by transaction: a row that was changed later came up when the case, or the step before it,
    did."""
    moments = sorted(
        {written for table in rows if table not in CHANGED for written, _place, _row in rows[table]}
    )
    work: list[dict[str, Rows]] = [defaultdict(list) for _moment in moments]
    for table in TABLES:
        for written, place, row in rows[table]:
            if table == "matters_case":
                turn = 0
            else:
                turn = place if table == "matters_step" else moments.index(written)
            work[turn][table].append(row)
    return work
