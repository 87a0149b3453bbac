"""A transfer that was matched to a bill: the contribution it is, in the transaction that matched it; and what of it
goes back, in that which orders it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.dues.models import Bill, Contribution, Waiting
from zhijia.dues.services import taking, waiting
from zhijia.dues.services.taking import Taken
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment, Receipt, Receivable
from zhijia.registry.models import Union


def came_in(*, actor: Actor, at: datetime, receivable: Receivable, receipt: Receipt, **_more: Any) -> None:
    """Take the money over once; it has been posted in custody by whoever matched it (`payments.received.dues_bill`)."""
    bill = Bill.objects.select_related("employer").get(pk=int(receivable.source_id))
    payer = Union.objects.get(pk=bill.union_id)
    made, new = Contribution.objects.get_or_create(
        source=Contribution.Source.TRANSFER,
        source_id=str(receipt.pk),
        defaults={
            "union_id": receipt.union_id,
            "county_id": receipt.county_id,
            "employer_id": bill.employer_id,
            "other_union_id": payer.pk,
            "other_county_id": payer.stands_in,
            "payer": bill.employer.name,
            "credit_code": bill.employer.credit_code or "",
            "since": bill.month,
            "until": bill.month,
            "base": bill.declaration.wages,
            "amount": receipt.amount,
            "paid_on": receipt.day,
            "taken_at": at,
        },
    )
    if not new:
        return
    Waiting.objects.create(contribution=made, union_id=made.union_id, county_id=made.county_id)
    told = Taken(made.pk, made.amount, made.paid_on, payer.pk, payer.stands_in)
    facts.record([taking.told(told, Contribution.Source.TRANSFER)])


def goes_back(*, receipt: Receipt) -> None:
    """Some of it is to be given back (`payments.goes_back.dues_bill`): what is left is shared. Raises Refusal for what
    was shared already; no run of sharing begins before the caller's transaction is over."""
    waiting.hold(receipt.union_id)
    made = Contribution.objects.filter(
        source=Contribution.Source.TRANSFER, source_id=str(receipt.pk), union_id=receipt.union_id
    ).first()
    if made is None:
        return
    waits = Waiting.objects.filter(contribution=made).first()
    if waits is not None and waits.union_id != receipt.union_id:
        raise Refusal(
            "handed_over",
            _("This money went with the books to the union that took over. Have it paid back from there."),
        )
    if waits is None:
        raise Refusal(
            "shared_already",
            _("This contribution has been shared among the unions. Take its share back first."),
        )


def gave_back(*, receipt: Receipt, payment: Payment) -> None:
    """The payment gives some of it back (`payments.gave_back.dues_bill`): so much less came in; all of it, none did."""
    facts.record([_back(receipt, payment, 1)])


def kept(*, receipt: Receipt, payment: Payment) -> None:
    """That payment was stopped (`payments.kept.dues_bill`): it came in after all."""
    facts.record([_back(receipt, payment, -1)])


def _back(receipt: Receipt, payment: Payment, sign: int) -> NewFact:
    """The fact, at the union it came from, on the day it was ordered: below nothing for what was stopped. It counts as
    one where with this payment all went back, as none while some of it stays."""
    amount, refunded = Receipt.objects.values_list("amount", "refunded").get(pk=receipt.pk)
    with_this = refunded if sign > 0 else refunded + payment.amount
    made = Contribution.objects.get(source=Contribution.Source.TRANSFER, source_id=str(receipt.pk))
    return NewFact(
        kind="contribution.given_back",
        union_id=made.other_union_id,
        county_id=made.other_county_id,
        day=days.business_day(payment.ordered_at),
        quantity=sign if with_this == amount else 0,
        amount=sign * payment.amount,
        dimensions={"source": Contribution.Source.TRANSFER},
        record="payment",
        record_id=payment.pk,
        turn=0 if sign > 0 else 1,
    )
