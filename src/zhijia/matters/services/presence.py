"""After a request was handed in at a desk, the officer acts in the member's name only while the member is there again,
and no more once the member has it in their own hands."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import at_hand
from zhijia.matters.models import Case
from zhijia.matters.services import holding, parts, telling, versions
from zhijia.registry import access

AGREED = {
    "here": _("The member is here and agrees"),
    "signed": _("The member has signed the paper form"),
    "entrusted": _("Somebody came with the member's written authority"),
}
"""How a member may have agreed that an officer asks for them."""


def require(actor: Actor, case: Case, at: datetime) -> None:
    """Refuses an officer who acts for somebody at a desk, unless they hold `matter.desk` still and that somebody is
    there (`confirm`). Whoever asks acts as they like; a member to whom an officer lent a hand has the request in their
    own hands from then on."""
    if actor.person_id is not None and case.person_id == actor.person_id:
        if case.user_id is None:
            _take_over(actor, case, at)
        return
    if actor.user_id != case.desk_user_id or case.user_id == actor.user_id:
        return
    access.require(actor, "matter.desk")
    if case.user_id is not None:
        raise Refusal(
            "taken_over",
            _("The member goes on with this request themselves. You can no longer act for them here."),
        )
    if case.state != Case.State.DRAFT and not is_here(case, at):
        raise Refusal(
            "member_not_here",
            _("Say first that the member is here again and agrees, and what they want to do."),
        )


def is_here(case: Case, at: datetime) -> bool:
    """Whether the member said at the desk, a moment ago, that they agree."""
    minutes = parameters.value("matter.desk_minutes", day=days.business_day(at))
    return case.desk_agreed_at is not None and at < case.desk_agreed_at + timedelta(minutes=minutes)


def confirm(*, actor: Actor, at: datetime, case_id: UUID, agreed: str, reason: str) -> Case:
    """The member is at the desk again and agrees: for `matter.desk_minutes` the officer who asked for them may act in
    their name. How they agreed and why is on the trail, and the member is told."""
    parts.hold(case_id)
    case = holding.case(case_id)
    if case is None or actor.user_id is None or case.desk_user_id != actor.user_id:
        raise NotForYou("no_such_case", _("There is no such request of yours."))
    access.require(actor, "matter.desk")
    if case.user_id is not None:
        raise Refusal(
            "taken_over",
            _("The member goes on with this request themselves. You can no longer act for them here."),
        )
    if agreed not in AGREED:
        raise Refusal("consent_missing", _("Say how the member agreed. Without it nobody asks for them."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say what the member wants to do, so that they can read it later."))
    case.desk_agreed_at = at
    _take_whole(case)
    case.save(update_fields=["desk_agreed_at"])
    Case.objects.filter(part_of=case.pk).update(desk_agreed_at=at)
    audit.record(
        actor=actor,
        at=at,
        action="case.desk_again",
        subject="case",
        subject_id=case.pk,
        place=audit.Place(case.union_id, case.county_id, case.person_id),
        reason=reason.strip(),
        detail={"agreed": agreed},
    )
    matter = versions.definition(case.version)
    telling.helped(actor=actor, at=at, case=case, matter=matter, reason=reason.strip())
    return case


def _take_whole(case: Case) -> None:
    """The case in hand, with its parts."""
    for held in (case.pk, *Case.objects.filter(part_of=case.pk).values_list("pk", flat=True)):
        at_hand.take(held)


def _take_over(actor: Actor, case: Case, at: datetime) -> None:
    """From now on the request is the member's own."""
    case.user_id = actor.user_id
    _take_whole(case)
    case.save(update_fields=["user_id"])
    Case.objects.filter(part_of=case.pk, user_id__isnull=True).update(user_id=actor.user_id)
    audit.record(
        actor=actor,
        at=at,
        action="case.take_over",
        subject="case",
        subject_id=case.pk,
        place=audit.Place(case.union_id, case.county_id, case.person_id),
    )
