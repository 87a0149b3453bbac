"""Moving a member between unions in two legs, one a side (MEM-07). Never two active memberships.

Whoever asks for a member has answered for their own side; the other side answers a request of its own (matters), whose
clock passes it when nobody does. Here are that answer and the move.
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
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import TransferLeg, Union
from zhijia.registry.services import promises, unions


def request(
    *,
    actor: Actor,
    at: datetime,
    person_id: UUID,
    union: Union,
    shown_name: str,
    origin: str,
    case_id: UUID | None = None,
    applicant: int | None = None,
) -> UUID | None:
    """Ask the union where the person is active to let them go. Returns the transfer's id, or None when the person
    is not active elsewhere or a transfer is waiting already. The asking side learns nothing of the other. The request
    `case_id` of the account `applicant` waits for it."""
    actor = access.require(actor, "membership.approve", union.pk)
    today = days.business_day(at)
    transfer = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_request_transfer(%s, %s, %s, %s, %s, %s, %s, NULL, %s, %s)",
            [
                transfer,
                person_id,
                union.pk,
                shown_name,
                origin,
                at,
                promises.due("membership.transfer_out_days", today=today),
                case_id,
                applicant,
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


def join_in(*, person_id: UUID, union: Union, case_id: UUID, applicant: int | None) -> bool:
    """Have this request wait for the person's move to this union that is under way already; whether there is one that
    no other request waits for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_transfer_joined(%s, %s, %s, %s)", [person_id, union.pk, case_id, applicant]
        )
        return bool(cursor.fetchone()[0])


def answer(*, actor: Actor, at: datetime, case_id: UUID, approve: bool, reason: str = "") -> bool:
    """Answer for the side that this request asks; whether this answer completed the move (`decide_leg`)."""
    leg_id = TransferLeg.objects.filter(case_id=case_id, side=TransferLeg.Side.OUT).values_list(
        "pk", flat=True
    )
    return decide_leg(actor=actor, at=at, leg_id=leg_id.first() or 0, approve=approve, reason=reason)


def passes(*, actor: Actor, at: datetime, case_id: UUID) -> None:
    """Nobody answered for the side that this request asks, and its time is over: the member moves (MEM-07). For jobs.
    Raises Refusal where it is not late, was answered, or the union they go to has been dissolved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_pass_transfer(%s, %s)", [case_id, at])
        transfer_id = cursor.fetchone()[0]
    if transfer_id is None:
        raise Refusal("transfer_decided", _("This transfer has been answered already."))
    if not _complete(actor=actor, at=at, transfer_id=transfer_id):
        raise Refusal("membership_closed", _("This membership has ended already."))


def call_off(*, at: datetime, case_id: UUID) -> bool:
    """Whoever asked takes it back, or the member stays: the transfer of this request is called off while the other
    side has not answered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_transfer_called_off(%s, %s)", [case_id, at])
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
        return _complete(actor=actor, at=at, transfer_id=leg.transfer_id)
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
    """End both legs with this side's refusal, and tell the member where no request does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_end_transfer(%s, %s)", [leg.transfer_id, at])
        applicant = cursor.fetchone()[0]
    if applicant is None:
        _tell(actor, at, "transfer_refused", leg.person_id, leg.union_id, reason=leg.reason)


def _tell(actor: Actor, at: datetime, kind: str, person_id: UUID, union_id: int, **values: str) -> None:
    """Say how a transfer ended that a union asked for itself. Who asked for theirs hears it from their request."""
    values["union"] = Union.objects.values_list("name", flat=True).get(pk=union_id)
    notices.send(
        actor=actor,
        at=at,
        to_person=person_id,
        kind=kind,
        values=values,
        link="registry:my_data",
        reason="transfer",
    )


def _complete(*, actor: Actor, at: datetime, transfer_id: UUID) -> bool:
    """Make the move when both sides agreed: one dated row closes and the other opens, in this transaction."""
    today = days.business_day(at)
    membership = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, from_union, from_county, to_union, to_county, old_membership, gig_group, channel,"
            " applicant FROM registry_complete_transfer(%s, %s, %s, %s)",
            [transfer_id, membership, today, at],
        )
        moved = cursor.fetchone()
    if moved is None:
        return False
    person_id, from_union, from_county, to_union, to_county, old_membership, group, channel, applicant = moved
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
    if applicant is None:
        _tell(actor, at, "transfer_done", person_id, to_union)
    return True
