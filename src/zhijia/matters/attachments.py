"""Who opens what lies with a case: whoever asked for it, and whoever decides it."""

from uuid import UUID

from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.matters.models import Case, Material
from zhijia.matters.queries import file, mine
from zhijia.matters.services import versions


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """The port of the files. A draft's are opened by whoever asks alone."""
    case_id = UUID(stored.owner_id)
    if mine.find(actor, case_id) is not None or file.find(actor, case_id) is not None:
        return True
    return any(_asks_for(part, stored) and file.find(actor, part.pk) for part in _parts(case_id))


def _parts(case_id: UUID) -> list[Case]:
    """The parts of a case, as far as row policies show them: whoever decides one opens the documents it asks for."""
    return list(Case.objects.filter(part_of=case_id).select_related("version"))


def _asks_for(part: Case, stored: StoredFile) -> bool:
    asked = {material.code for material in versions.definition(part.version).materials}
    return Material.objects.filter(case__parts=part, file_id=stored.pk, code__in=asked).exists()
