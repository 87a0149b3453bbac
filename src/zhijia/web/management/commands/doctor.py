"""`zhijia doctor`: is everything here as it has to be? One line a check, each with what to do."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from zhijia.kernel import days
from zhijia.registry.services.loads import turn
from zhijia.web.database import addresses, roles
from zhijia.web.supervisor import status

LEAST_VERSION = 150000
LEAST_FREE = 1024**3
FURTHEST_CLOCK = 5.0
PRIVATE = ("database.json", "secret.key", "keys.json")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and in a sentence what was seen or what to do."""

    what: str
    well: bool
    words: str


class Command(BaseCommand):
    help = "Look at this machine, the data folder and the database, and say what is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(_findings())
        ill = [finding for finding in findings if not finding.well]
        if options["json"]:
            listed = [{"what": f.what, "well": f.well, "words": f.words} for f in findings]
            self.stdout.write(json.dumps({"well": not ill, "findings": listed}, ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.words}")
        if ill:
            raise CommandError(f"{len(ill)} of {len(findings)} checks found something wrong.")


def _findings() -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    free = shutil.disk_usage(
        next(path for path in (settings.DATA, *settings.DATA.parents) if path.exists())
    ).free
    yield Finding("Disk", free >= LEAST_FREE, f"{free / 1024**3:.1f} GB free for {settings.DATA}")
    yield from (_private(settings.DATA / name) for name in PRIVATE if (settings.DATA / name).exists())
    told = status.read(settings.DATA)
    resting = "none on this machine; `zhijia up` starts one"
    yield Finding("Supervisor", True, f"process {told['pid']}" if told else resting)
    for alias, role in addresses.ROLES.items():
        yield _asked(f"Role {role}", partial(_role, alias, role))
    yield _asked("Server", _server)
    yield _asked("Clock", _clock)
    yield _asked("Migrations", _migrations)
    yield _asked("Load", _load)


def _asked(what: str, ask: Callable[[], tuple[bool, str]]) -> Finding:
    """A finding that needs the database; without an answer, what the server said."""
    try:
        well, words = ask()
    except DatabaseError as error:
        return Finding(what, False, str(error).strip().splitlines()[0])
    return Finding(what, well, words)


def _private(path: Path) -> Finding:
    mode = path.stat().st_mode & 0o777
    well = mode & 0o077 == 0
    return Finding(
        path.name, well, f"mode {mode:04o}" + ("" if well else f": others can read it; chmod 600 {path}")
    )


def _role(alias: str, role: str) -> tuple[bool, str]:
    user, superuser, bypass, may_create = _one(
        alias,
        "SELECT current_user::text, rolsuper, rolbypassrls, has_schema_privilege('public', 'CREATE')"
        " FROM pg_roles WHERE rolname = current_user",
    )
    wanted = next(known for known in roles.ALL if known.name == role)
    well = (user, superuser) == (role, False) and bypass == (wanted.attributes == "BYPASSRLS")
    well = well and may_create == (role == roles.OWNER.name)
    mend = f"connected as {user}: check {addresses.VARIABLES[alias]}, run zhijia database prepare"
    return well, "as it should be" if well else mend


def _server() -> tuple[bool, str]:
    number, version, encoding, durable = _one(
        "default",
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
        " current_setting('server_encoding'),"
        " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'",
    )
    well = number >= LEAST_VERSION and encoding == "UTF8" and durable
    return well, f"PostgreSQL {version}, {encoding}, {'durable' if durable else 'NOT durable: fsync is off'}"


def _clock() -> tuple[bool, str]:
    (apart,) = _one(
        "default", "SELECT abs(extract(epoch FROM clock_timestamp()) - %s)::float8", [days.now().timestamp()]
    )
    return apart <= FURTHEST_CLOCK, f"{apart:.1f} s apart from the database's"


def _migrations() -> tuple[bool, str]:
    executor = MigrationExecutor(connections["default"])
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return not missing, f"{missing} to run: zhijia migrate --database owner" if missing else "all run"


def _load() -> tuple[bool, str]:
    """A load that was begun and that nobody goes on with keeps others waiting, and an empty register closed."""
    run = turn.unfinished()
    if run is None:
        return True, "none is unfinished"
    if turn.at_work():
        return True, f"load {run.pk} is at work"
    closed = "; until then nobody can be entered in the register" if run.empty else ""
    return False, (
        f"load {run.pk} stopped in the middle{closed}: start it again with the same files (zhijia import members),"
        " or take it back: zhijia import abandon --as LOGIN"
    )


def _one(alias: str, text: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(text, values)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
