"""PostgreSQL's own pg_dump and pg_restore, from the installed wheel (they serve servers from 15 up)."""

import os
import subprocess
from typing import Any

from psycopg.conninfo import make_conninfo

from zhijia.kernel.processes import leash
from zhijia.web.database.embedded import binaries

LAST_WORDS = 600


class ProgramFailed(Exception):
    """A program of PostgreSQL ended badly; the message is its last words."""


def run(name: str, *arguments: str, at: dict[str, Any]) -> None:
    """Run `pg_dump` or `pg_restore` on the database of these connection settings. The password goes by the
    environment, where no other user can read it. Raises ProgramFailed."""
    place = {"host": at["HOST"], "port": at["PORT"] or None, "user": at["USER"], "dbname": at["NAME"]}
    database = make_conninfo("", **place, **at.get("OPTIONS", {}))
    ended = subprocess.run(  # noqa: S603 - our own program and arguments
        [str(binaries() / name), "--no-password", f"--dbname={database}", *arguments],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PGPASSWORD": at["PASSWORD"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=leash(),
        check=False,
    )
    if ended.returncode != 0:
        raise ProgramFailed(f"{name}: {ended.stderr.decode(errors='replace').strip()[-LAST_WORDS:]}")
