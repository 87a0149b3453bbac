"""Who opens a page that lies with an audit."""

from uuid import UUID

from zhijia.auditing.models import Item
from zhijia.auditing.queries import audits
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor


def of_item(actor: Actor, stored: StoredFile) -> bool:
    """A working paper's: the committee alone."""
    item = Item.objects.filter(pk=int(stored.owner_id)).select_related("sample").first()
    found = audits.find(actor, item.sample.engagement_id) if item else None
    return found is not None and found[1]


def of_word(actor: Actor, stored: StoredFile) -> bool:
    """A proof's: either side."""
    return audits.find(actor, UUID(stored.owner_id)) is not None
