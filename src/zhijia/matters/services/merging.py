"""Cases that belong together: a duplicate goes on with another one, two stand in one dossier."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import at_hand
from zhijia.matters.models import Case, Linked
from zhijia.matters.services import deciding, moving, noticing
from zhijia.registry import access

GOES_ON = (Case.State.OPEN, Case.State.PAUSED)


def merge(*, actor: Actor, at: datetime, step_id: int, into: UUID) -> Case:
    """End a duplicate where it is: it goes on with another open case of the same person about the same matter."""
    cases = Case.objects.filter(steps__pk=step_id).values_list("pk", flat=True)
    held = Case.objects.select_for_update().filter(pk__in=[*cases, into]).order_by("pk").in_bulk()
    actor, case, matter, _step = deciding.at_work(actor, at, step_id)
    other = held.get(into)
    same = (
        other is not None
        and other.pk != case.pk
        and other.state in GOES_ON
        and case.person_id is not None
        and (other.person_id, other.code) == (case.person_id, case.code)
    )
    if not same:
        raise Refusal(
            "not_the_same_request", _("Only open requests of one person for the same thing become one.")
        )
    case.merged_into = other
    case.save(update_fields=["merged_into"])
    moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.MERGED)
    return case


def link(*, actor: Actor, at: datetime, case_id: UUID, number: str, why: str) -> Linked:
    """Put two cases into one dossier; again does nothing. The actor has to decide at both."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotForYou("no_such_case", _("There is no such case at your union."))
    actor = access.require(actor, "matter.decide", case.union_id)
    other = Case.objects.exclude(number="").filter(number=number.strip()).exclude(pk=case.pk).first()
    if other is None or not access.may(actor, "matter.decide", other.union_id):
        raise Refusal("no_such_number", _("No other case of your unions has this number."))
    if why.strip() == noticing.OBJECTION:
        raise Refusal("not_understood", _("Say in a sentence why they belong together."))
    there = Linked.objects.filter(case=other, to=case).first()
    if there is not None:
        return there
    at_hand.take(case.pk)
    linked, made = Linked.objects.get_or_create(case=case, to=other, defaults={"why": why.strip()[:200]})
    if made:
        audit.record(
            actor=actor,
            at=at,
            action="case.link",
            subject="case",
            subject_id=case.pk,
            place=moving.place_of(case),
            reason=why.strip(),
            detail={"to": str(other.pk)},
        )
    return linked
