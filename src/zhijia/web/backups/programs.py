"""PostgreSQL's own pg_dump, pg_restore and psql, from the installed wheel (they serve servers from 15 up)."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import make_conninfo

from zhijia.kernel.processes import leash
from zhijia.web.database.embedded import binaries

LAST_WORDS = 600
NEWER = b"SET transaction_timeout = 0;\n"
"""What pg_restore 18 says to every server, and servers before 17 do not know."""
HEAD = 40
"""The lines at the top of a script within which it says so."""


class ProgramFailed(Exception):
    """A program of PostgreSQL ended badly; the message is its last words."""


def dump(folder: Path, *, at: dict[str, Any]) -> None:
    """One snapshot of the database of these connection settings, as a folder. Raises ProgramFailed."""
    arguments = ("--format=directory", "--jobs=2", "--no-password", f"--file={folder}")
    _ended("pg_dump", _start("pg_dump", f"--dbname={_place(at)}", *arguments, at=at))


def load(folder: Path, *, at: dict[str, Any]) -> None:
    """Bring such a folder into an empty database, in one transaction: all of it, or nothing. Raises ProgramFailed.

    The script goes from pg_restore to psql through this process, which says COMMIT once pg_restore has ended well.
    """
    reading = _start("pg_restore", "--file=-", str(folder), at=at)
    writing = _start(
        "psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", f"--dbname={_place(at)}", at=at
    )  # fmt: skip
    assert reading.stdout
    assert writing.stdin
    with suppress(BrokenPipeError):
        _pour(reading.stdout, writing.stdin)
    reading.stdout.close()
    read_well = reading.wait() == 0
    with suppress(BrokenPipeError):
        if read_well:
            writing.stdin.write(b"COMMIT;\n")
        writing.stdin.close()
    writing.stdin = None
    _ended("psql", writing)
    _ended("pg_restore", reading)


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    target.write(b"BEGIN;\n")
    for _line in range(HEAD):
        line = source.readline()
        if line != NEWER:
            target.write(line)
    shutil.copyfileobj(source, target, 1 << 20)


def _place(at: dict[str, Any]) -> str:
    return make_conninfo(
        "",
        host=at["HOST"],
        port=at["PORT"] or None,
        user=at["USER"],
        dbname=at["NAME"],
        **at.get("OPTIONS", {}),
    )


def _start(name: str, *arguments: str, at: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """The password goes by the environment, where no other user can read it."""
    return subprocess.Popen(  # noqa: S603 - our own program and arguments
        [str(binaries() / name), *arguments],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PGPASSWORD": at["PASSWORD"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=leash(),
    )


def _ended(name: str, process: "subprocess.Popen[bytes]") -> None:
    _, said = process.communicate()
    if process.returncode != 0:
        raise ProgramFailed(f"{name}: {said.decode(errors='replace').strip()[-LAST_WORDS:]}")
