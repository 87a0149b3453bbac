"""What a session of the app's role tries by SQL, past every service."""

from collections.abc import Mapping
from typing import Any

from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from zhijia.kernel import context
from zhijia.kernel.actors import Actor


def refused(actor: Actor, write: str, values: Mapping[str, Any]) -> bool:
    """Whether the database says that this is not for them. What it lets through is taken back."""
    context.enter(actor)
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute(write, values)
    except ProgrammingError as told:
        if isinstance(told.__cause__, InsufficientPrivilege):
            return True
        raise
    finally:
        transaction.savepoint_rollback(point)
    return False
