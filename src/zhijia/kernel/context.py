"""The one way into the database for somebody: a transaction whose row policies know who is asking.

Pages (the middleware), jobs and commands all enter here (`design.md` 4, Context).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from zhijia.kernel import rows
from zhijia.kernel.actors import Actor

_SETTINGS = ("zhijia.user", "zhijia.request", "zhijia.channel")
_watched: list[tuple[str, Callable[[Any], None]]] = []


def watch(expression: str, take: Callable[[Any], None]) -> None:
    """With every entry from now on have the database say `expression` (SQL of ours, one cheap value) and hand it to
    `take`: so what a process remembers of a table is never older than its transaction, without a statement more."""
    _watched.append((expression, take))


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Open a transaction in which the row policies see `actor`. Leaves nothing set behind: the settings end with the
    transaction; inside another one, those of the outer are restored on the way out."""
    within = connection.in_atomic_block
    with transaction.atomic():
        before = _current() if within else None
        enter(actor)
        yield actor
        if before and connection.in_atomic_block and not connection.needs_rollback:
            _set(before)


@contextmanager
def whole(using: str = "bulk") -> Iterator[CursorWrapper]:
    """Open a transaction on the alias `bulk` for what must read every row (verification, roll-ups, imports):
    a read that a row policy would cut is an error there, never a smaller number. The caller names its scope."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        yield cursor


def enter(actor: Actor) -> None:
    """Tell the row policies of the running transaction who is asking."""
    said = _set(
        (str(actor.user_id or ""), actor.request_id, actor.channel),
        *(expression for expression, _take in _watched),
    )
    for value, (_expression, take) in zip(said, _watched, strict=True):
        take(value)


def _set(who: Sequence[str], *more: str) -> list[Any]:
    """Set who is asking, in which request, through which channel, and what `more` says."""
    asked = ", ".join([*(f"set_config('{name}', %s, true)" for name in _SETTINGS), *more])
    return list(rows.run(f"SELECT {asked}", list(who))[0][len(_SETTINGS) :])


def _current() -> Sequence[str]:
    asked = ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        found: tuple[str, ...] = cursor.fetchone()
    return found
