"""The limit: the same rows by raw binary COPY on one connection, without an index, a check, a seal or a log."""

from datetime import date

import numpy as np
import polars as pl
import psycopg
from django.db import connections

from zhijia.kernel import benches, copies
from zhijia.kernel.copies import Field, Texts

_EPOCH = (date(2000, 1, 1) - date(1970, 1, 1)).days
_PIECE = 1 << 20
_MAKE = (
    "CREATE UNLOGGED TABLE bench_raw (name text, number text, phone text, job text, school text, hired date)"
)


def encoded(rows: pl.DataFrame) -> bytes:
    """The rows as PostgreSQL takes them by binary COPY: five texts and a day. Not part of what is measured."""
    *texts, hired = rows.get_columns()
    since = (hired.str.to_date().cast(pl.Int32).to_numpy() - _EPOCH).astype(np.int64)
    cells: list[Field] = [Texts(column.cast(pl.Binary).to_list()) for column in texts]
    return copies.HEAD + copies.rows(len(rows), [*cells, copies.int4(since)]) + copies.END


def seconds(content: bytes) -> float:
    """How long the server takes for these rows, into a fresh table."""
    with psycopg.connect(server(), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(_MAKE)
        view = memoryview(content)

        def send() -> None:
            with cursor.copy("COPY bench_raw FROM STDIN (FORMAT binary)") as copy:
                for start in range(0, len(view), _PIECE):
                    copy.write(view[start : start + _PIECE])

        took = benches.seconds_of(send)
        cursor.execute("DROP TABLE bench_raw")
    return took


def server() -> str:
    """The connection string of the owner of the bench's database."""
    at = connections["owner"].settings_dict
    return psycopg.conninfo.make_conninfo(
        "",
        host=at["HOST"],
        port=at["PORT"] or None,
        dbname=at["NAME"],
        user=at["USER"],
        password=at["PASSWORD"],
    )
