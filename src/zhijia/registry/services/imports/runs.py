"""What an officer does with a roster: send it, confirm it, take it back. The work itself is `work`, in a job."""

import hashlib
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.files import rules as file_rules
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Parent, RosterImport, Union
from zhijia.registry.services import unions
from zhijia.registry.services.imports import words
from zhijia.registry.services.standards import editions

OWNER = "registry.roster"
"""The owner of the files of an import; its port is `may_open`."""
CHECK, APPLY, UNDO = "registry.check_roster", "registry.apply_roster", "registry.undo_roster"
LOST_AFTER = timedelta(minutes=1)
"""Without a sign of life for so long a run may be started again; it does nothing twice."""
State = RosterImport.State
UNFINISHED = (State.UPLOADED, State.CHECKING, State.CHECKED, State.APPLYING)
_TABLES = (file_rules.XLSX, file_rules.XLS, file_rules.CSV)
_FOR_A_ROSTER = {
    "file_empty": "sheet_empty",
    "file_kind": "not_a_sheet",
    "file_too_large": "too_big",
    "picture_broken": "not_a_sheet",
    "picture_too_large": "not_a_sheet",
}
_JOBS = {State.UPLOADED: CHECK, State.CHECKING: CHECK, State.APPLYING: APPLY, State.UNDOING: UNDO}


def upload(
    *, actor: Actor, at: datetime, union: Union, name: str, content: BinaryIO, in_background: bool = True
) -> RosterImport:
    """Keep the file and have it checked. The same file again, while the first run of it is not finished, is that
    run, checked anew when it only waits to be confirmed. Who does the work at once says not `in_background`.

    Raises Refusal for what is no table; `content` is read and not closed.
    """
    actor = access.require(actor, "roster.import", union.pk)
    unions.check_takes_members(union.pk)
    file_hash = _hash(content)
    running = RosterImport.objects.filter(union_id=union.pk, file_hash=file_hash, state__in=UNFINISHED)
    roster = running.select_for_update().first()
    if roster is not None and roster.state != State.CHECKED:
        return roster
    if roster is not None:
        roster.state, roster.moved_at, roster.user_id = State.UPLOADED, at, actor.user_id
        roster.save(update_fields=["state", "moved_at", "user_id"])
    else:
        try:
            with transaction.atomic():
                roster = _keep(actor, at, union, name, content, file_hash)
        except IntegrityError:
            return running.get()
    if in_background:
        start(roster)
    return roster


def confirm(
    *, actor: Actor, at: datetime, import_id: int, mode: str, in_background: bool = True
) -> RosterImport:
    """Have the checked rows written: the good ones now, or all or nothing. A second click finds it under way.
    Raises Refusal when there is nothing to write, when the union has been dissolved, or when another import of it is
    under way."""
    roster, actor = locked(actor, import_id, "roster.import")
    if roster.state in (State.APPLYING, State.APPLIED):
        return roster
    unions.check_takes_members(roster.union_id)
    if roster.state != State.CHECKED:
        raise Refusal("not_checked", _("This roster cannot be imported. Send the file again."))
    if roster.wide:
        mode = RosterImport.Mode.GOOD_ROWS
    if mode == RosterImport.Mode.ALL_OR_NOTHING and roster.counts.get("wrong"):
        raise Refusal("rows_wrong", words.FILES["rows_wrong"])
    if not any(roster.counts.get(count) for count in ("new", "changed", "waiting")):
        raise Refusal("nothing_to_import", _("There is nothing new in this roster. Nothing has to be done."))
    roster.mode = mode if mode in RosterImport.Mode.values else RosterImport.Mode.GOOD_ROWS
    _begin(actor, at, roster, State.APPLYING, "roster.confirm")
    if in_background:
        start(roster)
    return roster


