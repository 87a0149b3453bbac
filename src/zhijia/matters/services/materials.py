"""Documents and photos that go with a case: kept sealed, opened through the case alone."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Material
from zhijia.matters.services import asking, lacking, moving, versions

OWNER = "matters.case"
LONGEST_NAME = 120
KINDS = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


def add(*, actor: Actor, at: datetime, case_id: UUID, code: str, content: BinaryIO, name: str) -> Material:
    """Put a photo or PDF with one's own case while it can still be completed. What the camera wrote beside the picture
    is taken away (`files.services.store`). The same picture twice is once."""
    case = asking.own(actor, case_id, {Case.State.DRAFT, Case.State.PAUSED}, at=at)
    matter = versions.of(case, at=at)
    part = lacking.part_of(case, matter)
    rule = next((one for one in matter.materials if one.code == code and one.at == part), None)
    if rule is None:
        raise NotForYou("no_such_material", _("This request does not ask for such a document."))
    if case.materials.filter(code=code).count() >= rule.most:
        raise Refusal(
            "materials_enough",
            _("At most %(most)d files go here. Take one away first.") % {"most": rule.most},
        )
    file_id = files.store(
        actor=actor,
        at=at,
        content=content,
        name=name,
        owner=OWNER,
        owner_id=case.pk,
        place=moving.place_of(case),
    )
    stored = StoredFile.objects.get(pk=file_id)
    if stored.media_type not in KINDS:
        raise Refusal("proof_kind", _("A proof is a photo or a PDF. Take a picture of the document."))
    twins = StoredFile.objects.filter(owner=OWNER, owner_id=str(case.pk), sha256=stored.sha256)
    there = case.materials.filter(code=code, file_id__in=twins.values("pk")).first()
    if there is not None:
        files.remove(actor=actor, at=at, file_id=file_id)
        return there
    return Material.objects.create(
        case=case, code=code, file_id=file_id, name=_fitting(stored.name), added_at=at
    )


def remove(*, actor: Actor, at: datetime, case_id: UUID, material_id: int) -> None:
    """Take a file away again, before the case is handed in or while it is to be completed."""
    case = asking.own(actor, case_id, {Case.State.DRAFT, Case.State.PAUSED}, at=at)
    material = case.materials.filter(pk=material_id).first()
    if material is None:
        raise NotForYou("no_such_material", _("There is no such file with this request."))
    files.remove(actor=actor, at=at, file_id=material.file_id)
    material.delete()


def _fitting(name: str) -> str:
    """The name as the files keep it, cut before its ending."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
