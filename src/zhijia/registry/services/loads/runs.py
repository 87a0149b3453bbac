"""A load from its files to the register: looked at, compared, written, settled; and on from where it was killed."""

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
from django.db import transaction
from django.db.models import Sum

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.disks import is_full
from zhijia.kernel.errors import Refusal
from zhijia.kernel.sheets import Limits, SheetError
from zhijia.registry import access
from zhijia.registry.models import Load, LoadPiece, RosterImport, Union
from zhijia.registry.services.imports import fields, headers, reading, words
from zhijia.registry.services.imports.runs import has_others_under_it
from zhijia.registry.services.loads import errors, indexes, sources, steps, turn
from zhijia.registry.services.loads.clock import Say
from zhijia.registry.services.loads.settling import give_up, settle
from zhijia.registry.services.loads.sources import UNION, Part
from zhijia.registry.services.loads.tasks import Setting
from zhijia.registry.services.loads.team import Team, databases

State = Load.State


@dataclass(slots=True)
class Told:
    """What a load did: its counts, the file of wrong rows and the first of them masked, the headings as they were
    understood, whether it had been done before, the rows read again after a kill, the most memory of one of its
    processes and of all added up, the seconds of each step."""

    load_id: int
    counts: Mapping[str, int]
    errors: Path | None = None
    first: Sequence[Mapping[str, Any]] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    before: bool = False
    read_again: int = 0
    peak_mb: int = 0
    peak_mb_of_all: int = 0
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
    import_id: int | None = None,
    sizes: tuple[int, int] = (sources.PIECE_BYTES, sources.PIECE_ROWS),
) -> Told:
    """Load the members of these files (parts of one) at the unions under `federation`. The same files again go on
    with the run that was begun, or change nothing when it is done. `dry` counts and explains alone. `import_id` is the
    import everybody carries who is made or changed, where somebody sent the file.

    Raises NotForYou, and Refusal for files that cannot be taken (then nothing is written), while another load is
    under way and when a disk is full. Killed at any moment it has written whole pieces, and the next call goes on
    behind them.
    """
    with acting(actor):
        actor = access.require(actor, "roster.import", federation.pk)
    with turn.alone(), _full_disks_named():
        began = monotonic()
        limits = reading.limits(days.business_day(at))
        parts = [replace(_opened(path, limits), sha256=sources.hash_of(path)) for path in files]
        run, parts = turn.begun(actor, at, parts, federation, dry=dry, import_id=import_id)
        if run.state == State.DONE:
            return Told(run.pk, run.counts, before=True)
        work = _Work(run, actor, at, parts, files[0], limits, say)
        told = work.done(sizes)
        told.seconds["all"] = round(monotonic() - began, 3)
    return told


class _Work:
    """What is done in one call for a run, step after step."""

    def __init__(
        self, run: Load, actor: Actor, at: datetime, parts: Sequence[Part], file: Path, limits: Limits, say: Say
    ) -> None:  # fmt: skip
        self.run, self.actor, self.at, self.parts, self.say = run, actor, at, parts, say
        self.limits, self.file = limits, file
        self.columns = [code for code in fields.names() if any(code in part.columns for part in parts)]
        self.named = any(UNION in part.columns for part in parts)
        self.folder = file.with_name(f".{file.name}.load-{run.pk}")
        self.told = Told(run.pk, {}, read_again=_in_hand(run), columns=errors.understood(parts[0]))

    def done(self, sizes: tuple[int, int]) -> Told:
        """Do what is left to do."""
        run, told, peaks = self.run, self.told, list[int]()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if run.state in (State.LOOKING, State.WRITING):
            with Team(self._setting()) as team:
                if run.state == State.LOOKING:
                    with self._failing():
                        told.timed("look", lambda: steps.look(run, self.parts, team, sizes, self.say))
                    self._leave_looking()
                told.timed("write", lambda: self._write(team))
            peaks += team.peaks.values()
        target = self.file.with_name(f"{self.file.stem}-errors.csv")
        told.errors = errors.gather(
            self.folder, target, [UNION, *self.columns] if self.named else self.columns
        )
        told.timed("settle", lambda: settle(self.actor, self.at, run, say=self.say))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        told.peak_mb, told.peak_mb_of_all = max(peaks), sum(peaks)
        shutil.rmtree(self.folder, ignore_errors=True)
        told.counts = run.counts
        return told

    def _write(self, team: Team) -> None:
        shown = int(parameters.value("import.shown_errors", day=days.business_day(self.at)))
        self.told.first = steps.write(self.run, self.parts, team, self.say)[:shown]

    def _setting(self) -> Setting:
        return Setting(
            databases(), str(settings.KEYS), self.run.pk, self.run.union_id, self.run.started_at,
            self.run.index_version, self.columns, self.named, self.limits, str(self.folder), self.actor, self.run.dry,
        )  # fmt: skip

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except steps.Wrong as wrong:
            give_up(self.actor, self.at, self.run, wrong.code)
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Refusal(wrong.code, words.of_file(wrong.code, wrong.row), row=wrong.row) from None

    def _leave_looking(self) -> None:
        """Everything has been looked at: put the indexes of an empty register away, or have an import ready for those
        who are known already; and begin to write."""
        run = self.run
        if not run.dry and indexes.is_empty() and indexes.put_away(run):
            return
        with transaction.atomic(using="bulk"):
            run.state = State.WRITING
            if not run.dry and run.import_id is None:
                run.import_id = self._import()
            run.save(using="bulk", update_fields=["state", "import_id"])

    def _import(self) -> int:
        """The import under which people who are known already are changed."""
        run = self.run
        made = RosterImport.objects.using("bulk").create(
            state=RosterImport.State.APPLYING, file_hash=run.file_hash, file_name=self.file.name[-200:],
            user_id=self.actor.user_id, uploaded_at=self.at, moved_at=self.at, union_id=run.union_id,
            county_id=run.county_id, wide=True,
        )  # fmt: skip
        return int(made.pk)


@contextmanager
def _full_disks_named() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_full(error):
            raise Refusal("disk_full", words.of_file("disk_full")) from error
        raise


def is_one(files: Sequence[Path], union: Union) -> bool:
    """Whether these are files for a load and no roster: several, of a kind no page takes, or for a union with others
    under it and a column that names them. Raises Refusal for what is no table."""
    if len(files) > 1 or sources.is_parquet(files[0]):
        return True
    if not has_others_under_it(union):
        return False
    try:
        return UNION in _opened(files[0], reading.limits(days.business_day(days.now()))).columns
    except Refusal:
        return False


def _opened(path: Path, limits: Limits) -> Part:
    try:
        return sources.open_part(path, names=fields.names(), needed=fields.needed(), limits=limits)
    except (SheetError, headers.NoHeader) as error:
        row = getattr(error, "line", 0)
        raise Refusal(error.code, words.of_file(error.code, row), row=row) from error


def _in_hand(run: Load) -> int:
    """Rows of the pieces a process had in hand when an earlier call ended: these are read again."""
    held = steps.pieces_of(run).filter(state=LoadPiece.State.GIVEN).aggregate(rows=Sum("rows"))
    return held["rows"] or 0