def undo(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Have an import taken back, within its time, or one that stopped half done. A second click finds it under way.
    Raises Refusal afterwards."""
    roster, actor = locked(actor, import_id, "roster.undo")
    if roster.state in (State.UNDOING, State.UNDONE):
        return roster
    if stopped(roster, at):
        _begin(actor, at, roster, State.UNDOING, "roster.undo")
        start(roster)
        return roster
    if roster.state != State.APPLIED or roster.undo_until is None:
        raise Refusal("not_applied", _("This roster has not been imported, so there is nothing to undo."))
    if at > roster.undo_until:
        raise Refusal(
            "undo_too_late",
            _(
                "The time to undo this import is over. Correct the members one by one, or ask your federation."
            ),
        )
    _begin(actor, at, roster, State.UNDOING, "roster.undo")
    start(roster)
    return roster


def again(*, actor: Actor, at: datetime, import_id: int) -> RosterImport:
    """Start a run again that has given no sign of life, or that stopped. One that is alive is left alone."""
    roster, actor = locked(actor, import_id, "roster.import")
    if roster.state in _JOBS and (roster.failure or at - roster.moved_at > LOST_AFTER):
        roster.moved_at, roster.failure = at, ""
        roster.save(update_fields=["moved_at", "failure"])
        _trail(actor, at, "roster.start_again", roster)
        start(roster)
    return roster


def stopped(roster: RosterImport, at: datetime) -> bool:
    """Whether this is a file of many unions whose writing stopped: it said why, or gave no sign of life."""
    return (
        roster.wide
        and roster.state == State.APPLYING
        and bool(roster.failure or at - roster.moved_at > LOST_AFTER)
    )


def start(roster: RosterImport, *, after: int = 0) -> None:
    """Enqueue the job of the state the import is in, in the running transaction; to begin in so many seconds."""
    task = _JOBS[State(roster.state)]
    when = {"schedule_in": {"seconds": after}} if after else {}
    app.configure_task(task, queue="slow", allow_unknown=True, **when).defer(import_id=roster.pk)


def locked(actor: Actor, import_id: int, permission: str) -> tuple[RosterImport, Actor]:
    """The import, held, and the actor by the grant for it. NotForYou for one of another union, or of none."""
    roster = RosterImport.objects.select_for_update().filter(pk=import_id).first()
    if roster is None:
        raise NotForYou("no_such_import", _("There is no such import at your union."))
    return roster, access.require(actor, permission, roster.union_id)


def may_open(actor: Actor, file: StoredFile) -> bool:
    """The port of the files: rosters and their errors are opened by who may import there."""
    return file.union_id is not None and access.may(actor, "roster.import", file.union_id)


def _hash(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    while piece := content.read(1 << 20):
        digest.update(piece)
    content.seek(0)
    return digest.hexdigest()


def _keep(
    actor: Actor, at: datetime, union: Union, name: str, content: BinaryIO, file_hash: str
) -> RosterImport:
    place = access.place_of(union)
    roster = RosterImport.objects.create(
        standard=editions.named(at=at),
        file_hash=file_hash,
        file_name=name[-200:],
        user_id=actor.user_id,
        uploaded_at=at,
        moved_at=at,
        union_id=union.pk,
        county_id=union.stands_in,
    )
    try:
        roster.file_id = files.store(
            actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=roster.pk, place=place,
            largest="files.import_max_bytes",
        )  # fmt: skip
    except Refusal as refusal:
        code = _FOR_A_ROSTER.get(refusal.code)
        if code == "too_big" and has_others_under_it(union):
            code = "too_big_to_send"
        raise (Refusal(code, words.FILES[code]) if code else refusal) from refusal
    stored = StoredFile.objects.only("media_type", "name").get(pk=roster.file_id)
    if stored.media_type not in _TABLES:
        raise Refusal("not_a_sheet", words.FILES["not_a_sheet"])
    roster.file_name = stored.name
    roster.save(update_fields=["file_id", "file_name"])
    _trail(actor, at, "roster.upload", roster)
    return roster


def has_others_under_it(union: Union) -> bool:
    """Whether a file for this union may name other unions in its rows."""
    return Parent.objects.filter(parent=union, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True).exists()


def _begin(actor: Actor, at: datetime, roster: RosterImport, state: State, action: str) -> None:
    roster.state, roster.stage, roster.failure, roster.moved_at = state, "", "", at
    roster.user_id = actor.user_id
    try:
        with transaction.atomic():
            roster.save(update_fields=["state", "stage", "failure", "moved_at", "mode", "user_id"])
    except IntegrityError as error:
        raise Refusal(
            "import_under_way",
            _("Another import of this union is under way. Wait for its end and try again."),
        ) from error
    _trail(actor, at, action, roster)


def _trail(actor: Actor, at: datetime, action: str, roster: RosterImport) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="roster_import",
        subject_id=roster.pk,
        place=audit.Place(roster.union_id, roster.county_id),
        detail={"file": roster.file_hash, "mode": roster.mode, "standard": roster.standard},
    )
