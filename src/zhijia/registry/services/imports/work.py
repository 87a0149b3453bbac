"""The work of an import, run by jobs and by the command: check, write, take back.

Each does its work in one transaction on `bulk` under a lock of the union, after asking whether the actor may; run
twice, or again after a crash, it does nothing twice. The row policies' own connection is used for short moments
only: to read the import, to open its file, to tell how far the work is.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connections, transaction

from zhijia.audit import services as audit
from zhijia.catalogue import parameters, working_days
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.disks import is_full
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Load, RosterImport, Union
from zhijia.registry.services import lookups, unions
from zhijia.registry.services.imports import findings, reading, runs, staging, undoing, writing
from zhijia.registry.services.imports.reading import Unreadable

State = RosterImport.State
TRIES = 3
"""How often a write is tried that another import was quicker with."""
QUICKER = ("23505", "40001", "40P01", "55P03")
"""What the database says then: held already, cannot be put in order, deadlock, waited too long."""

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""What a lost database raises, in Django's words and, from COPY, in the driver's. A job that ends so is tried again."""
SHUT_DOWN = ("57P01", "57P02", "57P03")
"""What the database says when it is shut down, was killed, or is starting."""


def check(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Read the file, check every row, say what each would mean, and change nothing (the dry run)."""
    roster, union, actor = begun(actor, at, import_id, State.CHECKING)
    if roster.state != State.CHECKING:
        return roster
    with failing(actor, at, roster, State.FAILED), clear_file(actor, at, roster) as path:
        check_file(actor, at, roster, union, path)
    return now(actor, roster)


def check_file(actor: Actor, at: datetime, roster: RosterImport, union: Union, path: Path) -> None:
    """What `check` does with the file of one union, once it lies open. Raises Unreadable and Refusal."""
    found = reading.read(path, union=union, day=days.business_day(at))
    tell(actor, roster, "comparing")
    with alone(union) as cursor:
        staged = staging.stage(
            cursor, union=union, checked=found.checked, day=days.business_day(at), apply=False
        )
        transaction.set_rollback(True, using="bulk")
    tell(actor, roster, "writing")
    told = findings.findings(found, staged)
    with findings.workbook(found, told, path) as errors, acting(actor):
        _count_lookups(actor, at, staged)
        name = findings.errors_name(roster.file_name)
        keep_findings(actor, at, roster, union, told, errors, name)


def apply(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Write the good rows, or all, in one transaction: people, sealed values, memberships, facts, trail."""
    roster, union, actor = begun(actor, at, import_id, State.APPLYING)
    if roster.state != State.APPLYING:
        return roster
    with failing(actor, at, roster, State.CHECKED), clear_file(actor, at, roster) as path:
        day = days.business_day(at)
        found = reading.read(path, union=union, day=day)
        if found.checked.mistakes and roster.mode == RosterImport.Mode.ALL_OR_NOTHING:
            raise Unreadable("rows_wrong")
        run = writing.Run(
            roster=roster,
            union=union,
            actor=actor,
            at=at,
            day=day,
            out_due=working_days.add(day, parameters.value("membership.transfer_out_days", day=day)),
        )
        tell(actor, roster, "writing")
        tried(lambda: _write(run, found))
    return now(actor, roster)


def undo(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Take the import back for everybody nobody has worked on since, and say for whom not."""
    roster, union, actor = begun(actor, at, import_id, State.UNDOING)
    if roster.state != State.UNDOING:
        return roster
    with failing(actor, at, roster, State.APPLIED):
        tried(lambda: _take_back(actor, at, roster, union))
    return now(actor, roster)


def _write(run: writing.Run, found: reading.Roster) -> None:
    with alone(run.union) as cursor:
        if not _still(run.roster, State.APPLYING):
            return
        unions.check_takes_members(run.union.pk, using="bulk")
        staged = staging.stage(cursor, union=run.union, checked=found.checked, day=run.day, apply=True)
        if staged.mistakes and run.roster.mode == RosterImport.Mode.ALL_OR_NOTHING:
            raise Unreadable("rows_wrong")
        written = writing.write(cursor, run, staged)
        counts = {**findings.counts(found, staged), "asked": written["asked"], "joined": written["joined"]}
        hours = parameters.value("import.undo_hours", day=run.day)
        _finish(
            run.actor, run.at, run.roster, "roster.apply", {"digest": staged.digest, **counts},
            state=State.APPLIED, counts=counts, applied_at=run.at, undo_until=run.at + timedelta(hours=hours),
        )  # fmt: skip


def _take_back(actor: Actor, at: datetime, roster: RosterImport, union: Union) -> None:
    day = days.business_day(at)
    with alone(union) as cursor:
        if not _still(roster, State.UNDOING):
            return
        shown = parameters.value("import.shown_errors", day=day)
        undone, kept, people = undoing.take_back(cursor, roster=roster, at=at, day=day, shown=shown)
        counts = {**roster.counts, "undone": undone, "kept": kept}
        counts["kept_people"] = [[str(person), why] for person, why in people]
        _finish(
            actor, at, roster, "roster.undone", {"undone": undone, "kept": kept},
            state=State.UNDONE, counts=counts, undone_at=at,
        )  # fmt: skip


def begun(actor: Actor, at: datetime, import_id: int, state: State) -> tuple[RosterImport, Union, Actor]:
    """The import in this state (a fresh upload begins to be checked), its union, the actor by the grant for it."""
    with acting(actor):
        permission = "roster.undo" if state == State.UNDOING else "roster.import"
        roster, actor = runs.locked(actor, import_id, permission)
        if roster.state == State.UPLOADED and state == State.CHECKING:
            roster.state = State.CHECKING
        if roster.state == state:
            roster.stage, roster.moved_at = "reading", at
            roster.save(update_fields=["state", "stage", "moved_at"])
        return roster, Union.objects.get(pk=roster.union_id), actor


@contextmanager
def clear_file(actor: Actor, at: datetime, roster: RosterImport) -> Iterator[Path]:
    """The clear file for as long as it is read; the transaction that opened it has ended by then."""
    with ExitStack() as stack:
        if roster.file_id is None:
            raise Unreadable("file_gone")
        with acting(actor):
            try:
                path = stack.enter_context(files.on_disk(actor=actor, at=at, file_id=roster.file_id))
            except NotForYou:
                raise Unreadable("file_gone") from None
        yield path


@contextmanager
def alone(union: Union) -> Iterator[Any]:
    """A transaction on `bulk` in which no other import of the union writes. The union was asked for before."""
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SET LOCAL lock_timeout = '5min'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.imports'), %s)", [union.pk])
        if Load.objects.using("bulk").filter(under_way=True, empty=True).exists():
            raise Unreadable("load_under_way")
        yield cursor


@contextmanager
def failing(
    actor: Actor,
    at: datetime,
    roster: RosterImport,
    back_to: State,
    *,
    half_done: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """What went wrong is kept as a code beside the state the import goes back to; nothing else was changed. When the
    database itself is away, the import stays as it is: the job is tried again and takes it up. One that is `half_done`
    stays in its state, to be gone on with or taken back."""
    doing = State(roster.state)

    def fail(code: str) -> None:
        _fail(actor, at, roster, (doing, doing if half_done() else back_to), code)

    try:
        yield
    except (Unreadable, Refusal) as error:
        fail(error.code)
    except Exception as error:
        if is_full(error):
            fail("disk_full")
            return
        if actor.channel != "job" or not is_away(error):
            fail("load_stopped" if half_done() else "interrupted")
        raise


def is_away(error: Exception) -> bool:
    """Whether the database was lost, was shut down or does not take connections yet."""
    state = getattr(error.__cause__ or error, "sqlstate", None) or ""
    lost = isinstance(error, AWAY) and not state
    return lost or state.startswith("08") or state in SHUT_DOWN


def _fail(actor: Actor, at: datetime, roster: RosterImport, turn: tuple[State, State], code: str) -> None:
    doing, back_to = turn
    with acting(actor):
        RosterImport.objects.filter(pk=roster.pk, state=doing).update(
            state=back_to, failure=code, stage="", moved_at=at
        )
        audit.record(
            actor=actor, at=at, action="roster.failed", subject="roster_import", subject_id=roster.pk,
            place=audit.Place(roster.union_id, roster.county_id), detail={"why": code},
        )  # fmt: skip


def tried(work: Callable[[], None]) -> None:
    """Do the work, again when another import was quicker with somebody; then say that it is busy."""
    for _attempt in range(TRIES):
        try:
            return work()
        except (DatabaseError, psycopg.Error) as error:  # COPY raises the driver's own
            if getattr(error.__cause__ or error, "sqlstate", "") not in QUICKER:
                raise
        except writing.Overtaken:
            continue
    raise Unreadable("busy")


def _still(roster: RosterImport, state: State) -> bool:
    """Whether the import is still to be done: a job delivered twice finds it done, once it has the lock."""
    return RosterImport.objects.using("bulk").filter(pk=roster.pk, state=state).exists()


def _finish(
    actor: Actor, at: datetime, roster: RosterImport, action: str, told: dict[str, Any], **changes: Any
) -> None:
    RosterImport.objects.using("bulk").filter(pk=roster.pk).update(
        stage="", failure="", moved_at=at, **changes
    )
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="roster_import",
        subject_id=roster.pk,
        place=audit.Place(roster.union_id, roster.county_id),
        detail={"file": roster.file_hash, "standard": roster.standard, **told},
        using="bulk",
    )


def tell(actor: Actor, roster: RosterImport, stage: str, **more: Any) -> None:
    """A sign of life: how far the import is."""
    with acting(actor):
        RosterImport.objects.filter(pk=roster.pk).update(stage=stage, moved_at=days.now(), **more)


def now(actor: Actor, roster: RosterImport) -> RosterImport:
    """The import as it is by now."""
    with acting(actor):
        return RosterImport.objects.get(pk=roster.pk)


def _count_lookups(actor: Actor, at: datetime, staged: staging.Staged) -> None:
    """Every row that tells something about a person outside the union is a look-up (reliability, abuse 10)."""
    told = staged.counts["waiting"] + staged.counts["joins"] + len(staged.mistakes)
    if told:
        lookups.count(actor=actor, at=at, many=told)


def keep_findings(
    actor: Actor,
    at: datetime,
    roster: RosterImport,
    union: Union,
    told: findings.Findings,
    errors: Path | None,
    name: str,
) -> None:
    """The import is checked: what was found, and the file of wrong rows under this name; who sent it is told."""
    place = access.place_of(union)
    if errors is not None:
        with errors.open("rb") as content:
            roster.errors_id = files.store(
                actor=actor, at=at, content=content, name=name, owner=runs.OWNER, owner_id=roster.pk,
                place=place, largest="files.errors_max_bytes", made_here=True,
            )  # fmt: skip
    roster.state, roster.stage, roster.progress, roster.failure = State.CHECKED, "", {}, ""
    roster.counts, roster.columns, roster.first_errors = told.counts, told.columns, told.first
    roster.checked_at = roster.moved_at = at
    roster.save(
        update_fields=[
            *("errors_id", "state", "stage", "progress", "failure", "counts", "columns", "first_errors"),
            *("checked_at", "moved_at"),
        ]
    )
    audit.record(
        actor=actor, at=at, action="roster.check", subject="roster_import", subject_id=roster.pk, place=place,
        detail={"file": roster.file_hash, **told.counts},
    )  # fmt: skip
    if actor.channel == "job":
        notices.send(
            actor=actor, at=at, to_user=actor.user_id, kind="import_ready", values={"union": union.name},
            link=f"/imports/{roster.pk}/", reason="import",
        )  # fmt: skip
