"""The second person's word: may these rows leave in clear? (S-35)"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Export, Union
from zhijia.registry.services.exports import asking

State = Export.State


def allow(*, actor: Actor, at: datetime, export_id: UUID) -> Export:
    """Allow it, and have it made. A second click finds it allowed. Needs step-up; not for one's own.
    Raises NotForYou, Refusal."""
    export, actor = _waiting(actor, export_id)
    if export.state != State.WAITING:
        return export
    _decide(actor, at, export, State.READY, "")
    asking.trail(actor, at, "export.allow", export, detail={"rows": export.expected})
    asking.start(export)
    return export


def refuse(*, actor: Actor, at: datetime, export_id: UUID, answer: str) -> Export:
    """Say no, with a reason that who asked reads."""
    export, actor = _waiting(actor, export_id)
    if export.state != State.WAITING:
        return export
    if not answer.strip():
        raise Refusal("answer_missing", _("Say why not, so that who asked knows what to do."))
    _decide(actor, at, export, State.REFUSED, answer.strip()[:200])
    asking.trail(actor, at, "export.refuse", export)
    notices.send(
        actor=actor,
        at=at,
        to_user=export.user_id,
        kind="export_refused",
        values={"union": Union.objects.get(pk=export.union_id).name, "answer": export.answer},
        link=f"/exports/{export.pk}/",
        reason="work",
    )
    return export


def _waiting(actor: Actor, export_id: UUID) -> tuple[Export, Actor]:
    export = Export.objects.select_for_update().filter(pk=export_id).first()
    if export is None:
        raise NotForYou("no_such_export", _("There is no such export at your unions."))
    access.require(actor, "person.reveal", export.union_id)
    actor = access.require(actor, "export.allow", export.union_id)
    if export.user_id == actor.user_id:
        raise Refusal("own_export", _("You asked for this yourself. Another person has to allow it."))
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to decide this."))
    return export, actor


def _decide(actor: Actor, at: datetime, export: Export, state: str, answer: str) -> None:
    export.state, export.answer = state, answer
    export.decided_by, export.decided_at, export.moved_at = actor.user_id, at, at
    export.save(update_fields=["state", "answer", "decided_by", "decided_at", "moved_at"])
