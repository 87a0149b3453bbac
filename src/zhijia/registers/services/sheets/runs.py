"""What an officer does with a sheet of rows: send it, confirm it, take it back. The work itself is `work`, in a job."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registers.models import Sheet
from zhijia.registers.services import writing
from zhijia.registers.services.lists import Kept
from zhijia.registry import access
from zhijia.registry.models import Union

OWNER = "registers.sheet"
"""The owner of the files of a sheet; its port is `may_open`."""
JOB = "registers.work_sheet"
NOTHING: Mapping[str, Any] = {}
LOST_AFTER = timedelta(minutes=1)
"""Without a sign of life for so long a run may be started again; it does nothing twice."""
State = Sheet.State
MOVING = (State.SENT, State.WRITING, State.UNDOING)


def send(*, actor: Actor, at: datetime, kept: Kept, union: Union, name: str, content: BinaryIO) -> Sheet:
    """Keep the file and have it checked. The same file again, while the first run of it is under way, is that run.
    Raises NotForYou, and Refusal for what is no table."""
    actor, union = writing.keeper(actor, kept, union.pk)
    digest = _hash(content)
    under_way = Sheet.objects.filter(
        register_id=kept.id,
        union_id=union.pk,
        file_hash=digest,
        state__in=(State.SENT, State.CHECKED, State.WRITING),
    )
    if (there := under_way.first()) is not None:
        return there
    sheet = Sheet(
        register_id=kept.id, union_id=union.pk, county_id=union.stands_in, run=new_id(), user_id=actor.user_id or 0,
        file_name=name[:200], file_hash=digest, sent_at=at, moved_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
            sheet.file_id = files.store(
                actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=sheet.pk,
                place=access.place_of(union), largest="files.import_max_bytes",
            )  # fmt: skip
            sheet.save(update_fields=["file_id"])
    except IntegrityError:
        return under_way.get()
    trail(actor, at, sheet, kept, "sheet.send")
    start(sheet)
    return sheet


def confirm(*, actor: Actor, at: datetime, kept: Kept, sheet_id: int) -> Sheet:
    """Have the good rows written. A second click finds it under way. Raises Refusal when there is nothing to write."""
    sheet, actor = locked(actor, kept, sheet_id)
    if sheet.state in (State.WRITING, State.WRITTEN):
        return sheet
    if sheet.state != State.CHECKED or not writes(sheet.counts):
        raise Refusal("nothing_to_write", _("There is nothing in this sheet that can be written."))
    return _go_on(actor, at, sheet, kept, State.WRITING, "sheet.confirm")


def undo(*, actor: Actor, at: datetime, kept: Kept, sheet_id: int) -> Sheet:
    """Have what the sheet brought taken back, within its time. A second click finds it under way."""
    sheet, actor = locked(actor, kept, sheet_id)
    if sheet.state in (State.UNDOING, State.UNDONE):
        return sheet
    if sheet.state != State.WRITTEN or sheet.undo_until is None or at > sheet.undo_until:
        raise Refusal(
            "undo_too_late", _("The time to take this sheet back is over. End the entries one by one.")
        )
    return _go_on(actor, at, sheet, kept, State.UNDOING, "sheet.undo")


def again(*, actor: Actor, at: datetime, kept: Kept, sheet_id: int) -> Sheet:
    """Start a run again that has given no sign of life. One that is alive is left alone."""
    sheet, _actor = locked(actor, kept, sheet_id)
    if stalled(sheet, at):
        sheet.moved_at = at
        sheet.save(update_fields=["moved_at"])
        start(sheet)
    return sheet


def writes(counts: Mapping[str, int]) -> bool:
    """Whether a sheet of which so much was found writes anything."""
    return bool(counts.get("new") or counts.get("changed"))


def stalled(sheet: Sheet, at: datetime) -> bool:
    """Whether it should be moving and has not for a while."""
    return sheet.state in MOVING and at - sheet.moved_at > LOST_AFTER


def locked(actor: Actor, kept: Kept, sheet_id: int) -> tuple[Sheet, Actor]:
    """The sheet, held, and the actor by the right to keep the list there. NotForYou for another's."""
    sheet = Sheet.objects.select_for_update().filter(pk=sheet_id, register_id=kept.id).first()
    if sheet is None:
        raise NotForYou("no_such_sheet", _("There is no such sheet."))
    return sheet, access.require(actor, kept.definition.keeper, sheet.union_id)


def start(sheet: Sheet) -> None:
    """Enqueue the job, in the running transaction."""
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(sheet_id=sheet.pk)


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """The port of the files: whoever sent the sheet."""
    return Sheet.objects.filter(pk=int(stored.owner_id), user_id=actor.user_id or 0).exists()


def trail(
    actor: Actor,
    at: datetime,
    sheet: Sheet,
    kept: Kept,
    action: str,
    *,
    told: Mapping[str, Any] = NOTHING,
    using: str = "default",
) -> None:
    """A line on the trail about the sheet."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="sheet",
        subject_id=sheet.pk,
        place=audit.Place(sheet.union_id, sheet.county_id),
        detail={"list": kept.code, "file": sheet.file_hash, **told},
        using=using,
    )


def _go_on(actor: Actor, at: datetime, sheet: Sheet, kept: Kept, state: State, action: str) -> Sheet:
    sheet.state, sheet.failure, sheet.moved_at = state, "", at
    sheet.save(update_fields=["state", "failure", "moved_at"])
    trail(actor, at, sheet, kept, action)
    start(sheet)
    return sheet


def _hash(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := content.read(1 << 20):
        digest.update(piece)
    content.seek(0)
    return digest.hexdigest()
