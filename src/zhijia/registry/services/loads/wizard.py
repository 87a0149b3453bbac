"""A file of many unions on the page: the work of `imports.work` for a file that names the union of each row.

The same three jobs do it: check (a dry run), write, take back. While another load is at work they wait their turn.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.utils.translation import get_language

from zhijia.kernel import sheets
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Load, RosterImport, Union
from zhijia.registry.services.imports import findings, runs, work
from zhijia.registry.services.imports.reading import Unreadable
from zhijia.registry.services.loads import abandoning, errors
from zhijia.registry.services.loads import runs as loads
from zhijia.registry.services.loads.clock import Progress, Say
from zhijia.registry.services.loads.runs import Told
from zhijia.registry.services.loads.settling import COUNTS

State = RosterImport.State
WAITING = "waiting"
"""The stage of an import whose turn has not come."""
TURN_SECONDS = 5
"""After so many seconds it is asked again whose turn it is."""


def check(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Check a file that was sent: a roster as a roster, one that names the union of each row as a load."""
    roster, union, actor = work.begun(actor, at, import_id, State.CHECKING)
    if roster.state != State.CHECKING:
        return roster
    with work.failing(actor, at, roster, State.FAILED), work.clear_file(actor, at, roster) as path:
        if not loads.is_one([path], union):
            work.check_file(actor, at, roster, union, path)
        else:
            work.tell(actor, roster, "reading", wide=True)
            roster.wide = True
            with _in_turn(roster):
                told = loads.load(
                    actor=actor, at=at, files=[path], federation=union, say=_say(actor, roster), dry=True
                )
                _keep(actor, at, roster, union, told)
    return work.now(actor, roster)


def apply(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Write what was confirmed. A load that was killed goes on behind what it wrote."""
    with acting(actor):
        wide = RosterImport.objects.filter(pk=import_id, wide=True).exists()
    if not wide:
        return work.apply(actor=actor, at=at, import_id=import_id)
    roster, union, actor = work.begun(actor, at, import_id, State.APPLYING)
    if roster.state != State.APPLYING:
        return roster
    half_done = work.failing(actor, at, roster, State.CHECKED, half_done=lambda: load_of(roster) is not None)
    with half_done, work.clear_file(actor, at, roster) as path, _in_turn(roster):
        told = loads.load(
            actor=actor, at=at, files=[path], federation=union, say=_say(actor, roster), import_id=roster.pk
        )
        if told.before:
            _done_before(at, roster, told)
    return work.now(actor, roster)


def undo(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Take an import back: one that is done by its people, one that stopped in the middle as if it had not been."""
    with acting(actor):
        roster = RosterImport.objects.filter(pk=import_id).first()
    load = load_of(roster) if roster is not None and roster.wide else None
    if roster is None or load is None:
        done = work.undo(actor=actor, at=at, import_id=import_id)
        if done.wide and done.state == State.UNDONE:
            abandoning.forget(done.pk)
        return done
    roster, _union, actor = work.begun(actor, at, import_id, State.UNDOING)
    if roster.state == State.UNDOING:
        with work.failing(actor, at, roster, State.APPLYING), _in_turn(roster):
            abandoning.abandon(actor=actor, at=at, say=_say(actor, roster))
    return work.now(actor, roster)


def load_of(roster: RosterImport) -> Load | None:
    """The load of this import that was begun and has not come to its end."""
    with whole():
        return Load.objects.using("bulk").filter(under_way=True, import_id=roster.pk).first()


@contextmanager
def _in_turn(roster: RosterImport) -> Iterator[None]:
    """While another load is at work the import stays as it is, and its job comes again."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code != "load_under_way":
            raise Unreadable(refusal.code, refusal.details.get("row", 0)) from refusal
        with whole():
            RosterImport.objects.using("bulk").filter(pk=roster.pk).update(stage=WAITING, progress={})
        runs.start(roster, after=TURN_SECONDS)


def _say(actor: Actor, roster: RosterImport) -> Say:
    def say(progress: Progress) -> None:
        work.tell(actor, roster, progress.step, progress=progress.as_json())

    return say


def _keep(actor: Actor, at: datetime, roster: RosterImport, union: Union, told: Told) -> None:
    counts = {name: told.counts.get(name, 0) for name in COUNTS}
    found = findings.Findings(counts, dict(told.columns), [dict(mistake) for mistake in told.first], [])
    with tempfile.TemporaryDirectory() as folder:
        target = _workbook(told.errors, Path(folder))
        with acting(actor):
            name = findings.errors_name(roster.file_name)
            work.keep_findings(actor, at, roster, union, found, target, name)
    if told.errors is not None:
        told.errors.unlink(missing_ok=True)


def _workbook(found: Path | None, folder: Path) -> Path | None:
    """The wrong rows as a workbook, whose long numbers no spreadsheet spoils, in the active language."""
    if found is None:
        return None
    target = folder / "errors.xlsx"
    rows = errors.rows(found, get_language() or "")
    sheets.write_workbook(target, next(rows), rows)
    return target


def _done_before(at: datetime, roster: RosterImport, told: Told) -> None:
    """The very file was loaded in the meantime: everybody in it is there already."""
    right = told.counts.get("rows", 0) - told.counts.get("wrong", 0)
    counts = {**dict.fromkeys(COUNTS, 0), "rows": told.counts.get("rows", 0), "same": right}
    with whole():
        RosterImport.objects.using("bulk").filter(pk=roster.pk).update(
            state=State.APPLIED, stage="", progress={}, failure="", counts=counts, moved_at=at, applied_at=at
        )
