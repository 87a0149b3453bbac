"""Rows of a model by the statements that are said again and again: written once a process, planned once a connection.

Django puts every statement together anew and the server plans it anew; for a handful of rows that is most of the work.
What is written here is the same INSERT, UPDATE and SELECT, bound on the server (`run`).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DatabaseError, NotSupportedError, ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from psycopg import Cursor, errors
from psycopg.pq import ExecStatus, TransactionStatus

PLANNED_FROM = 3
"""After so many times on one connection the server keeps the plan."""
NEVER = 2**31
_LOST = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
"""What the server says of a plan that no longer fits its table, and of one that somebody else let go."""
Row = TypeVar("Row", bound=Model)


def run(
    sql: str, values: Sequence[Any] | Mapping[str, Any] = (), using: str = "default"
) -> list[tuple[Any, ...]]:
    """What a statement of ours answers. It is seen by whoever watches the connection, like any other."""
    return _run(sql, values, using)[0]


def _run(sql: str, values: Any, using: str) -> tuple[list[tuple[Any, ...]], int]:
    """A plan that is lost is made anew. In a transaction that is too late: the connection ends with the request."""
    connection = connections[using]
    connection.ensure_connection()
    raw: Any = connection.connection
    if raw.prepare_threshold is None:  # as Django opens it
        raw.prepare_threshold = PLANNED_FROM if _alone_with_the_server(connection) else NEVER
    try:
        return _answered(connection, sql, values)
    except (NotSupportedError, ProgrammingError) as error:
        if not isinstance(error.__cause__, _LOST):
            raise
        if raw.info.transaction_status != TransactionStatus.IDLE:
            connection.close_at = 0.0
            raise
    raw.execute("DEALLOCATE ALL")
    return _answered(connection, sql, values)


def _answered(connection: BaseDatabaseWrapper, sql: str, values: Any) -> tuple[list[tuple[Any, ...]], int]:
    with connection.wrap_database_errors:
        bound: Any = Cursor(connection.connection)
        watched = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
        with watched(bound) as cursor:
            cursor.execute(sql, values)
            answers = bound.pgresult.status == ExecStatus.TUPLES_OK
            return (list(bound.fetchall()) if answers else []), bound.rowcount


def _alone_with_the_server(connection: BaseDatabaseWrapper) -> bool:
    """Whether the server itself is at the other end. A pooler gives numbers of its own; behind one that hands
    connections on, the plan under a name may be somebody else's, and would answer for ours."""
    with connection.wrap_database_errors:
        raw: Any = connection.connection
        return bool(raw.execute("SELECT pg_backend_pid()").fetchone()[0] == raw.info.backend_pid)


def insert(row: Row, using: str = "default") -> Row:
    """Write a new row; a key the database gives is on it afterwards."""
    sql, fields, asks = _inserting(type(row))
    connection = connections[using]
    given = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    answered = run(sql, given, using)
    if asks:
        row.pk = answered[0][0]
    row._state.adding, row._state.db = False, using
    return row


def change(row: Model, *names: str, using: str = "default") -> None:
    """Write these fields of a row that is there. Raises DatabaseError when it is not, or may not be written."""
    sql, fields = _changing(type(row), names)
    connection = connections[using]
    given = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    _rows, count = _run(sql, given, using)
    if count != 1:
        raise DatabaseError(f"{count} rows of {type(row)._meta.db_table} were written, not the one.")


def columns(model: type[Model], alias: str, leave_out: tuple[str, ...] = ()) -> str:
    """The columns of a model for a SELECT, in the order `made` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model, leave_out))


def made(
    model: type[Row], values: Sequence[Any], leave_out: tuple[str, ...] = (), using: str = "default"
) -> Row:
    """The row as an instance, of the values of its `columns`. What was left out is read when it is asked for."""
    fields, connection = _fields(model, leave_out), connections[using]
    read = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(using, [field.attname for field in fields], read)


def find(model: type[Row], key: object, using: str = "default") -> Row | None:
    """The row of this key, where whoever asks may see it."""
    found = run(_finding(model), [key], using)
    return made(model, found[0], using=using) if found else None


@cache
def _finding(model: type[Model]) -> str:
    key = model._meta.pk.column
    return f'SELECT {columns(model, "t")} FROM "{model._meta.db_table}" t WHERE t."{key}" = %s'  # noqa: S608


@cache
def _fields(model: type[Model], leave_out: tuple[str, ...]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.concrete_fields if field.name not in leave_out)


@cache
def _inserting(model: type[Model]) -> tuple[str, list["Field[Any, Any]"], bool]:
    asks = model._meta.auto_field is not None
    fields = [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]
    named = ", ".join(f'"{field.column}"' for field in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({named}) VALUES ({", ".join(["%s"] * len(fields))})'  # noqa: S608
    return (f'{sql} RETURNING "{model._meta.auto_field.column}"' if asks else sql), fields, asks  # type: ignore[union-attr]


@cache
def _changing(model: type[Model], names: tuple[str, ...]) -> tuple[str, list["Field[Any, Any]"]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    named = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f'UPDATE "{model._meta.db_table}" SET {named} WHERE "{model._meta.pk.column}" = %s'  # noqa: S608 - names of ours
    return sql, [*fields, model._meta.pk]
