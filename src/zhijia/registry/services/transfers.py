"""Moving a member between unions in two legs, one a side (MEM-07). Never two active memberships.

The steps' timers and their escalation come with the engine of matters; here are the two decisions and the move.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registry import access
from zhijia.registry.models import TransferLeg, Union
from zhijia.registry.services import promises


def request(
    *, actor: Actor, at: datetime, person_id: UUID, union: Union, shown_name: str, origin: str
) -> UUID | None:
    """Ask the union where the person is active to let them go. Returns the transfer's id, or None when the person
    is not active elsewhere or a transfer is waiting already. The asking side learns nothing of the other."""
    access.require(actor, "membership.approve", union.pk)
    today = days.business_day(at)
    transfer = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_request_transfer(%s, %s, %s, %s, %s, %s, %s, %s, NULL)",
            [
                transfer,
                person_id,
                union.pk,
                shown_name,
                origin,
                at,
                promises.due("membership.transfer_out_days", today=today),
                promises.due("membership.transfer_in_days", today=today),
            ],
        )
        asked = bool(cursor.fetchone()[0])
    if not asked:
        return None
    audit.record(
        actor=actor,
        at=at,
        action="transfer.request",
        subject="transfer",
        subject_id=transfer,
        place=access.place_of(union, person_id),
    )
    return transfer


def decide_leg(*, actor: Actor, at: datetime, leg_id: int, approve: bool, reason: str = "") -> bool:
    """Answer for one side. Returns True when this answer completed the move.
    A refusal needs a reason and ends both legs. Raises NotForYou for another union's, Refusal for one answered already."""
    leg = TransferLeg.objects.select_for_update().filter(pk=leg_id).first()
    if leg is None or leg.union_id is None:
        raise NotForYou("no_such_transfer", _("This transfer is not waiting at your union."))
    actor = access.require(actor, "transfer.decide", leg.union_id)
    if leg.state != TransferLeg.State.PENDING:
        raise Refusal("transfer_decided", _("This transfer has been answered already."))
    if not approve and not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the other side and the member can understand."))
    leg.state = TransferLeg.State.APPROVED if approve else TransferLeg.State.REFUSED
    leg.decided_at, leg.decided_by, leg.reason = at, actor.user_id, reason
    leg.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    audit.record(
        actor=actor,
        at=at,
        action="transfer.approve" if approve else "transfer.refuse",
        subject="transfer",
        subject_id=leg.transfer_id,
        place=audit.Place(leg.union_id, leg.county_id, leg.person_id),
        reason=reason,
        detail={"side": leg.side},
    )
    if approve:
        return _complete(actor=actor, at=at, leg=leg)
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_end_transfer(%s, %s)", [leg.transfer_id, at])
    return False


def _complete(*, actor: Actor, at: datetime, leg: TransferLeg) -> bool:
    """Make the move when both sides agreed: one dated row closes and the other opens, in this transaction."""
    today = days.business_day(at)
    membership = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, from_union, from_county, to_union, to_county, old_membership"
            " FROM registry_complete_transfer(%s, %s, %s, %s)",
            [leg.transfer_id, membership, today, at],
        )
        moved = cursor.fetchone()
    if moved is None:
        return False
    person_id, from_union, from_county, to_union, to_county, old_membership = moved
    sides = (
        ("member.transferred_out", from_union, from_county, old_membership),
        ("member.transferred_in", to_union, to_county, membership),
    )
    for kind, union_id, county_id, record_id in sides:
        facts.record(
            [
                facts.NewFact(
                    kind=kind,
                    union_id=union_id,
                    county_id=county_id,
                    day=today,
                    person_id=person_id,
                    record="membership",
                    record_id=str(record_id),
                )
            ]
        )
        audit.record(
            actor=actor,
            at=at,
            action="transfer.complete",
            subject="membership",
            subject_id=record_id,
            place=audit.Place(union_id, county_id, person_id),
        )
    return True
