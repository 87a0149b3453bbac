"""What the bank refused or gave back is paid anew or stopped, once its file agrees."""

import pytest
from django.db import IntegrityError, transaction

from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import Alarm, Payment
from zhijia.payments.services import answering, batching
from zhijia.payments.tests.sending.given import DAY, State, now, released, send, spent
from zhijia.payments.tests.world import AT, LATER, OTHER, OWN, refused


def test_money_that_comes_back_is_taken_back_in_the_books_and_can_be_paid_anew(payments):
    (payment,), batch = released(payments)
    send(batch)
    answering.take(at=AT, answers=[Answer(payment.reference, Said.RETURNED, reason="account closed")])
    assert spent() == {"102": 0, "503": 0}

    with transaction.atomic():
        again = batching.anew(actor=payments.act("factory-treasurer"), at=AT, payment_id=payment.pk)
        second = payments.release(payments.batch())
    send(second)

    assert again.reference[:-2] == payment.reference[:-2]
    assert again.reference.endswith("02")
    assert (now(payment).state, spent()) == (State.PAID, {"102": -5_000, "503": 5_000})


def test_what_the_bank_refused_is_paid_anew_only_after_its_file_agreed(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lambda instruction: Answer(instruction.reference, Said.FAILED, reason="name")
    send(batch)
    assert now(payment).state == State.FAILED

    with transaction.atomic(), refused("file_has_to_agree"):
        batching.anew(actor=payments.act("factory-treasurer"), at=AT, payment_id=payment.pk)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])
    with transaction.atomic():
        again = batching.anew(actor=payments.act("factory-treasurer"), at=AT, payment_id=payment.pk)

    assert (again.state, again.round) == (State.WAITING, 2)


@transaction.atomic
def stopped_by_sql(payments, payment):
    payments.act("cashier")
    Payment.objects.filter(pk=payment.pk).update(state=State.STOPPED)


def test_what_the_bank_refused_is_stopped_only_after_its_file_agreed(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lambda instruction: Answer(instruction.reference, Said.FAILED, reason="name")
    send(batch)

    with transaction.atomic(), refused("file_has_to_agree"):
        batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="错")
    with pytest.raises(IntegrityError, match="goes_again_only"):
        stopped_by_sql(payments, payment)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])
    with transaction.atomic():
        stopped = batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="错")

    assert stopped.state == State.STOPPED


def test_an_account_changed_while_the_bank_refused_rings_when_it_is_paid_anew(payments):
    with transaction.atomic():
        payments.member("ding", 1, OWN)
    (payment,), batch = released(payments, person="ding")
    payments.bank.says[""] = lambda instruction: Answer(
        instruction.reference, Said.FAILED, "B1", AT, "账号有误"
    )
    send(batch)
    with transaction.atomic():
        payments.name_account("ding", OTHER)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])

    with transaction.atomic():
        treasurer = payments.act("factory-treasurer")
        batching.anew(actor=treasurer, at=LATER, payment_id=payment.pk)

    alarm = Alarm.objects.using("bulk").get(payment=payment)
    assert (alarm.kind, alarm.payee.tail) == (Alarm.Kind.CHANGED, OTHER[-4:])


def test_what_the_bank_says_of_another_amount_is_left_to_reconciliation(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lambda instruction: Answer(instruction.reference, Said.PAID, "B1", AT, "", 1)

    send(batch)

    assert (now(payment).state, spent()) == (State.SENDING, {})


def test_a_sealed_account_that_was_swapped_behind_our_back_gets_nothing(payments, owner_sql):
    (payment,), batch = released(payments)
    owner_sql("UPDATE payments_payment SET state = state")
    owner_sql("ALTER TABLE payments_payee_account DISABLE TRIGGER USER")
    owner_sql("UPDATE payments_payee_account SET account_key = 'x'")
    owner_sql("ALTER TABLE payments_payee_account ENABLE TRIGGER USER")

    send(batch)

    assert (payments.bank.seen, now(payment).state) == ([], State.SENDING)
