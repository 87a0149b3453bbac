"""Payments sent to the simulated bank, and the daily round over them."""

import time
from datetime import timedelta

from django.db import transaction

from zhijia.kernel import days
from zhijia.payments import channels
from zhijia.payments.models import Difference, Payment
from zhijia.payments.reconciliation import fetching
from zhijia.payments.services import sending

PLANTED = {
    "bank_paid": "time_out_after_paying",
    "bank_not": "say_paid_without_paying",
    "amount": "pay_other_amount",
    "twice": "pay_twice",
    "returned": "pay_then_return",
}


def treasurer(payments):
    return payments.act("factory-treasurer")


def sent(payments, bank, moods):
    """A payment in each of these moods, sent; by mood."""
    with transaction.atomic():
        made = {mood: payments.order(mood) for mood in moods}
        batch = payments.release(payments.batch())
    for mood, payment in made.items():
        if mood:
            bank.tell(mood, reference=payment.reference, seconds=1, amount=4_999)
    sending.send(batch_id=batch.pk, clock=days.now)
    return made


def state(payment):
    return Payment.objects.using("bulk").get(pk=payment.pk).state


def tomorrow():
    return days.now() + timedelta(days=1)


def reconcile(at=None):
    """The daily round of tomorrow morning: today is over then."""
    return fetching.everything(at=at or tomorrow())


def differences():
    open_ones = Difference.objects.using("bulk").filter(settled_at__isnull=True)
    return {row.kind: row for row in open_ones.select_related("payment", "line")}


def wait_for(condition):
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def plant(payments, bank):
    """Five differences and a line nobody ordered; by mood."""
    made = sent(payments, bank, ["", *PLANTED.values()])
    bank.tell("pass", seconds=2)
    returned = made["pay_then_return"].reference
    wait_for(lambda: any(line["reference"] == returned and line["amount"] > 0 for line in bank.lines()))
    bank.channel().send(
        channels.Instruction(
            "FEE-1", 35, "工商银行", "9558800000000000001", "", "手续费", "1302000000000000001"
        )
    )
    return made
