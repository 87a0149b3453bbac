"""Proposing that the members who work at an employer follow it, and taking the proposal back (MEM-07, MEM-08, MEM-09).

Nobody moves by this: the members are asked, the other side answers, and a job makes the lines and the moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Employer, Parent, TransferBatch, Union
from zhijia.registry.services import promises, unions

JOB = "registry.move_batch"
DECIDE = "transfer.decide"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is proposed: who leaves which union for which, because of which employer. `closed` says that the employer
    has closed; `chosen` the members meant when not all are; `once` makes two clicks one proposal."""

    leaving: Union
    receiving: Union
    employer: Employer
    closed: bool
    reason: str
    once: UUID
    chosen: Sequence[UUID] | None = None


def propose(*, actor: Actor, at: datetime, wish: Wish) -> TransferBatch:
    """Propose it for the side the actor works for; the other side answers. Once, however often it is sent.

    Raises NotForYou for somebody of neither side, Refusal for a union that ended, one proposed already, nobody to
    follow, a union that is not the one above although the employer closed, and no reason."""
    side = side_of(actor, wish.leaving, wish.receiving)
    actor = access.require(actor, DECIDE, (wish.leaving if side == "out" else wish.receiving).pk)
    _one_at_a_time(wish.leaving)
    if done := TransferBatch.objects.filter(once=wish.once).first():
        return done
    check(wish.leaving, wish.receiving, closed=wish.closed)
    if not wish.reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the other side and the member can understand."))
    if side == "in" and wish.chosen is not None:
        raise NotForYou("not_your_members", _("Only their own union can choose among its members."))
    going = TransferBatch.objects.filter(
        union_id=wish.leaving.pk, employer=wish.employer, state__in=TransferBatch.GOING
    )
    if going.exists():
        raise Refusal("batch_going", _("The members of this employer are being transferred already."))
    if wish.chosen == [] or not counts(wish.leaving, wish.receiving, wish.employer).get("", 0):
        raise Refusal("nobody_follows", _("There is no member at this employer who could follow."))
    batch = _write(actor, at, wish, side)
    audit.record(
        actor=actor,
        at=at,
        action="transfer_batch.propose",
        subject="transfer_batch",
        subject_id=batch.pk,
        place=access.place_of(wish.leaving),
        reason=wish.reason,
        detail={"side": side, "closed": wish.closed, "to": wish.receiving.pk, "employer": wish.employer.pk},
    )
    start(batch.pk)
    return batch


def withdraw(*, actor: Actor, at: datetime, batch_id: UUID) -> None:
    """Take a proposal back that nobody has answered: every member stays and is told.
    Raises NotForYou for the other side, Refusal for one that was answered."""
    batch = held(batch_id)
    actor = access.require(actor, DECIDE, batch.proposing_union)
    if batch.state not in (TransferBatch.State.PREPARING, TransferBatch.State.OPEN):
        raise Refusal("batch_answered", _("This has been answered or taken back already."))
    batch.state = TransferBatch.State.WITHDRAWN
    batch.save(update_fields=["state"])
    audit.record(
        actor=actor,
        at=at,
        action="transfer_batch.withdraw",
        subject="transfer_batch",
        subject_id=batch.pk,
        place=audit.Place(batch.union_id, batch.county_id),
    )
    start(batch.pk)


def side_of(actor: Actor, leaving: Union, receiving: Union) -> str:
    """The side the actor proposes for: the union the members leave when they work for both, the one they come to when
    for that alone. Raises NotForYou for neither."""
    if access.may(actor, DECIDE, leaving.pk):
        return "out"
    access.require(actor, DECIDE, receiving.pk)
    return "in"


def check(leaving: Union, receiving: Union, *, closed: bool) -> None:
    """Raises Refusal for two unions between which nobody can be moved this way."""
    if leaving.pk == receiving.pk:
        raise Refusal("same_union", _("Choose two different unions."))
    unions.check_stands(leaving)
    unions.check_takes_members(receiving.pk)
    above = Parent.objects.filter(
        union=leaving, parent=receiving, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True
    )
    if closed and not above.exists():
        raise Refusal(
            "not_above", _("When the employer has closed, the union directly above keeps its members.")
        )


def counts(leaving: Union, receiving: Union, employer: Employer) -> Mapping[str, int]:
    """How many members of the union work at the employer, by what keeps them from following ("" nothing)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT obstacle, many FROM registry_follower_counts(%s, %s, %s)",
            [leaving.pk, employer.pk, receiving.pk],
        )
        return dict(cursor.fetchall())


def held(batch_id: UUID) -> TransferBatch:
    """The proposal, held. Raises NotForYou for somebody of neither side, and for none."""
    batch = TransferBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotForYou("no_such_batch", _("There is no such proposal at your union."))
    return batch


def start(batch_id: UUID) -> None:
    """Have a job do what is due with it, in the running transaction."""
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(batch_id=str(batch_id))


def _write(actor: Actor, at: datetime, wish: Wish, side: str) -> TransferBatch:
    today = days.business_day(at)
    answer_days = "membership.transfer_in_days" if side == "out" else "membership.transfer_out_days"
    assert actor.user_id is not None  # nobody holds a right without an account
    return TransferBatch.objects.create(
        once=wish.once,
        union_id=wish.leaving.pk,
        county_id=wish.leaving.stands_in,
        other_union_id=wish.receiving.pk,
        other_county_id=wish.receiving.stands_in,
        employer=wish.employer,
        side=side,
        closed=wish.closed,
        chosen=list(wish.chosen) if wish.chosen is not None else None,
        reason=wish.reason.strip(),
        user_id=actor.user_id,
        asked_at=at,
        due_on=promises.due(answer_days, today=today),
        object_until=today + timedelta(days=parameters.value("membership.object_days", day=today)),
    )


def _one_at_a_time(leaving: Union) -> None:
    """Two who propose for one union at once come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.batches'), %s)", [leaving.pk])
