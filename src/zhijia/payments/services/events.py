"""What happened to payments, written beside them and on the trail."""

from collections.abc import Sequence
from datetime import datetime

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.payments.models import Event, Payment


def write(
    payments: Sequence[Payment],
    happened: str,
    *,
    at: datetime,
    user_id: int | None,
    reason: str = "",
    left_batch: int | None = None,
    using: str = "default",
) -> None:
    """The same happened to each of these; `left_batch` is the batch they left by it."""
    Event.objects.using(using).bulk_create(
        [
            Event(
                payment_id=payment.pk,
                happened=happened,
                attempt=payment.attempt,
                at=at,
                user_id=user_id,
                reason=reason,
                left_batch=left_batch,
                union_id=payment.union_id,
                county_id=payment.county_id,
            )
            for payment in payments
        ]
    )


def on_trail(
    actor: Actor, at: datetime, action: str, payment: Payment, *, reason: str = "", **detail: object
) -> None:
    """A line of the trail about one payment."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="payment",
        subject_id=payment.pk,
        place=audit.Place(payment.union_id, payment.county_id, payment.person_id),
        reason=reason,
        detail=detail,
    )
