"""A key and its number. The number travels with what the key made; the key never does."""

from dataclasses import dataclass

SIZE = 16
"""Bytes of an SM4 key (GB/T 32907)."""


@dataclass(frozen=True, slots=True)
class Key:
    """An SM4 key and its id (1 to 65535) within the name it serves. `repr` does not show the secret."""

    id: int
    secret: bytes

    def __post_init__(self) -> None:
        if not 1 <= self.id <= 0xFFFF or len(self.secret) != SIZE:
            raise ValueError("a key has an id of 1 to 65535 and 16 bytes")

    def __repr__(self) -> str:
        return f"Key({self.id})"
