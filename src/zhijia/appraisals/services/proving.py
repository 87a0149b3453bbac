"""Photos and files that show what was scored: added one by one, taken away again before it is handed in."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Assessor, Entry, Proof
from zhijia.appraisals.services import held, promises, told
from zhijia.audit.services import Place
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access

OWNER = "appraisals.proof"
MOST = 12
"""Pictures of one item by one side: more says no more."""


def add(
    *,
    actor: Actor,
    at: datetime,
    entry_id: UUID,
    part: str,
    item: str,
    content: BinaryIO,
    name: str,
) -> Proof:
    """A photo or file for an item, of the subject or of somebody named for the part. The same picture sent again (a bad
    line) stands once."""
    entry, scheme, assessor = _writing(actor, entry_id, part)
    if not any(one.code == item for one in scheme.by_part[part]):
        raise Refusal("mark_is_of_an_item_of_its_part", promises.BROKEN["mark_is_of_an_item_of_its_part"])
    there = Proof.objects.filter(entry=entry, part=part, item=item, assessor=assessor)
    if there.count() >= MOST:
        raise Refusal("enough_pictures", _("%(most)d pictures are enough.") % {"most": MOST})
    place = Place(entry.union_id, entry.county_id)
    file_id = files.store(
        actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=entry.pk, place=place
    )
    stored = StoredFile.objects.get(pk=file_id)
    again = there.filter(sha256=stored.sha256).first()
    if again is not None:
        files.remove(actor=actor, at=at, file_id=file_id)
        return again
    with promises.kept():
        return Proof.objects.create(
            entry=entry,
            union_id=entry.union_id,
            county_id=entry.county_id,
            part=part,
            item=item,
            assessor=assessor,
            file_id=file_id,
            sha256=stored.sha256,
            name=stored.name[:120],
            user_id=actor.user_id or 0,
            added_at=at,
        )


def remove(*, actor: Actor, at: datetime, proof_id: UUID) -> None:
    """Whoever added it takes it away, before it was handed in. Twice is once."""
    proof = Proof.objects.filter(pk=proof_id, user_id=actor.user_id or 0).first()
    if proof is None:
        return
    _writing(actor, proof.entry_id, proof.part)
    file_id = proof.file_id
    proof.delete()
    files.remove(actor=actor, at=at, file_id=file_id)


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """Either side, and whoever is named for the entry: of those of assessors, the employer's own account once there is
    a result."""
    entry = Entry.objects.select_related("run").filter(pk=stored.owner_id).first()
    if entry is None:
        return False
    if entry.assessors.filter(user_id=actor.user_id or 0, left_at__isnull=True).exists():
        return True
    if held.is_its_employer(actor, entry):
        return entry.proofs.filter(file_id=stored.pk).exists()
    return access.may(actor, told.ENTER, entry.union_id) or access.may(actor, told.HOLD, entry.run.union_id)


def _writing(actor: Actor, entry_id: UUID, part: str) -> tuple[Entry, Appraisal, Assessor | None]:
    """The entry, and as whom the actor writes to this part: the subject before handing in, or somebody named."""
    entry, scheme = held.seen(entry_id)
    if scheme.part(part).by == "self":
        held.as_subject(actor, entry)
        if entry.state != Entry.State.BEGUN:
            raise Refusal("handed_in_already", _("The self-score was handed in and stands."))
        return entry, scheme, None
    mine = entry.assessors.filter(part=part, user_id=actor.user_id or 0, left_at__isnull=True).first()
    if mine is None:
        raise NotForYou("not_named_for_it", _("You are not named for this."))
    if mine.handed_at is not None:
        raise Refusal("handed_in_already", _("You have handed in. What you gave stands."))
    return entry, scheme, mine
