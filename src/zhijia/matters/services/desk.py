"""Asking at a desk for a member who is there: with their consent, which goes on the trail."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking, moving, presence


def begin(*, actor: Actor, at: datetime, code: str, person_id: UUID, agreed: str) -> Case:
    """A draft for this member, or the one that waits already, with how they agreed on the trail."""
    if agreed not in presence.AGREED:
        raise Refusal("consent_missing", _("Say how the member agreed. Without it nobody asks for them."))
    if person_id == actor.person_id:
        raise Refusal("own_case", _("Ask for yourself on your own pages."))
    case = asking.start(actor=actor, at=at, code=code, person_id=person_id)
    case.desk_agreed_at = at
    case.save(update_fields=["desk_agreed_at"])
    audit.record(
        actor=actor,
        at=at,
        action="case.desk",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
        detail={"agreed": agreed},
    )
    return case
