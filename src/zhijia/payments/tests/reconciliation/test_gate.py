"""Nothing is sent while the gate is closed; it opens once all was compared and nothing differs."""

import pytest
from django.db import transaction

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.payments import channels, gate
from zhijia.payments.models import Gate
from zhijia.payments.reconciliation import settling
from zhijia.payments.services import asking
from zhijia.payments.tests.reconciliation.given import (
    differences,
    reconcile,
    sent,
    state,
    treasurer,
)


def closed_by_a_restore():
    Gate.objects.using("bulk").update(timeline=999)


def test_after_a_restore_nothing_is_sent_until_all_was_compared(payments, bank):
    closed_by_a_restore()
    made = sent(payments, bank, [""])[""]
    assert (gate.is_open(using="bulk"), state(made)) == (False, "ready")

    reconcile(days.now())
    asking.go_on(clock=days.now, more=lambda: True)

    assert (gate.is_open(using="bulk"), state(made)) == (True, "paid")


def test_the_gate_stays_closed_while_something_differs(payments, bank):
    """The bank has a payment that the database, set back, knows nothing of."""
    closed_by_a_restore()
    bank.channel().send(
        channels.Instruction(
            "ZJ00000099999ABCD01", 35, "某人", "9558800000000000001", "", "", "1302000000000000001"
        )
    )

    reconcile(days.now())

    assert not gate.is_open(using="bulk")
    with transaction.atomic():
        settling.explain(
            actor=treasurer(payments),
            at=days.now(),
            difference_id=differences()["unknown_line"].pk,
            reason="已补记",
        )
    reconcile(days.now())
    assert gate.is_open(using="bulk")


def test_closed_by_hand_it_is_opened_by_hand(payments, bank):
    with transaction.atomic():
        actor = treasurer(payments)
    gate.close(actor=actor, at=days.now(), reason="银行来电")

    reconcile(days.now())

    assert not gate.is_open(using="bulk")
    with pytest.raises(NotForYou), transaction.atomic():
        settling.open_gate(actor=treasurer(payments), at=days.now())
