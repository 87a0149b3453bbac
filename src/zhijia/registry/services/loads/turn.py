"""Whose turn it is: one load at a time on a database, and the run of these files that was begun or is new."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Load, LoadPiece, Union
from zhijia.registry.services.imports import words
from zhijia.registry.services.loads import steps
from zhijia.registry.services.loads.checking import KIND
from zhijia.registry.services.loads.sources import Part
from zhijia.vault import services as vault

_LOCK = 0x5A4A_0003
_HELD = """
SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
  WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %s AND l.objsubid = 1 AND l.granted)
"""
State = Load.State


@contextmanager
def alone() -> Iterator[None]:
    """One load at a time on this database, for as long as this process lives. Raises Refusal "load_under_way"."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Refusal("load_under_way", words.of_file("load_under_way"))
        try:
            yield
        finally:
            if connections["bulk"].is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def unfinished() -> Load | None:
    """The load that was begun and has not come to its end; its process may live or not."""
    with whole():
        return Load.objects.using("bulk").filter(under_way=True).first()


def at_work() -> bool:
    """Whether some process does a load at this moment."""
    with whole() as cursor:
        cursor.execute(_HELD, [_LOCK])
        return bool(cursor.fetchone()[0])


def fills() -> bool:
    """Whether an empty register is being filled, so that nobody else can write in it."""
    with whole():
        return Load.objects.using("bulk").filter(under_way=True, empty=True).exists()


def begun(
    actor: Actor, at: datetime, parts: Sequence[Part], federation: Union, *, dry: bool, import_id: int | None
) -> tuple[Load, list[Part]]:
    """The run of these files: the one that is done or was begun, or a new one. What a dry run left that was killed
    goes. Raises Refusal "load_unfinished" while other files, or a dry run, would have to wait for one."""
    file_hash = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    if len(parts) == 1:
        file_hash = parts[0].sha256
    with whole():
        loads = Load.objects.using("bulk")
        LoadPiece.objects.using("bulk").filter(load__dry=True).delete()
        loads.filter(dry=True).delete()
        done = loads.filter(file_hash=file_hash, union_id=federation.pk, state=State.DONE).first()
        if done is not None and not dry:
            return done, list(parts)
        other = loads.filter(under_way=True).first()
        if other is None:
            made = loads.create(
                file_hash=file_hash, files=[part.as_json() for part in parts], under_way=None if dry else True,
                dry=dry, import_id=import_id, user_id=actor.user_id, index_version=vault.index_version(KIND),
                started_at=at, moved_at=at, union_id=federation.pk, county_id=federation.stands_in,
            )  # fmt: skip
            return made, list(parts)
        same = (other.file_hash, other.union_id) == (file_hash, federation.pk)
        if dry or not same or other.state == State.ABANDONED:
            raise Refusal("load_unfinished", words.of_file("load_unfinished"))
        return _gone_on_with(other, parts)


def _gone_on_with(run: Load, parts: Sequence[Part]) -> tuple[Load, list[Part]]:
    if run.state == State.LOOKING and run.index_version != vault.index_version(KIND):
        steps.pieces_of(run).delete()
        run.index_version = vault.index_version(KIND)
        run.save(using="bulk", update_fields=["index_version"])
    return run, [Part(**{**kept, "path": part.path}) for kept, part in zip(run.files, parts, strict=True)]
