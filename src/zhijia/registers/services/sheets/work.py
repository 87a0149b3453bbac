"""The work on a sheet of rows, in a job: checked, written, taken back. Delivered twice it finds it done; killed in
the middle it leaves nothing half done, and is started again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from zhijia.catalogue import parameters
from zhijia.catalogue.register_rules import Register
from zhijia.files import services as files
from zhijia.kernel import days, sheets
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.models import List, Sheet
from zhijia.registers.services import bulk, lists, rewriting
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.sheets import reading, runs
from zhijia.registers.services.sheets.judging import Judged, judge
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services.imports.reading import Unreadable, limits

State = Sheet.State
BACK = {State.SENT: State.FAILED, State.WRITING: State.CHECKED, State.UNDOING: State.WRITTEN}
"""Where a sheet goes that could not be gone on with."""


def work(*, actor: Actor, at: datetime, sheet_id: int) -> None:
    """Do what the sheet's state asks for."""
    with acting(actor):
        sheet = Sheet.objects.filter(pk=sheet_id).first()
        if sheet is None or sheet.state not in BACK:
            return
        kept = lists.of(List.objects.select_related("version").get(pk=sheet.register_id))
        union = Union.objects.get(pk=sheet.union_id)
    with _failing(actor, sheet):
        if sheet.state == State.UNDOING:
            _take_back(actor, at, kept, sheet)
            return
        with _on_disk(actor, at, sheet) as path:
            found = reading.read(path, kept.definition, days.business_day(at))
            with acting(actor):
                access.require(actor, kept.definition.keeper, union.pk)
                judged = judge(kept, union, found.lines, at)
            if sheet.state == State.WRITING and judged.versions == sheet.versions:
                _write(actor, at, kept, sheet, judged)
            else:
                _keep_findings(actor, at, kept, union, sheet, found, judged, path)


def _keep_findings(
    actor: Actor, at: datetime, kept: Kept, union: Union, sheet: Sheet, found: reading.Read, judged: Judged, path: Path
) -> None:  # fmt: skip
    with _marked(found, judged, path, kept.definition, at) as errors, acting(actor):
        held = Sheet.objects.select_for_update().get(pk=sheet.pk)
        if held.state != sheet.state:
            return
        held.errors_id = None
        if errors is not None:
            with errors.open("rb") as content:
                held.errors_id = files.store(
                    actor=actor, at=at, content=content, name=f"{Path(sheet.file_name).stem[:120]}-errors.xlsx",
                    owner=runs.OWNER, owner_id=sheet.pk, place=access.place_of(union),
                    largest="files.errors_max_bytes", made_here=True,
                )  # fmt: skip
        shown = parameters.value("import.shown_errors", day=days.business_day(at))
        held.counts = {"rows": len(found.lines), "sample": found.samples, **judged.counts}
        held.mistakes = [[one.number, one.field, str(one.words)] for one in judged.mistakes[:shown]]
        held.changes = [[one.number, one.row.number, one.fields] for one in judged.changed[:shown]]
        held.unknown, held.versions = list(found.header.unknown), judged.versions
        held.failure = "changed_meanwhile" if sheet.state == State.WRITING else ""
        held.state, held.moved_at = State.CHECKED, at
        if not runs.writes(held.counts):
            held.state = State.FAILED
            held.failure = "nothing_usable" if judged.wrong else "nothing_changes"
        held.save()
        runs.trail(actor, at, held, kept, "sheet.check", told=held.counts)


def _write(actor: Actor, at: datetime, kept: Kept, sheet: Sheet, judged: Judged) -> None:
    hours = parameters.value("import.undo_hours", day=days.business_day(at))
    with acting(actor), transaction.atomic(using="bulk"):
        held = Sheet.objects.using("bulk").select_for_update().get(pk=sheet.pk)
        if held.state != State.WRITING or held.versions != judged.versions:
            return
        written = 0
        if judged.new:
            written = bulk.add_many(
                actor=actor, at=at, code=kept.code, union_id=sheet.union_id, rows=judged.new, run=sheet.run
            )
        rewritten, held.written_at = rewriting.rewrite(
            actor=actor,
            at=at,
            kept=kept,
            union_id=sheet.union_id,
            said={one.row.pk: one.values for one in judged.changed},
            versions={one.row.pk: one.row.version for one in judged.changed},
        )
        held.counts = {**held.counts, "written": written, "rewritten": rewritten}
        held.state, held.moved_at = State.WRITTEN, at
        held.undo_until = at + timedelta(hours=hours)
        held.save(using="bulk")
        runs.trail(actor, at, held, kept, "sheet.write", told=held.counts, using="bulk")


def _take_back(actor: Actor, at: datetime, kept: Kept, sheet: Sheet) -> None:
    with acting(actor), transaction.atomic(using="bulk"):
        held = Sheet.objects.using("bulk").select_for_update().get(pk=sheet.pk)
        if held.state != State.UNDOING:
            return
        removed, left = bulk.take_back(actor=actor, at=at, code=kept.code, run=sheet.run)
        put_back, stay = 0, 0
        if held.written_at is not None and held.counts.get("rewritten"):
            put_back, stay = rewriting.put_back(
                actor=actor, at=at, kept=kept, union_id=sheet.union_id, written_at=held.written_at,
                by=sheet.user_id,
            )  # fmt: skip
        held.counts = {**held.counts, "undone": removed, "put_back": put_back, "kept": left + stay}
        held.state, held.moved_at = State.UNDONE, at
        held.save(using="bulk")
        told = {"undone": removed + put_back, "stay": left + stay}
        runs.trail(actor, at, held, kept, "sheet.undone", told=told, using="bulk")


@contextmanager
def _marked(
    found: reading.Read, judged: Judged, path: Path, register: Register, at: datetime
) -> Iterator[Path | None]:
    """The file that was sent with the wrong rows alone and a sentence in each bad cell; none when nothing is wrong."""
    if not judged.mistakes:
        yield None
        return
    sentences: dict[tuple[int, int], str] = {}
    for mistake in judged.mistakes:
        cell = (mistake.number, found.header.columns.get(mistake.field, min(found.header.columns.values())))
        sentences[cell] = "\n".join(filter(None, [sentences.get(cell, ""), str(mistake.words)]))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "errors.xlsx"
        sheets.mark_errors(
            found.table, path, target, sentences, header_end=found.header_end,
            limits=limits(days.business_day(at)),
        )  # fmt: skip
        yield target


@contextmanager
def _on_disk(actor: Actor, at: datetime, sheet: Sheet) -> Iterator[Path]:
    """The clear file for as long as it is read."""
    if sheet.file_id is None:
        raise Unreadable("file_gone")
    with acting(actor):
        opened = files.on_disk(actor=actor, at=at, file_id=sheet.file_id)
        try:
            path = opened.__enter__()
        except NotForYou:
            raise Unreadable("file_gone") from None
    try:
        yield path
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def _failing(actor: Actor, sheet: Sheet) -> Iterator[None]:
    """What went wrong is kept as a code; nothing else was changed."""
    try:
        yield
    except (Unreadable, Refusal) as error:
        _fail(actor, sheet, error.code)
    except Exception:
        _fail(actor, sheet, "interrupted")
        raise


def _fail(actor: Actor, sheet: Sheet, code: str) -> None:
    with acting(actor):
        changed: dict[str, Any] = {
            "state": BACK[State(sheet.state)],
            "failure": code[:60],
            "moved_at": days.now(),
        }
        Sheet.objects.filter(pk=sheet.pk, state=sheet.state).update(**changed)
