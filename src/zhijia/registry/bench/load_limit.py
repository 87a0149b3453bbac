"""The limit of a load: the same rows, sealed and encoded beforehand, by bare binary COPY into equal tables, then the
same indexes; by as many processes as the load has, on the same server with the same settings.

`python -m zhijia.registry.bench.load_limit`: one of these processes. It is told on standard input where the server is
and which files go into which tables.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from zhijia.kernel import benches
from zhijia.kernel.processes import leash

PREFIX = "bench_"
PROCESSES = 2
_STEP = 1 << 20
_SLICES = 16
_LIKE = """CREATE TABLE {copy} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING GENERATED
 INCLUDING STORAGE INCLUDING CONSTRAINTS)"""
_DUMP = """COPY (SELECT {columns} FROM {table} WHERE ctid >= '({first},0)' AND ctid < '({last},0)')
TO STDOUT (FORMAT binary)"""


def dump(
    server: str, tables: Mapping[str, str], filled: Mapping[str, str], folder: Path
) -> list[tuple[str, str]]:
    """Write the rows of these tables into files, as COPY takes them: (table, file), each table in a few. Not part of
    what is measured. `tables` say which columns; `filled` names the partition that holds the rows of one."""
    files = []
    with psycopg.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        for table, columns in tables.items():
            rows_in = filled.get(table, table)
            cursor.execute("SELECT pg_relation_size(%s::regclass) / 8192", [rows_in])
            blocks = int((cursor.fetchone() or (0,))[0])
            for piece in range(_SLICES):
                first, last = (blocks * number // _SLICES for number in (piece, piece + 1))
                file = folder / f"{table}-{piece}"
                with file.open("wb") as out:
                    statement = _DUMP.format(columns=columns, table=rows_in, first=first, last=last)
                    with cursor.copy(statement) as copy:
                        for some in copy:
                            out.write(some)
                files.append((table, str(file)))
    return files


def make_tables(server: str, tables: Sequence[str]) -> None:
    """Empty tables equal to these, without an index."""
    with psycopg.connect(server, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"DROP TABLE IF EXISTS {PREFIX}{table}")
            connection.execute(_LIKE.format(copy=PREFIX + table, table=table))


def copy_seconds(server: str, tables: Mapping[str, str], files: Sequence[tuple[str, str]]) -> float:
    """How long the processes take to send all files, started and connected beforehand."""
    shares: list[list[tuple[str, str]]] = [list(files[number::PROCESSES]) for number in range(PROCESSES)]
    shares[-1].reverse()
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=leash(),
        )
        for _share in shares
    ]
    for process, share in zip(processes, shares, strict=True):
        assert process.stdin
        assert process.stdout
        work = [
            (f"COPY {PREFIX}{table} ({tables[table]}) FROM STDIN (FORMAT binary)", file)
            for table, file in share
        ]
        process.stdin.write(json.dumps([server, work]).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()

    def go() -> None:
        for process in processes:
            process.communicate(b"go\n")

    took = benches.seconds_of(go)
    if any(process.returncode for process in processes):
        raise RuntimeError("a process of the limit failed")
    return took


def drop(server: str, tables: Sequence[str]) -> None:
    """Take the equal tables away."""
    with psycopg.connect(server, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"DROP TABLE IF EXISTS {PREFIX}{table}")


def renamed(index: Mapping[str, Any]) -> dict[str, Any]:
    """The same index for the equal table."""
    table = index["table"]
    definition = str(index["index"]).replace(" ON ONLY ", " ON ", 1)
    definition = definition.replace(f" public.{table} ", f" public.{PREFIX}{table} ", 1)
    definition = definition.replace(f"INDEX {index['name']} ", f"INDEX {PREFIX}{index['name']} ", 1)
    return {**index, "index": definition, "constraint": None, "partitioned": False}


def _main() -> None:
    server, work = json.loads(sys.stdin.buffer.readline())
    with psycopg.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.buffer.readline()
        cursor.execute("SET synchronous_commit = off")
        for statement, file in work:
            with open(file, "rb") as content, cursor.copy(statement) as copy:
                while some := content.read(_STEP):
                    copy.write(some)


if __name__ == "__main__":
    _main()
