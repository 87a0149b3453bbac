"""A load from its files to the register: looked at, compared, written, settled; and on from where it was killed."""

import hashlib
import resource
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Sum

from zhijia.audit import services as audit
from zhijia.facts import rollups
from zhijia.kernel import ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.kernel.sheets import Limits, SheetError
from zhijia.registry import access
from zhijia.registry.models import Load, LoadPiece, Parent, RosterImport, Union
from zhijia.registry.services.imports import fields, headers, reading, words
from zhijia.registry.services.loads import errors, indexes, sources, steps
from zhijia.registry.services.loads.checking import KIND
from zhijia.registry.services.loads.clock import Say
from zhijia.registry.services.loads.sources import UNION, Part
from zhijia.registry.services.loads.tasks import Setting
from zhijia.registry.services.loads.team import Team, databases
from zhijia.vault import services as vault

COUNTS = ("rows", "new", "changed", "same", "waiting", "wrong")
_LOCK = 0x5A4A_0003
State = Load.State


@dataclass(slots=True)
class Told:
    """What a load did: its counts, the file of wrong rows, whether it had been done before, the rows read again after a
    kill, the most memory of all its processes, the seconds of each step."""

    load_id: int
    counts: Mapping[str, int]
    errors: Path | None = None
    before: bool = False
    read_again: int = 0
    peak_mb: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, step: str, work: Callable[[], None]) -> None:
        """Do the work of a step and keep how long it took."""
        began = monotonic()
        work()
        self.seconds[step] = round(monotonic() - began, 3)


def load(
    *,
    actor: Actor,
    at: datetime,
    files: Sequence[Path],
    federation: Union,
    say: Say,
    dry: bool = False,
    sizes: tuple[int, int] = (sources.PIECE_BYTES, sources.PIECE_ROWS),
) -> Told:
    """Load the members of these files (parts of one) at the unions under `federation`. The same files again go on
    with the run that was begun, or change nothing when it is done. `dry` counts and explains alone.

    Raises NotForYou, and Refusal for files that cannot be taken (then nothing is written) and while another load is
    under way. Killed at any moment it has written whole pieces, and the next call goes on behind them.
    """
    with acting(actor):
        actor = access.require(actor, "roster.import", federation.pk)
    with _alone():
        began = monotonic()
        limits = reading.limits(days.business_day(at))
        parts = [replace(_opened(path, limits), sha256=sources.hash_of(path)) for path in files]
        run, parts = _begun(actor, at, parts, federation, dry=dry)
        if run.state == State.DONE:
            return Told(run.pk, run.counts, before=True)
        work = _Work(run, actor, at, parts, files[0], limits, dry, say)
        told = work.done(sizes)
        told.seconds["all"] = round(monotonic() - began, 3)
    return told


class _Work:
    """What is done in one call for a run, step after step."""

    def __init__(
        self, run: Load, actor: Actor, at: datetime, parts: Sequence[Part], file: Path, limits: Limits, dry: bool,
        say: Say,
    ) -> None:  # fmt: skip
        self.run, self.actor, self.at, self.parts, self.dry, self.say = run, actor, at, parts, dry, say
        self.limits, self.file = limits, file
        self.columns = [code for code in fields.names() if any(code in part.columns for part in parts)]
        self.named = any(UNION in part.columns for part in parts)
        self.folder = file.with_name(f".{file.name}.load-{run.pk}")
        self.told = Told(run.pk, {}, read_again=_in_hand(run))

    def done(self, sizes: tuple[int, int]) -> Told:
        """Do what is left to do."""
        run, told = self.run, self.told
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if run.state in (State.LOOKING, State.WRITING):
            with Team(self._setting()) as team:
                if run.state == State.LOOKING:
                    with self._failing():
                        told.timed("look", lambda: steps.look(run, self.parts, team, sizes, self.say))
                    self._leave_looking()
                told.timed("write", lambda: steps.write(run, self.parts, team, self.say))
            told.peak_mb = team.peak_mb
        target = self.file.with_name(f"{self.file.stem}-errors.csv")
        told.errors = errors.gather(
            self.folder, target, [UNION, *self.columns] if self.named else self.columns
        )
        told.timed("settle", lambda: _settle(self.actor, self.at, run, dry=self.dry, say=self.say))
        told.peak_mb += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        shutil.rmtree(self.folder, ignore_errors=True)
        told.counts = run.counts
        return told

    def _setting(self) -> Setting:
        return Setting(
            databases(), str(settings.KEYS), self.run.pk, self.run.union_id, self.run.started_at,
            self.run.index_version, self.columns, self.named, self.limits, str(self.folder), self.actor, self.dry,
        )  # fmt: skip

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except steps.Wrong as wrong:
            _give_up(self.actor, self.at, self.run, wrong.code)
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Refusal(wrong.code, words.of_file(wrong.code, wrong.row)) from None

    def _leave_looking(self) -> None:
        """Everything has been looked at: put the indexes of an empty register away, or have an import ready for those
        who are known already; and begin to write."""
        run = self.run
        if not self.dry and indexes.is_empty() and indexes.put_away(run):
            return
        with transaction.atomic(using="bulk"):
            run.state = State.WRITING
            run.import_id = None if self.dry else self._import()
            run.save(using="bulk", update_fields=["state", "import_id"])

    def _import(self) -> int:
        """The import under which people who are known already are changed."""
        run = self.run
        made = RosterImport.objects.using("bulk").create(
            state=RosterImport.State.APPLYING, file_hash=run.file_hash, file_name=self.file.name[-200:],
            user_id=self.actor.user_id, uploaded_at=self.at, moved_at=self.at, union_id=run.union_id,
            county_id=run.county_id,
        )  # fmt: skip
        return int(made.pk)


