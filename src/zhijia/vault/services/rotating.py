"""Turning keys while the platform is in use (CRY-01): old and new keys open, new values take the new key, and
a job brings the rest over in small transactions. Then the old keys are destroyed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from zhijia.audit import services as audit
from zhijia.kernel import ciphers
from zhijia.kernel.actors import Actor
from zhijia.vault import kinds, locks
from zhijia.vault.places import SEALING, binding

BATCH = 2000
_INDEXED = [kind for kind in kinds.KINDS if kind.search is not kinds.Search.NONE]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: values brought over, and older keys destroyed."""

    values: int
    keys_destroyed: int


@dataclass(frozen=True, slots=True)
class _Row:
    kind: kinds.Kind
    row_id: UUID
    sealed: bytes
    blind: UUID | None


def turn_keys(*, actor: Actor, at: datetime) -> None:
    """New keys for sealing and for every index. From now on new values take them; `rotate` brings over the
    rest."""
    ring = ciphers.keyring()
    names = [SEALING, *(kind.index_name for kind in _INDEXED)]
    with transaction.atomic(using="bulk"):
        locks.turning("bulk")
        audit.record(
            actor=actor, at=at, action="vault.turn_keys", subject="vault", subject_id="keys",
            detail={"keys": len(names)}, using="bulk",
        )  # fmt: skip
        for name in names:
            ring.turn(name)


def rotate(*, actor: Actor, at: datetime, batch: int = BATCH) -> Rotated:
    """Bring every value to the current keys, in transactions of `batch` rows, then destroy the older keys.

    Can be killed and run again at any moment. Raises CannotOpen when a value does not open: nothing is
    destroyed and nothing overwritten then."""
    values = 0
    while count := _bring_over(batch):
        values += count
    destroyed = _destroy_older(actor, at, values)
    return Rotated(values, destroyed)


def _bring_over(batch: int) -> int:
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        locks.writing("bulk")
        cursor.execute("SET LOCAL row_security = off")
        rows = _behind(cursor, batch)
        if not rows:
            return 0
        ring = ciphers.keyring()
        sealing = ring.current(SEALING)
        clear = [_open(ring, row) for row in rows]
        sealed = ciphers.seal_many(sealing, clear, [binding(row.kind, row.row_id) for row in rows])
        indexes = [_index(ring, row, text) for row, text in zip(rows, clear, strict=True)]
        cursor.execute(
            "UPDATE vault_secret s SET sealed = n.sealed, key_id = %s, blind = n.blind,"
            " blind_version = n.blind_version"
            " FROM unnest(%s::int[], %s::uuid[], %s::bytea[], %s::uuid[], %s::int[])"
            " AS n (kind, row_id, sealed, blind, blind_version)"
            " WHERE s.kind = n.kind AND s.row_id = n.row_id",
            [
                sealing.id,
                [row.kind.number for row in rows],
                [row.row_id for row in rows],
                sealed,
                [blind for blind, _ in indexes],
                [version for _, version in indexes],
            ],
        )
        return len(rows)


def _behind(cursor: Any, batch: int) -> list[_Row]:
    """Rows whose sealing or index key is not the current one, locked."""
    cursor.execute(
        "SELECT s.kind, s.row_id, s.sealed, s.blind FROM vault_secret s"
        " LEFT JOIN unnest(%s::int[], %s::int[]) AS c (kind, version) ON c.kind = s.kind"
        " WHERE s.key_id <> %s OR (s.blind IS NOT NULL AND s.blind_version <> c.version)"
        " LIMIT %s FOR UPDATE OF s",
        [*_current_versions(), ciphers.keyring().current(SEALING).id, batch],
    )
    return [
        _Row(kinds.by_number(number), row_id, bytes(sealed), blind)
        for number, row_id, sealed, blind in cursor.fetchall()
    ]


def _current_versions() -> tuple[list[int], list[int]]:
    ring = ciphers.keyring()
    return [kind.number for kind in _INDEXED], [ring.current(kind.index_name).id for kind in _INDEXED]


def _open(ring: ciphers.Keyring, row: _Row) -> bytes:
    key = ring.key(SEALING, ciphers.key_id(row.sealed))
    return ciphers.open(key, row.sealed, binding(row.kind, row.row_id))


def _index(ring: ciphers.Keyring, row: _Row, clear: bytes) -> tuple[UUID | None, int | None]:
    if row.blind is None:
        return None, None
    key = ring.current(row.kind.index_name)
    return ciphers.index(key, row.kind.normal(clear.decode())), key.id


def _destroy_older(actor: Actor, at: datetime, values: int) -> int:
    """Destroy keys that nothing uses, with every writer kept out while we look."""
    ring = ciphers.keyring()
    destroyed = 0
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        locks.turning("bulk")
        cursor.execute("SET LOCAL row_security = off")
        if _behind(cursor, 1):
            return 0
        for name in (SEALING, *(kind.index_name for kind in _INDEXED)):
            for key in ring.all(name)[:-1]:
                ring.retire(name, key.id)
                destroyed += 1
        audit.record(
            actor=actor, at=at, action="vault.rotate", subject="vault", subject_id="keys",
            detail={"values": values, "keys_destroyed": destroyed}, using="bulk",
        )  # fmt: skip
    return destroyed
