"""Where a value belongs: its row, and the words that bind the ciphertext to it."""

from uuid import UUID

from zhijia.vault.kinds import Kind

SEALING = "vault"
"""The name of the sealing keys in the ring."""


def row(row_id: UUID | int) -> UUID:
    """The row's id as the vault keeps it: a number becomes the uuid of that number."""
    return UUID(int=row_id) if isinstance(row_id, int) else row_id


def binding(kind: Kind, row_id: UUID) -> bytes:
    """The associated data: 'table.column:' and the sixteen bytes of the row's id."""
    return kind.name.encode() + b":" + row_id.bytes
