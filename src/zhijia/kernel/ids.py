"""Random identifiers that sort by the time they were made."""

import os
import time
from uuid import UUID

import numpy as np
from numpy.typing import NDArray


def new_id() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, the rest random. Never derived from a person."""
    stamp = time.time_ns() // 1_000_000
    raw = bytearray(stamp.to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))


def new_ids(count: int) -> list[UUID]:
    """Many such ids of this moment at once, for rows written together."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    noise = bytearray(os.urandom(10 * count))
    noise[0::10] = bytes(0x70 | byte & 0x0F for byte in noise[0::10])
    noise[2::10] = bytes(0x80 | byte & 0x3F for byte in noise[2::10])
    return [UUID(bytes=stamp + noise[place : place + 10]) for place in range(0, 10 * count, 10)]


def new_id_rows(count: int) -> NDArray[np.uint8]:
    """As many such ids of this moment as rows of sixteen bytes, for columns."""
    raw = np.frombuffer(os.urandom(16 * count), np.uint8).reshape(count, 16).copy()
    raw[:, :6] = np.frombuffer((time.time_ns() // 1_000_000).to_bytes(6, "big"), np.uint8)
    raw[:, 6] = 0x70 | raw[:, 6] & 0x0F
    raw[:, 8] = 0x80 | raw[:, 8] & 0x3F
    return raw
