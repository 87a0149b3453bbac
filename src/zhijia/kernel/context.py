"""The one way into the database for somebody: a transaction whose row policies know who is asking.

Pages (the middleware), jobs and commands all enter here (`design.md` 4, Context).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from zhijia.kernel.actors import Actor


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Open a transaction in which the row policies see `actor`. Leaves nothing set behind: the settings are
    local to the transaction (or to the savepoint's outer transaction, restored on the way out)."""
    with transaction.atomic():
        before = _current()
        enter(actor)
        yield actor
        if connection.in_atomic_block and not connection.needs_rollback:
            _set(*before)


@contextmanager
def whole(using: str = "bulk") -> Iterator[CursorWrapper]:
    """Open a transaction on the alias `bulk` for what must read every row (verification, roll-ups, imports):
    a read that a row policy would cut is an error there, never a smaller number. The caller names its scope."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        yield cursor


def enter(actor: Actor) -> None:
    """Tell the row policies of the running transaction who is asking."""
    _set(str(actor.user_id or ""), actor.request_id)


def _set(user: str, request: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('zhijia.user', %s, true), set_config('zhijia.request', %s, true)",
            [user, request],
        )


def _current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('zhijia.user', true), ''),"
            " coalesce(current_setting('zhijia.request', true), '')"
        )
        user, request = cursor.fetchone()
    return user, request
