"""Blind indexes: SM4-CMAC of a normal form, kept as a uuid. Equal values meet; only the key can try more."""

from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.cmac import CMAC

from zhijia.kernel.ciphers.batches import mac_many
from zhijia.kernel.ciphers.keys import Key


def index(key: Key, text: str) -> UUID:
    """The blind index of a normal form under its column's key."""
    worker = CMAC(SM4(key.secret))
    worker.update(text.encode())
    return UUID(bytes=worker.finalize())


def index_many(key: Key, texts: Sequence[str]) -> list[UUID]:
    """The same for a column, in order."""
    raw = index_bytes(key, texts)
    return [UUID(bytes=raw[start : start + 16]) for start in range(0, len(raw), 16)]


def index_bytes(key: Key, texts: Sequence[str]) -> bytes:
    """The same as one string of 16 bytes a value, for COPY."""
    return mac_many(key, [text.encode() for text in texts]).tobytes()
