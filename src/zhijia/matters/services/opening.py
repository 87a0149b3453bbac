"""A case against the employer is opened to the applicant's own union by the applicant alone."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking, moving
from zhijia.registry.models import Person, Union


def open_up(*, actor: Actor, at: datetime, case_id: UUID) -> Case:
    """From now on the applicant's own union may read the case. Nobody takes that back: what was read is read."""
    case = asking.own(actor, case_id, None, at=at)
    if case.desk_user_id == actor.user_id or case.person_id is None:
        raise Refusal("applicant_opens", _("Only whoever asks can open the request to their own union."))
    if not case.sealed:
        return case
    own = Union.objects.filter(pk__in=Person.objects.filter(pk=case.person_id).values("union_id")).first()
    if own is None:
        raise Refusal("no_union_to_open_to", _("You are in no union now to which this could be opened."))
    case.sealed, case.other_union_id, case.other_county_id = False, own.pk, own.stands_in
    case.save(update_fields=["sealed", "other_union_id", "other_county_id"])
    audit.record(
        actor=actor,
        at=at,
        action="case.unseal",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    return case