@contextmanager
def _alone() -> Iterator[None]:
    """One load at a time on this database, for as long as this process lives."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Refusal("load_under_way", words.of_file("load_under_way"))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def is_one(files: Sequence[Path], union: Union) -> bool:
    """Whether these are files for a load and no roster: several, of a kind no page takes, or for a union with others
    under it and a column that names them. Raises Refusal for what is no table."""
    if len(files) > 1 or sources.is_parquet(files[0]):
        return True
    if not Parent.objects.filter(parent=union, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True).exists():
        return False
    try:
        return UNION in _opened(files[0], reading.limits(days.business_day(days.now()))).columns
    except Refusal:
        return False


def _opened(path: Path, limits: Limits) -> Part:
    try:
        return sources.open_part(path, names=fields.names(), needed=fields.needed(), limits=limits)
    except (SheetError, headers.NoHeader) as error:
        raise Refusal(error.code, words.of_file(error.code)) from error


def _begun(
    actor: Actor, at: datetime, parts: Sequence[Part], federation: Union, *, dry: bool
) -> tuple[Load, list[Part]]:
    """The run of these files: the one that is done or was begun, or a new one. One at a time."""
    file_hash = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    if len(parts) == 1:
        file_hash = parts[0].sha256
    with whole():
        same = Load.objects.using("bulk").filter(file_hash=file_hash, union_id=federation.pk)
        done = None if dry else same.filter(state=State.DONE).first()
        if done is not None:
            return done, list(parts)
        begun = same.filter(under_way=True).first()
        if begun is not None:
            if begun.state == State.LOOKING and begun.index_version != vault.index_version(KIND):
                steps.pieces_of(begun).delete()
                begun.index_version = vault.index_version(KIND)
                begun.save(using="bulk", update_fields=["index_version"])
            told = [
                Part(**{**kept, "path": part.path}) for kept, part in zip(begun.files, parts, strict=True)
            ]
            return begun, told
        if Load.objects.using("bulk").filter(under_way=True).exists():
            raise Refusal("load_unfinished", words.of_file("load_unfinished"))
        begun = Load.objects.using("bulk").create(
            file_hash=file_hash, files=[part.as_json() for part in parts], under_way=True, user_id=actor.user_id,
            index_version=vault.index_version(KIND), started_at=at, moved_at=at, union_id=federation.pk,
            county_id=federation.stands_in,
        )  # fmt: skip
    return begun, list(parts)


def _settle(actor: Actor, at: datetime, run: Load, *, dry: bool, say: Say) -> None:
    """Make the indexes again, add up the sums, and put the run on the trail. Each step can be done twice."""
    counts = dict.fromkeys(COUNTS, 0)
    digests = []
    for told, digest in steps.pieces_of(run).order_by("number").values_list("counts", "digest"):
        digests.append(digest)
        for name, many in told.items():
            counts[name] = counts.get(name, 0) + many
    run.counts = counts
    if dry:
        steps.pieces_of(run).delete()
        run.delete(using="bulk")
        return
    indexes.bring_back(run, say)
    rollups.fold(at=at)
    with whole():
        run.state, run.under_way, run.moved_at, run.done_at = State.DONE, None, at, at
        run.save(using="bulk", update_fields=["state", "under_way", "counts", "moved_at", "done_at"])
        steps.pieces_of(run).update(blinds=None)
        if run.import_id is not None:
            RosterImport.objects.using("bulk").filter(pk=run.import_id).update(
                state=RosterImport.State.APPLIED, counts=counts, moved_at=at, applied_at=at
            )
        digest = vault.digest("roster", ciphers.sm3("".join(digests).encode()).hex())
        _record(actor, at, run, "load.done", {"digest": digest, **counts})


def _give_up(actor: Actor, at: datetime, run: Load, code: str) -> None:
    """A file that cannot be taken: nothing was written, and nothing is kept but that it was tried."""
    with whole():
        steps.pieces_of(run).delete()
        run.state, run.under_way, run.failure, run.moved_at = State.FAILED, None, code, at
        run.save(using="bulk", update_fields=["state", "under_way", "failure", "moved_at"])
        _record(actor, at, run, "load.failed", {"why": code})


def _record(actor: Actor, at: datetime, run: Load, action: str, detail: dict[str, Any]) -> None:
    audit.record(
        actor=actor, at=at, action=action, subject="load", subject_id=run.pk,
        place=audit.Place(run.union_id, run.county_id), detail={"file": run.file_hash, **detail}, using="bulk",
    )  # fmt: skip


def _in_hand(run: Load) -> int:
    """Rows of the pieces a process had in hand when an earlier call ended: these are read again."""
    held = steps.pieces_of(run).filter(state=LoadPiece.State.GIVEN).aggregate(rows=Sum("rows"))
    return held["rows"] or 0
