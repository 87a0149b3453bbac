"""Writers and the turning of keys keep out of each other's way.

A writer takes the shared lock before it asks for the current key and keeps it to the end of its transaction;
turning and destroying keys takes the exclusive one. So nothing is ever written with a key that is gone.
"""

from django.db import connections

_KEYS = 0x5A4A_0101


def writing(using: str) -> None:
    """Shared with other writers, until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared", using)


def turning(using: str) -> None:
    """Alone, until the transaction ends; waits for the writers under way."""
    _lock("pg_advisory_xact_lock", using)


def _lock(function: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_KEYS])
