"""Bringing a backup back into an empty place. The database comes back in one transaction, the sealed files before
it: a run that is killed leaves no table, and the next one goes on."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from zhijia.accounts.models import Session
from zhijia.audit import sealer
from zhijia.web.backups import keys, manifest, programs
from zhijia.web.backups.making import Refused
from zhijia.web.backups.manifest import DATABASE, FILES, Manifest
from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia.web.database.pointing import point
from zhijia.web.supervisor.lock import DataLock

Say = Callable[[str], None]
_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
)


@contextmanager
def restored(source: Path, *, at: datetime, say: Say) -> Iterator[Manifest]:
    """Bring the backup back and have its database reachable while the caller proves it. Everybody logs in anew, and
    the trail goes on on this server.

    Raises NotWhole, Refused, InUse, CannotRun, ProgramFailed; nothing half done stays in the database.
    """
    told = manifest.read(source)
    say("Checking that the backup is whole …")
    manifest.check(source, told)
    if lacking := keys.strange(told.keys):
        raise Refused(
            f"The keys of this backup are not here ({', '.join(lacking)}). They are never part of a backup: put "
            f"yours at {settings.KEYS}, or name your key service, and start again."
        )
    with _server(say), connections["owner"].cursor() as cursor:
        cursor.execute(_TABLES)
        if cursor.fetchone()[0]:
            raise Refused(
                "There are tables in this database already. A backup is brought back into an empty one."
            )
        say("Copying the sealed files …")
        _copy(source / FILES, settings.DATA / FILES)
        say("Bringing the database back …")
        programs.load(source / DATABASE, at=connections["owner"].settings_dict)
        Session.objects.using("owner").all().delete()
        sealer.resume(at=at)
        yield told


@contextmanager
def _server(say: Say) -> Iterator[None]:
    """The database to fill: somebody else's server, or the embedded one of this data folder, started for it."""
    if addresses.outside():
        yield
        return
    lock = DataLock(settings.DATA)
    server = Server(settings.DATA, say)
    try:
        server.start()
        roles.prepare(server.admin(), addresses.passwords(settings.DATA))
        point(addresses.embedded_urls(settings.DATA))
        yield
    finally:
        connections.close_all()
        server.stop()
        lock.release()


def _copy(source: Path, target: Path) -> None:
    """Bring files to where they are missing; each has its name only once it is whole."""
    for path in sorted(source.rglob("*")):
        there = target / path.relative_to(source)
        if path.is_dir() or there.exists():
            continue
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = there.with_name(there.name + ".new")
        shutil.copyfile(path, draft)
        os.replace(draft, there)
