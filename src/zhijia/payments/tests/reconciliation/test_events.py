"""What a bank tells by itself is taken once, signed and in time, in whatever order it comes."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.kernel import days
from zhijia.payments.banking import signing
from zhijia.payments.models import BankAccount, BankEvent
from zhijia.payments.services import asking, sending
from zhijia.payments.tests.reconciliation.given import (
    reconcile,
    sent,
    state,
    tomorrow,
)
from zhijia.registry.tests import by_hand


def tell(bank, payment, said="paid", number="e1", key=None, age=0, **more):
    body = {"id": number, "reference": payment.reference, "state": said, "amount": payment.amount, "bank_number": "B9",
            "at": days.now().isoformat(), "reason": ""} | more  # fmt: skip
    content = json.dumps(body).encode()
    moment = str(int(days.now().timestamp()) - age)
    headers = {
        signing.TIME: moment,
        signing.SIGNATURE: signing.sign(key or bank.connection.key, moment, content),
    }
    return Client().post(
        reverse("payments:bank_events"), content, content_type="application/json", headers=headers
    )


def test_of_a_batch_file_taken_in_by_half_the_rest_goes_again_and_each_is_paid_once(payments, known_bank):
    accounts = BankAccount.objects.using("bulk")
    before = accounts.get().channel
    with transaction.atomic():
        made = [payments.order(str(number)) for number in range(4)]
        batch = payments.release(payments.batch())
    accounts.update(channel="csv")
    known_bank.tell("half_of_batch")
    with transaction.atomic():
        _name, content = sending.file_of(actor=payments.act("cashier"), at=days.now(), batch_id=batch.pk)
    result = known_bank.take_file(content, "csv")
    with transaction.atomic():
        sending.read_results(actor=payments.act("cashier"), at=days.now(), batch_id=batch.pk, content=result)
    assert [state(one) for one in made] == ["paid", "paid", "sending", "sending"]

    accounts.update(channel=before)
    asking.ask(at=tomorrow(), more=lambda: True)
    reconcile()
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert {state(one) for one in made} == {"paid"}
    lines = [line["reference"] for line in known_bank.lines() if line["reference"]]
    assert sorted(lines) == sorted(one.reference for one in made)


def test_an_event_is_taken_once_and_worked_in(payments, known_bank, work):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    answers = [tell(known_bank, made) for _ in range(3)]
    work()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert BankEvent.objects.using("bulk").get().outcome == "taken"
    assert state(made) == "paid"


@pytest.mark.parametrize("wrong", [{"key": b"x" * 32}, {"age": 301}])
def test_a_forged_or_old_event_changes_nothing_and_is_on_the_trail(
    payments, known_bank, owner_sql, work, wrong
):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    assert tell(known_bank, made, **wrong).status_code == 401
    work()

    assert state(made) == "unknown"
    assert not BankEvent.objects.using("bulk").exists()
    assert owner_sql("SELECT count(*) FROM audit_entry WHERE detail::text LIKE '%%forged_event%%'") == [(1,)]


def test_whoever_has_an_account_says_nothing_in_the_name_of_the_bank(payments, known_bank):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]
    forged = (
        "INSERT INTO payments_bank_event (provider, event_id, reference, state, amount, bank_number, at, reason,"
        " received_at, outcome) VALUES ('bank', 'e9', %(reference)s, 'failed', %(amount)s, 'B9', now(), '', now(), '')"
    )
    values = {"reference": made.reference, "amount": made.amount}

    with transaction.atomic():
        assert all(by_hand.refused(payments.act(who), forged, values) for who in ("cashier", "factory"))


@pytest.mark.parametrize(
    "wrong",
    [{"said": "lost"}, {"amount": "5000"}, {"amount": True}, {"at": "2026-11-20"}, {"number": ""}, {"number": "x" * 65},
     {"reason": "a\x00b"}, {"bank_number": None}],
)  # fmt: skip
def test_an_event_nobody_can_read_is_refused(payments, known_bank, wrong):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    assert tell(known_bank, made, **wrong).status_code == 422


@pytest.mark.parametrize(
    "order", [["paid", "accepted"], ["accepted", "paid"], ["failed", "paid"], ["paid", "failed"]]
)
def test_in_whatever_order_events_come_a_paid_payment_is_paid(payments, known_bank, work, order):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    for said in order:
        tell(known_bank, made, said, number=f"event-{said}")
        work()

    assert state(made) == "paid"


def test_an_event_of_another_amount_is_left_to_reconciliation(payments, known_bank, work):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    tell(known_bank, made, amount=1)
    work()

    assert (state(made), BankEvent.objects.using("bulk").get().outcome) == ("unknown", "amount")
