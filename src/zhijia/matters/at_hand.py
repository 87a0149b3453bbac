"""The one case that jobs, and outside parties with a token, work on: row policies open it to them and no other. And the
cases that services have in hand, which row policies let be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from zhijia.kernel import rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting


@contextmanager
def at_hand(actor: Actor, case_id: UUID) -> Iterator[None]:
    """A transaction of an actor without rights in which the row policies open this case to it, and close it after."""
    with acting(actor):
        before = _now()
        _set(str(case_id))
        yield
        if connection.in_atomic_block and not connection.needs_rollback:
            _set(before)


@contextmanager
def also_at_hand(case_id: UUID) -> Iterator[None]:
    """Within the transaction of somebody who may not see this case: the row policies open it meanwhile, for what
    follows there from what they did elsewhere."""
    before = _now()
    _set(str(case_id))
    yield
    if not connection.needs_rollback:
        _set(before)


def _now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('zhijia.case', true), '')")
        return str(cursor.fetchone()[0])


def _set(case_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.case', %s, true)", [case_id])


def take(case_id: UUID) -> None:
    """Have the case in hand for whoever is asking: the row policies let its rows be written until the transaction ends
    or somebody else asks in it. The services do so once they know that whoever is asking may."""
    rows.run("SELECT matters_take(%s)", [case_id])
