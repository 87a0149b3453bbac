"""Taking files in, opening them for whom their owner lets in, and letting go of them."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.audit.services import NOWHERE, Place
from zhijia.catalogue import parameters, ports
from zhijia.files import blobs, pictures, rules
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal, TooMany

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file somebody may read: what it is, and its bytes piece by piece."""

    file: StoredFile
    pieces: Iterator[bytes]


def store(
    *,
    actor: Actor,
    at: datetime,
    content: BinaryIO | bytes,
    name: str,
    owner: str,
    owner_id: object,
    place: Place = NOWHERE,
    largest: str = "files.max_bytes",
    made_here: bool = False,
) -> UUID:
    """Keep these bytes for a thing of a room; the random id under which they are opened (S-25).

    The content decides the kind; a picture is made anew without what the camera wrote beside it. `largest`
    is the parameter with the most bytes. Refuses "file_empty", "file_too_large", "file_kind",
    "picture_too_large", "picture_broken"; TooMany beyond `files.per_user_per_day`: a file that the system made
    itself (`made_here`) is nobody's and does not count. `content` is read once and not closed.
    """
    day = days.business_day(at)
    if not made_here:
        _require_few(actor, at)
    source: BinaryIO = io.BytesIO(content) if isinstance(content, bytes) else content
    most = parameters.value(largest, day=day)
    media_type = _kind(source, most)
    if media_type in rules.PICTURES:
        source = pictures.made_anew(
            source,
            media_type,
            max_pixels=parameters.value("files.picture_max_pixels", day=day),
            longest_side=parameters.value("files.picture_longest_side", day=day),
        )
    try:
        blob = blobs.keep(source, most=most)
    except blobs.TooLong as error:
        raise _too_large(most) from error
    stored = StoredFile(
        owner=owner,
        owner_id=str(owner_id),
        name=rules.fitting_name(name, media_type),
        media_type=media_type,
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
        stored_at=at,
        user_id=None if made_here else actor.user_id,
        union_id=place.union_id,
        county_id=place.county_id,
        person_id=place.person_id,
    )
    stored.save(force_insert=True)
    audit.record(
        actor=actor,
        at=at,
        action="file.store",
        subject="files_stored_file",
        subject_id=stored.pk,
        place=place,
        detail={"owner": owner, "type": media_type, "bytes": blob.size},
    )
    return stored.pk


def open_for(*, actor: Actor, at: datetime, file_id: UUID) -> Opened:
    """The file, if its owner's port says that this actor may open it; NotForYou otherwise, or when there is
    none. The look is on the trail."""
    found = _may_open(actor, file_id)
    audit.record(
        actor=actor,
        at=at,
        action="file.open",
        subject="files_stored_file",
        subject_id=found.pk,
        place=Place(found.union_id, found.county_id, found.person_id),
        detail={"owner": found.owner},
    )
    return Opened(found, blobs.pieces(found.blob))


@contextmanager
def on_disk(*, actor: Actor, at: datetime, file_id: UUID) -> Iterator[Path]:
    """The clear bytes in a file of their own, for a parser that needs a path; gone afterwards, within the hour also
    when the process was killed."""
    opened = open_for(actor=actor, at=at, file_id=file_id)
    with blobs.in_the_clear(opened.pieces, rules.ENDINGS[opened.file.media_type]) as path:
        yield path


def remove(*, actor: Actor, at: datetime, file_id: UUID) -> None:
    """Let go of the file; its bytes go within the hour unless another row has the same. NotForYou as
    `open_for`."""
    found = _may_open(actor, file_id)
    StoredFile.objects.filter(pk=found.pk).delete()
    audit.record(
        actor=actor,
        at=at,
        action="file.remove",
        subject="files_stored_file",
        subject_id=file_id,
        place=Place(found.union_id, found.county_id, found.person_id),
        detail={"owner": found.owner},
    )


def _may_open(actor: Actor, file_id: UUID) -> StoredFile:
    found = StoredFile.objects.filter(pk=file_id).first()
    port = f"files.may_open.{found.owner}" if found else ""
    if found is None or not ports.answered(port) or not ports.call(port, actor, found):
        raise NotForYou("not_found", _("There is no such file."))
    return found


def _require_few(actor: Actor, at: datetime) -> None:
    if actor.user_id is None:
        return
    limit = parameters.value("files.per_user_per_day", day=days.business_day(at))
    if StoredFile.objects.filter(user_id=actor.user_id, stored_at__gt=at - A_DAY).count() >= limit:
        raise TooMany(
            "files_per_day",
            _("You have sent %(limit)d files within a day, the most there can be. Go on tomorrow.")
            % {"limit": limit},
            retry_after=int(A_DAY.total_seconds()),
        )


def _kind(source: BinaryIO, most: int) -> str:
    """The media type by content, the source wound back to its beginning."""
    head = source.read(rules.HEAD_BYTES)
    if not head:
        raise Refusal("file_empty", _("This file is empty. Choose it again."))
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size > most:
        raise _too_large(most)
    found = rules.kind_of(head)
    if found == rules.ZIP:
        found = _container_kind(source)
    elif found == rules.OLE:
        found = rules.XLS
    if found is None:
        raise Refusal(
            "file_kind",
            _(
                "Files of this kind are not taken. Send a picture (JPEG, PNG, WebP), a PDF,"
                " a Word or Excel file or CSV."
            ),
        )
    return found


def _container_kind(source: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(source) as archive:
            return rules.kind_of_container(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        return None
    finally:
        source.seek(0)


def _too_large(most: int) -> Refusal:
    return Refusal(
        "file_too_large",
        _("This file is larger than %(most)d MB, the most that is taken.") % {"most": most // (1024 * 1024)},
    )
