"""Who may open the file of an export: who asked for it, while it is there and the right still stands."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.registry.models import Export
from zhijia.registry.services.exports import asking, tables

OWNER = "registry.export"
"""The owner of these files; its port is `may_open`."""


def may_open(actor: Actor, file: StoredFile) -> bool:
    """The port of the files. A file in clear wants the password again besides."""
    export = Export.objects.filter(file_id=file.pk, user_id=actor.user_id or 0).first()
    return (
        export is not None and _stands(actor, export, days.now()) and (actor.stepped_up or not export.clear)
    )


def require_open(*, actor: Actor, at: datetime, export_id: UUID) -> Export:
    """The export whose file this actor opens now. Raises NotForYou where there is none for them any more,
    NeedsStepUp for one in clear."""
    export = Export.objects.filter(pk=export_id, user_id=actor.user_id or 0).first()
    if export is None or not _stands(actor, export, at):
        raise NotForYou("no_such_export", _("There is no such file for you, or not any more."))
    if export.clear and not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to open values in clear."))
    return export


def _stands(actor: Actor, export: Export, at: datetime) -> bool:
    if export.state != Export.State.DONE or export.expires_at is None or at >= export.expires_at:
        return False
    try:
        asking.may_have(actor, tables.get(export.table), export.union_id, clear=export.clear)
    except NotForYou:
        return False
    return True
