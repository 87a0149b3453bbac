"""A membership is kept while its member does not work, and made active again (MEM-09): always by a human.

The membership stays the same dated row and goes on counting: what changes is its state, and with it vote and dues
(`rules.votes`, `rules.pays_dues`).
"""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.notices import services as notices
from zhijia.registry import access, rules
from zhijia.registry.models import Membership, MembershipChange, Union
from zhijia.registry.services import memberships, unions


def retain(*, actor: Actor, at: datetime, membership_id: UUID, status: str, since: date, reason: str) -> None:
    """Keep the membership of somebody who retired (30), lost work (31) or whose unit closed (32), since that day,
    at the union it stands at. Where that union was the closed unit's own, the one above keeps its members: they go
    there together, in state 32 (`batches`, MEM-09).

    Retirement can come early or late: `since` is what the member says, never the statutory hint. Raises Refusal for
    a membership that is not active, a day outside it, or no reason."""
    membership = memberships.held(membership_id)
    actor = access.require(actor, "membership.edit", membership.union_id)
    if status not in rules.RETAINED:
        raise Refusal("retain_why", _("Choose why the membership is retained."))
    check(membership, since=since, today=days.business_day(at))
    _turn(actor, at, membership, status, MembershipChange.Kind.RETAIN, since, reason)


def check(membership: Membership, *, since: date, today: date) -> None:
    """Raises Refusal for a membership that is not active, and for a day outside it."""
    if membership.status not in rules.ACTIVE or membership.status == Membership.Status.TRANSFERRING:
        raise Refusal(
            "not_active", _("This membership is not active, so it cannot be retained. Nothing was changed.")
        )
    if not membership.valid_from <= since <= today:
        raise Refusal("retain_day", _("The day must lie between the first day of the membership and today."))


def make_active(*, actor: Actor, at: datetime, membership_id: UUID, reason: str) -> None:
    """The member works again: the retained membership is active from today. Raises Refusal for one that is not
    retained or whose union has been dissolved, or without a reason."""
    membership = memberships.held(membership_id)
    actor = access.require(actor, "membership.edit", membership.union_id)
    if membership.status not in rules.RETAINED:
        raise Refusal("not_retained", _("This membership is not retained. Nothing was changed."))
    unions.check_takes_members(membership.union_id)
    union = Union.objects.get(pk=membership.union_id)
    status = rules.status_in(holding_pool=union.holding_pool)
    _turn(actor, at, membership, status, MembershipChange.Kind.RETURN, days.business_day(at), reason)


def _turn(
    actor: Actor, at: datetime, membership: Membership, status: str, kind: str, day: date, reason: str
) -> None:
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that others can understand it later."))
    membership.status = status
    membership.save(update_fields=["status"])
    MembershipChange.objects.create(
        membership_id=membership.pk,
        person_id=membership.person_id,
        union_id=membership.union_id,
        county_id=membership.county_id,
        kind=kind,
        reason=reason.strip(),
        day=day,
        at=at,
    )
    retained = kind == MembershipChange.Kind.RETAIN
    audit.record(
        actor=actor,
        at=at,
        action="membership.retain" if retained else "membership.return",
        subject="membership",
        subject_id=membership.pk,
        place=audit.Place(membership.union_id, membership.county_id, membership.person_id),
        reason=reason,
        detail={"status": status},
    )
    notices.send(
        actor=actor,
        at=at,
        to_person=membership.person_id,
        kind="membership_retained" if retained else "membership_returned",
        values={"union": Union.objects.values_list("name", flat=True).get(pk=membership.union_id)},
        link="registry:my_data",
        reason="membership",
    )
