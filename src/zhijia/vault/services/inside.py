"""Whole columns for work that never shows a value: what a batch compares, and the keyed digests it groups by."""

from collections.abc import Sequence
from uuid import UUID

from zhijia.kernel import ciphers
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal


def read_many_inside(kind: str, row_ids: Sequence[UUID], *, using: str = "bulk") -> dict[UUID, str]:
    """The clear values of these rows, in one query, for a service that compares or seals them; rows without one are
    missing. They must not reach a page, an answer, a message, the trail or a table. The caller names the scope."""
    held = Secret.objects.using(using).filter(kind=kinds.get(kind).number, row_id__in=list(row_ids))
    return {secret.row_id: unseal(secret) for secret in held.only("kind", "row_id", "sealed")}


def digest_many(purpose: str, texts: Sequence[str]) -> list[int]:
    """A keyed digest of each text as a signed number of 64 bits, to group rows by: stable for good, and nobody
    without the key can try values. Two texts share one by chance once in 2^64: whoever groups compares again."""
    key = ciphers.keyring().all(f"digest:{purpose}")[0]
    raw = ciphers.index_bytes(key, texts)
    return [int.from_bytes(raw[place : place + 8], "big", signed=True) for place in range(0, len(raw), 16)]
