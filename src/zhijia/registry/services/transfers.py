"""Moving a member between unions in two legs, one a side (MEM-07). Never two active memberships.

The steps' timers and their escalation come with the engine of matters; here are the two decisions and the move.
"""

from collections.abc import Sequence
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
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import TransferLeg, Union
from zhijia.registry.services import promises, unions


def request(
    *, actor: Actor, at: datetime, person_id: UUID, union: Union, shown_name: str, origin: str
) -> UUID | None:
    """Ask the union where the person is active to let them go. Returns the transfer's id, or None when the person
    is not active elsewhere or a transfer is waiting already. The asking side learns nothing of the other."""
    actor = access.require(actor, "membership.approve", union.pk)
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
    notices.send(
        actor=actor,
        at=at,
        to_person=person_id,
        kind="transfer_asked",
        values={"union": union.name},
        link="registry:my_data",
        reason="transfer",
    )
    return transfer


def waits(*, person_id: UUID, union: Union) -> bool:
    """Whether this person's move to this union is still to be answered by either side."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_transfer_waits(%s, %s)", [person_id, union.pk])
        return bool(cursor.fetchone()[0])


def decide_leg(*, actor: Actor, at: datetime, leg_id: int, approve: bool, reason: str = "") -> bool:
    """Answer for one side. Returns True when this answer completed the move.
    A refusal needs a reason and ends both legs. Raises NotForYou for another union's leg, Refusal for one that was
    answered already and for a yes to a union that has been dissolved."""
    receiving = _hold(leg_id)
    leg = TransferLeg.objects.select_for_update().filter(pk=leg_id).first()
    if leg is None:
        raise NotForYou("no_such_transfer", _("This transfer is not waiting at your union."))
    actor = access.require(actor, "transfer.decide", leg.union_id)
    if leg.batch_id is not None:
        raise Refusal("in_a_batch", _("This transfer is part of an employer's move and is answered there."))
    if leg.state != TransferLeg.State.PENDING:
        raise Refusal("transfer_decided", _("This transfer has been answered already."))
    if not approve and not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the other side and the member can understand."))
    if approve and receiving:
        unions.check_takes_members(receiving)
    leg.state = TransferLeg.State.APPROVED if approve else TransferLeg.State.REFUSED
    leg.decided_at, leg.decided_by, leg.reason = at, actor.user_id, reason.strip()
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
    _end(actor=actor, at=at, leg=leg)
    return False


def _hold(leg_id: int) -> int | None:
    """Hold the person before anything of theirs: the other side's answer, and an end of the membership, come before
    or after this one. The union they are to come to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_hold_transfer(%s)", [leg_id])
        receiving: int | None = cursor.fetchone()[0]
    return receiving


def _end(*, actor: Actor, at: datetime, leg: TransferLeg) -> None:
    """End both legs with this side's refusal, and tell who applied, or the member."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT applicant FROM registry_end_transfer(%s, %s)", [leg.transfer_id, at])
        applicants = [row[0] for row in cursor.fetchall()]
    _tell(actor, at, "transfer_refused", leg.person_id, applicants, leg.union_id, reason=leg.reason)


def _tell(
    actor: Actor,
    at: datetime,
    kind: str,
    person_id: UUID,
    applicants: Sequence[int],
    union_id: int,
    **values: str,
) -> None:
    """Say how the transfer ended to the accounts that applied; to the member when a union asked for it itself."""
    values["union"] = Union.objects.values_list("name", flat=True).get(pk=union_id)
    to: list[tuple[int | None, UUID | None]] = [(applicant, None) for applicant in applicants]
    for user_id, person in to or [(None, person_id)]:
        notices.send(
            actor=actor,
            at=at,
            to_user=user_id,
            to_person=person,
            kind=kind,
            values=values,
            link="registry:my_application" if user_id else "registry:my_data",
            reason="transfer",
        )


def _complete(*, actor: Actor, at: datetime, leg: TransferLeg) -> bool:
    """Make the move when both sides agreed: one dated row closes and the other opens, in this transaction."""
    today = days.business_day(at)
    membership = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, from_union, from_county, to_union, to_county, old_membership, gig_group, channel,"
            " applicants FROM registry_complete_transfer(%s, %s, %s, %s)",
            [leg.transfer_id, membership, today, at],
        )
        moved = cursor.fetchone()
    if moved is None:
        return False
    person_id, from_union, from_county, to_union, to_county, old_membership, group, channel, applicants = (
        moved
    )
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
                    dimensions={"group": group, "channel": channel},
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
    _tell(actor, at, "transfer_done", person_id, applicants, to_union)
    return True
