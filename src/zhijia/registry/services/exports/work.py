"""Writing an export, and letting go of its file.

All rows are read in one transaction of the app role, under the row policies of who asked, at one moment: the file is
the register as it stood then. The file comes to be in the transaction that says it is done. Begun again after a
kill, or twice at once, it is written anew and kept once.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel import actors, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Export, Union
from zhijia.registry.services.exports import asking, cells, opening, tables, writers

State = Export.State
LONGEST_PART = 60
"""Letters of what a table or a union is called that stand in the name of a file."""
TOLD_EVERY = 1.0
"""Seconds between two words on how far it is."""


class MoreThanAllowed(Exception):
    """There are more rows in clear than one person takes alone: a second one has to allow it."""


def make(*, actor: Actor, at: datetime, export_id: UUID) -> None:
    """Write the file and keep it. Done once, however often it is begun."""
    export, union = _begun(actor, at, export_id)
    if export is None or union is None:
        return
    with _failing(actor, at, export), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{export.format}"
        counts = _written(actor, export, union, path)
        _kept(actor, at, export, union, path, counts)


def name_of(export: Export, union: Union, at: datetime) -> str:
    """What the file is called where it is saved: the table in the reader's language, the union, the day."""
    called = (str(tables.get(export.table).label), union.name)
    parts = [part.replace("/", "-").replace("\\", "-")[:LONGEST_PART] for part in called]
    return f"{'-'.join(parts)}-{days.business_day(at).isoformat()}.{export.format}"


def end_expired(*, at: datetime) -> int:
    """Let go of the files whose days are over, and of wishes nobody answered in as many; how many."""
    waited = at - timedelta(days=parameters.value("exports.link_days", day=days.business_day(at)))
    actor = actors.system("exports-over")
    with whole():
        held = Export.objects.using("bulk").select_for_update(skip_locked=True)
        over = [
            *held.filter(state=State.DONE, expires_at__lte=at),
            *held.filter(state=State.WAITING, asked_at__lte=waited),
        ]
        StoredFile.objects.using("bulk").filter(pk__in=[one.file_id for one in over if one.file_id]).delete()
        for export in over:
            Export.objects.using("bulk").filter(pk=export.pk).update(state=State.OVER, moved_at=at)
            audit.record(
                actor=actor,
                at=at,
                action="export.end",
                subject="export",
                subject_id=export.pk,
                place=audit.Place(export.union_id, export.county_id),
                using="bulk",
            )
    return len(over)


def _begun(actor: Actor, at: datetime, export_id: UUID) -> tuple[Export | None, Union | None]:
    """The export, being written from now on, and its union; nothing where it is not to be written (any more)."""
    with acting(actor):
        export = Export.objects.select_for_update().filter(pk=export_id).first()
        if export is None or export.state not in (State.READY, State.WORKING):
            return None, None
        export.state, export.moved_at, export.progress = State.WORKING, at, 0
        export.save(update_fields=["state", "moved_at", "progress"])
        return export, Union.objects.get(pk=export.union_id)


def _written(actor: Actor, export: Export, union: Union, path: Path) -> dict[str, int]:
    """Write the file; how many rows it has, and how many of them in clear."""
    table = tables.get(export.table)
    columns = table.chosen(export.columns)
    sight = cells.Sight(export.clear, export.purpose)
    counts = {"rows": 0, "clear_rows": 0}
    with transaction.atomic(), _at_one_moment(), acting(actor):
        asking.may_have(actor, table, union.pk, clear=export.clear)
        clear_of = _clear_of(actor, export, union, sight) if export.clear else None
        writers.write(
            path,
            export.format,
            title=str(table.label),
            columns=columns,
            sight=sight,
            rows=_told(actor, export, union, columns, sight, counts),
            about=_about(export, union, clear_of),
        )
    return counts


def _told(
    actor: Actor,
    export: Export,
    union: Union,
    columns: list[tables.Column],
    sight: cells.Sight,
    counts: dict[str, int],
) -> Iterator[list[Any]]:
    """The rows one by one, counted as they pass; a second or so apart the export says how far it is."""
    last = time.monotonic()
    for batch in tables.get(export.table).rows(actor, union, export.filters):
        shown, clear = cells.shown(columns, batch, sight)
        counts["rows"] += len(shown)
        counts["clear_rows"] += clear
        yield from shown
        if time.monotonic() - last > TOLD_EVERY:
            last = time.monotonic()
            _tell(export, counts["rows"])


