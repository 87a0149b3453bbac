"""Making a backup while people work: one snapshot of the database, then the sealed files.

The files are copied after the snapshot: every file the snapshot names is there, unless its term ended in between.
The folder gets its name when it is whole; what a killed run left behind carries another name and is made anew.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from zhijia.audit import sealer
from zhijia.web.backups import keys, manifest, programs
from zhijia.web.backups.manifest import DATABASE, FILES, Manifest

PARTIAL = ".partial"


class Refused(Exception):
    """Nothing was written or changed; the message says why."""


def back_up(target: Path, *, at: datetime, say: Callable[[str], None]) -> Manifest:
    """Write a backup to a folder that does not exist yet, or is empty. Raises Refused, ProgramFailed, OSError."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} is there already and not empty. Name another folder.")
    if not _holds_a_register():
        raise Refused("There is no register in this database: nothing to back up.")
    draft = target.with_name(target.name + PARTIAL)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    say("Writing the database …")
    needed, root = keys.needed(), sealer.root()
    programs.dump(draft / DATABASE, at=connections["owner"].settings_dict)
    say("Copying the sealed files …")
    _copy(settings.DATA / FILES, draft / FILES)
    told = Manifest(at.isoformat(), _server(), root, needed, manifest.digests(draft))
    manifest.write(draft, told)
    if target.exists():
        target.rmdir()
    draft.rename(target)
    _settle(target.parent)
    return told


def _holds_a_register() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.registry_person') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _server() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _copy(source: Path, target: Path) -> None:
    """Copy a tree of files that may lose some while it is copied: their term has ended."""
    target.mkdir()
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(exist_ok=True)
        for name in names:
            try:
                shutil.copyfile(Path(folder) / name, there / name)
            except FileNotFoundError:
                continue


def _settle(folder: Path) -> None:
    """Have the new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
