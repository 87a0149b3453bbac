"""Whole columns for work that never shows a value: what a batch compares, and the keyed digests it groups by."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connections

from zhijia.kernel import ciphers
from zhijia.vault import kinds
from zhijia.vault.places import SEALING, binding

_HELD = "SELECT row_id, sealed FROM vault_secret WHERE kind = %s AND row_id = ANY (%s::uuid[])"


def read_many_inside(kind: str, row_ids: Sequence[UUID], *, using: str = "bulk") -> dict[UUID, str]:
    """The clear values of these rows, in one query, for a service that compares or seals them; rows without one are
    missing. They must not reach a page, an answer, a message, the trail or a table. The caller names the scope."""
    chosen, ring = kinds.get(kind), ciphers.keyring()
    keys: dict[int, ciphers.Key] = {}
    clear = {}
    with connections[using].cursor() as cursor:
        cursor.execute(_HELD, [chosen.number, "{" + ",".join(map(str, row_ids)) + "}"])
        for row_id, held in cursor.fetchall():
            sealed = bytes(held)
            number = ciphers.key_id(sealed)
            if number not in keys:
                keys[number] = ring.key(SEALING, number)
            clear[row_id] = ciphers.open(keys[number], sealed, binding(chosen, row_id)).decode()
    return clear


def digest_many(purpose: str, texts: Sequence[str]) -> list[int]:
    """A keyed digest of each text as a signed number of 64 bits, to group rows by: stable for good, and nobody
    without the key can try values. Two texts share one by chance once in 2^64: whoever groups compares again."""
    key = ciphers.keyring().all(f"digest:{purpose}")[0]
    raw = ciphers.index_bytes(key, texts)
    return [int.from_bytes(raw[place : place + 8], "big", signed=True) for place in range(0, len(raw), 16)]
