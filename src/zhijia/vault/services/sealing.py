"""Putting values in. Anybody may put in; only those in scope look (the table's policy)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction

from zhijia.audit.services import NOWHERE, Place
from zhijia.kernel import ciphers
from zhijia.vault import kinds, locks
from zhijia.vault.places import SEALING, binding, row

TYPES = ("int2", "uuid", "uuid", "int4", "bytea", "int4", "int4", "int4", "uuid", "int8", "timestamptz")
"""Of the columns below, for binary COPY."""

COPY = """COPY {table}
 (kind, row_id, blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at)
FROM STDIN (FORMAT binary)"""
INSERT = """INSERT INTO vault_secret
 (kind, row_id, blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
UPDATE = """UPDATE vault_secret SET
 (blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at)
 = ROW (%s, %s, %s, %s, %s, %s, %s, %s, %s) WHERE kind = %s AND row_id = %s"""
MERGE = """INSERT INTO vault_secret
 (kind, row_id, blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at)
SELECT kind, row_id, blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at
FROM vault_incoming ON CONFLICT (kind, row_id) DO UPDATE SET
 (blind, blind_version, sealed, key_id, union_id, county_id, person_id, user_id, sealed_at)
 = ROW (excluded.blind, excluded.blind_version, excluded.sealed, excluded.key_id, excluded.union_id,
        excluded.county_id, excluded.person_id, excluded.user_id, excluded.sealed_at)"""


class Taken(IntegrityError):
    """Another row holds this value, under an index key that is being turned."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A value to be sealed for a row, with whose it is."""

    row_id: UUID | int
    value: str
    place: Place = NOWHERE
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Columns for COPY into `vault_secret`, in the order of the rows handed in. `blinds` is empty for a kind
    that is not searched; else sixteen bytes a row in one string."""

    kind: int
    sealed: list[bytes]
    key_id: int
    blinds: bytes
    blind_version: int | None

    def blind(self, place: int) -> UUID | None:
        """The index of one row."""
        return UUID(bytes=self.blinds[place * 16 : place * 16 + 16]) if self.blinds else None


def seal(
    kind: str,
    row_id: UUID | int,
    value: str,
    *,
    place: Place = NOWHERE,
    at: datetime,
    user_id: int | None = None,
    using: str = "default",
) -> None:
    """Keep this value for this row, in place of an earlier one. An empty value takes the earlier one away.

    Raises IntegrityError when the kind is unique and another row holds the value.
    """
    chosen, secret = kinds.get(kind), NewSecret(row_id, value, place, user_id)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        here: list[Any] = [chosen.number, row(row_id)]
        if not chosen.normal(value):
            cursor.execute("DELETE FROM vault_secret WHERE kind = %s AND row_id = %s", here)
            return
        (record,) = _records(chosen, [secret], at, using)
        cursor.execute(UPDATE, [*record[2:], *here])
        if cursor.rowcount == 0:
            cursor.execute(INSERT, record)


def seal_many(kind: str, secrets: Sequence[NewSecret], *, at: datetime) -> int:
    """Keep many values of a kind in two statements, in place of earlier ones; how many there were.

    Runs as `bulk`, in the caller's transaction there: the caller names the scope. Raises IntegrityError as
    `seal`."""
    chosen = kinds.get(kind)
    wanted = [secret for secret in secrets if chosen.normal(secret.value)]
    if not wanted:
        return 0
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        records = _records(chosen, wanted, at, "bulk")
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS vault_incoming (LIKE vault_secret) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM vault_incoming")
        copy_records(cursor, "vault_incoming", records)
        cursor.execute(MERGE)
    return len(records)


def copy_records(cursor: Any, table: str, records: Iterable[Sequence[Any]]) -> None:
    """Send rows, in the order of the columns above, to `table` by binary COPY."""
    with cursor.copy(COPY.format(table=table)) as copy:
        copy.set_types(TYPES)
        for record in records:
            copy.write_row(record)


def prepare(kind: str, row_ids: Sequence[UUID], values: Sequence[str], *, using: str = "bulk") -> Prepared:
    """Seal and index a column for a COPY of the caller's own, in the running transaction of `using`.

    Every value must be in its normal form and not empty. The caller has asked `find_many` who holds them
    already."""
    locks.writing(using)
    return _prepare(kinds.get(kind), row_ids, values)


def _prepare(kind: kinds.Kind, row_ids: Sequence[UUID], values: Sequence[str]) -> Prepared:
    ring = ciphers.keyring()
    key = ring.current(SEALING)
    sealed = ciphers.seal_many(
        key,
        [value.encode() for value in values],
        [binding(kind, row_id) for row_id in row_ids],
    )
    if kind.search is kinds.Search.NONE:
        return Prepared(kind.number, sealed, key.id, b"", None)
    index_key = ring.current(kind.index_name)
    return Prepared(kind.number, sealed, key.id, ciphers.index_bytes(index_key, values), index_key.id)


def _records(
    kind: kinds.Kind, secrets: Sequence[NewSecret], at: datetime, using: str
) -> list[tuple[Any, ...]]:
    locks.writing(using)
    row_ids = [row(secret.row_id) for secret in secrets]
    values = [kind.normal(secret.value) for secret in secrets]
    if kind.search is kinds.Search.UNIQUE:
        _require_free(kind, row_ids, values, using)
    made = _prepare(kind, row_ids, values)
    return [
        (
            kind.number,
            row_ids[count],
            made.blind(count),
            made.blind_version,
            made.sealed[count],
            made.key_id,
            secret.place.union_id,
            secret.place.county_id,
            secret.place.person_id,
            _owner(kind, secret),
            at,
        )
        for count, secret in enumerate(secrets)
    ]


def _owner(kind: kinds.Kind, secret: NewSecret) -> int | None:
    if kind.of_user and secret.user_id is None:
        return row(secret.row_id).int
    return secret.user_id


def _require_free(kind: kinds.Kind, row_ids: Sequence[UUID], values: Sequence[str], using: str) -> None:
    """While index keys turn, the unique index sees only values of one version: look under the older ones
    too."""
    older = ciphers.keyring().all(kind.index_name)[:-1]
    for key in older:
        owners = dict(zip(ciphers.index_many(key, values), row_ids, strict=True))
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT blind, row_id FROM vault_find(%s, %s)", [kind.number, list(owners)])
            if any(owners[blind] != holder for blind, holder in cursor.fetchall()):
                raise Taken(f"another row holds this {kind.name}")