def _clear_of(actor: Actor, export: Export, union: Union, sight: cells.Sight) -> tuple[int, int]:
    """How many of the rows will be in clear, and of how many: the head of the file says it before any row stands.
    Raises MoreThanAllowed as soon as they are more than one person takes alone."""
    alone = export.decided_by is None
    room = asking.alone_limit(export.asked_at) - asking.taken_alone(
        export.user_id, export.asked_at, but=export.pk
    )
    clear, rows = 0, 0
    for batch in tables.get(export.table).rows(actor, union, export.filters):
        clear, rows = clear + len(cells.in_clear(batch, sight)), rows + len(batch)
        if alone and clear > room:
            raise MoreThanAllowed
    return clear, rows


def _tell(export: Export, rows: int) -> None:
    """How far it is, from outside the transaction that reads."""
    with whole():
        Export.objects.using("bulk").filter(pk=export.pk, state=State.WORKING).update(
            progress=rows, moved_at=days.now()
        )


def _about(export: Export, union: Union, clear_of: tuple[int, int] | None) -> list[tuple[str, str]]:
    """The watermark: who, when, by which request, what and for what, by which standard, how much of it in clear."""
    login = User.objects.filter(pk=export.user_id).values_list("login", flat=True).first() or ""
    moment = export.asked_at.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    lines = [
        (_("Taken by"), login),
        (_("Asked for at"), moment),
        (_("Request"), export.request_id),
        (_("Export"), str(export.pk)),
        (_("Union"), union.name),
        (_("Table"), str(tables.get(export.table).label)),
        (_("Data standard"), export.standard),
    ]
    if export.clear:
        purpose = next(p for p in tables.purposes_of(tables.get(export.table)) if p.code == export.purpose)
        lines.append((_("In clear for"), str(purpose.label)))
    if clear_of is not None:
        clear, rows = clear_of
        lines.append((_("Rows in clear"), _("%(clear)s of %(rows)s") % {"clear": clear, "rows": rows}))
    return lines


def _kept(
    actor: Actor, at: datetime, export: Export, union: Union, path: Path, counts: dict[str, int]
) -> None:
    table = tables.get(export.table)
    with acting(actor), path.open("rb") as content:
        held = Export.objects.select_for_update().get(pk=export.pk)
        if held.state != State.WORKING:
            return
        actor = asking.may_have(actor, table, union.pk, clear=held.clear)
        held.file_id = files.store(
            actor=actor, at=at, content=content, name=name_of(export, union, at), owner=opening.OWNER, owner_id=held.pk,
            place=access.place_of(union), largest="exports.max_bytes",
        )  # fmt: skip
        held.digest = StoredFile.objects.values_list("sha256", flat=True).get(pk=held.file_id)
        held.state, held.failure, held.done_at, held.moved_at = State.DONE, "", at, at
        held.rows, held.clear_rows, held.progress = counts["rows"], counts["clear_rows"], counts["rows"]
        held.expires_at = at + timedelta(
            days=parameters.value("exports.link_days", day=days.business_day(at))
        )
        held.save()
        asking.trail(
            actor, at, f"{tables.family(held.table)}.export", held, detail={**counts, "digest": held.digest}
        )
        notices.send(
            actor=actor, at=at, to_user=held.user_id, kind="export_ready", values={"union": union.name},
            link=f"/exports/{held.pk}/", reason="work",
        )  # fmt: skip


@contextmanager
def _at_one_moment() -> Iterator[None]:
    """The transaction that has just begun sees the database as it is now, whatever is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    yield


@contextmanager
def _failing(actor: Actor, at: datetime, export: Export) -> Iterator[None]:
    """What went wrong is kept as a code; nothing leaves. What is more than one person takes waits for a second."""
    try:
        yield
    except MoreThanAllowed:
        _move(actor, at, export, State.WAITING, "")
    except (NotForYou, Refusal) as refusal:
        _move(actor, at, export, State.FAILED, refusal.code)
    except Exception:
        _move(actor, at, export, State.FAILED, "interrupted")
        raise


def _move(actor: Actor, at: datetime, export: Export, state: str, code: str) -> None:
    with acting(actor):
        moved = Export.objects.filter(pk=export.pk, state=State.WORKING)
        if moved.update(state=state, failure=code, moved_at=at):
            asking.trail(actor, at, "export.stop", export, detail={"why": code or "more_than_alone"})
