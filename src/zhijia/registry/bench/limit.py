"""The limit: the same rows by raw binary COPY on one connection, without an index, a check, a seal or a log."""

from collections.abc import Sequence
from datetime import date
from struct import pack

import psycopg
from django.db import connections

from zhijia.kernel import benches

_HEAD = b"PGCOPY\n\xff\r\n\0" + pack("!ii", 0, 0)
_EPOCH = date(2000, 1, 1).toordinal()
_PIECE = 1 << 20
_MAKE = (
    "CREATE UNLOGGED TABLE bench_raw (name text, number text, phone text, job text, school text, hired date)"
)


def encoded(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as PostgreSQL takes them by binary COPY: five texts and a day. Not part of what is measured."""
    parts = [_HEAD]
    for *texts, day in rows:
        cells = [pack("!h", 6)]
        for text in texts:
            raw = text.encode()
            cells.append(pack("!i", len(raw)) + raw)
        cells.append(pack("!ii", 4, date.fromisoformat(day).toordinal() - _EPOCH))
        parts.append(b"".join(cells))
    parts.append(pack("!h", -1))
    return b"".join(parts)


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
