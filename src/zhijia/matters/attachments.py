"""Who opens what lies with a case: whoever asked for it, and whoever decides it."""

from uuid import UUID

from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.matters.queries import file, mine


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """The port of the files. A draft's are opened by whoever asks alone."""
    case_id = UUID(stored.owner_id)
    return mine.find(actor, case_id) is not None or file.find(actor, case_id) is not None
