"""The other side's answer to an employer's move: a verdict a line, and one for the whole. And the member's own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Person, TransferBatch, TransferLeg, Union
from zhijia.registry.services import unions
from zhijia.registry.services.batches.proposing import DECIDE, held, start

Leg = TransferLeg.State


def refuse_lines(*, actor: Actor, at: datetime, batch_id: UUID, leg_ids: Sequence[int], reason: str) -> int:
    """Say no to these lines, with a reason; how many it was. The others wait for the answer to the whole.
    A line that was answered, or of another batch, is left alone."""
    batch, actor = _to_answer(actor, batch_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the other side and the member can understand."))
    many = _pending(batch).filter(pk__in=leg_ids).update(
        state=Leg.REFUSED, decided_at=at, decided_by=actor.user_id, reason=reason.strip()
    )  # fmt: skip
    if many:
        _record(actor, at, batch, "transfer_batch.refuse_lines", reason, lines=many)
    return many


def answer(*, actor: Actor, at: datetime, batch_id: UUID, agree: bool, reason: str = "") -> TransferBatch:
    """Answer for the side that did not propose: yes to every line that was not refused, or no to the whole. Members
    move when their term to object has ended.

    Raises NotForYou for somebody else, Refusal for one who proposed it, one that was answered, a no without a reason
    and a yes to a union that has been dissolved."""
    batch, actor = _to_answer(actor, batch_id)
    if not agree and not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the other side and the member can understand."))
    if agree:
        unions.check_takes_members(batch.other_union_id)
    many = _pending(batch).update(
        state=Leg.APPROVED if agree else Leg.REFUSED,
        decided_at=at,
        decided_by=actor.user_id,
        reason=reason.strip(),
    )
    batch.state = TransferBatch.State.ANSWERED if agree else TransferBatch.State.REFUSED
    batch.answered_at, batch.answered_by, batch.answer = at, actor.user_id, reason.strip()
    batch.save(update_fields=["state", "answered_at", "answered_by", "answer"])
    _record(
        actor, at, batch, "transfer_batch.agree" if agree else "transfer_batch.refuse", reason, lines=many
    )
    start(batch.pk)
    return batch


def stay(*, actor: Actor, at: datetime, leg_id: int) -> None:
    """The member does not want to follow the employer: both legs of theirs end and they stay where they are.
    Raises NotForYou for somebody else's, Refusal when the term is over or they have moved."""
    own = Person.objects.select_for_update().filter(pk=actor.person_id) if actor.person_id else None
    person = own.first() if own is not None else None
    found = TransferLeg.objects.filter(pk=leg_id, batch_id__isnull=False).first()
    if person is None or found is None or found.person_id != person.pk:
        raise NotForYou("no_such_transfer", _("There is no such transfer of yours."))
    legs = TransferLeg.objects.select_for_update().filter(transfer_id=found.transfer_id).order_by("pk")
    states = [leg.state for leg in legs]
    if Leg.PENDING not in states or set(states) - {Leg.PENDING, Leg.APPROVED}:
        raise Refusal("transfer_decided", _("This transfer has been answered already."))
    if found.object_until is not None and days.business_day(at) > found.object_until:
        raise Refusal(
            "object_late",
            _("The time to say so ended on %(day)s. Ask your union, which can transfer you back.")
            % {"day": found.object_until},
        )
    TransferLeg.objects.filter(transfer_id=found.transfer_id).update(
        state=Leg.OBJECTED, decided_at=at, decided_by=actor.user_id
    )
    audit.record(
        actor=actor,
        at=at,
        action="transfer.object",
        subject="transfer",
        subject_id=found.transfer_id,
        place=audit.Place(person.union_id, person.county_id, person.pk),
    )


def _to_answer(actor: Actor, batch_id: UUID) -> tuple[TransferBatch, Actor]:
    """The proposal held and open, and the actor who may answer it: not the one who proposed it."""
    batch = held(batch_id)
    actor = access.require(actor, DECIDE, batch.answering_union)
    if batch.user_id == actor.user_id:
        raise Refusal("own_batch", _("You proposed this yourself. Somebody else has to answer it."))
    if batch.state != TransferBatch.State.OPEN:
        raise Refusal("batch_answered", _("This has been answered or taken back already."))
    return batch, actor


def _pending(batch: TransferBatch) -> QuerySet[TransferLeg]:
    """The lines of the side that answers which have no verdict yet."""
    return TransferLeg.objects.filter(batch_id=batch.pk, side=batch.answering, state=Leg.PENDING)


def _record(
    actor: Actor, at: datetime, batch: TransferBatch, action: str, reason: str, *, lines: int
) -> None:
    """A line on the trail at the union that answers."""
    union = Union.objects.get(pk=batch.answering_union)
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="transfer_batch",
        subject_id=batch.pk,
        place=access.place_of(union),
        reason=reason,
        detail={"lines": lines},
    )
