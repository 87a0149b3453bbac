"""`sending` stands before the bank is called; what it does not answer is asked for and never sent again by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
from django.db import connections, transaction

from zhijia.kernel import actors, context
from zhijia.kernel.errors import Refusal
from zhijia.payments import gate
from zhijia.payments.channels import Answer, Said, Unanswered
from zhijia.payments.models import Event
from zhijia.payments.services import answering, asking, releasing, sending
from zhijia.payments.tests.sending.given import DAY, State, always, lost, now, released, send, spent
from zhijia.payments.tests.world import AT


def test_what_is_released_is_sent_paid_and_posted_once(payments, work):
    (payment,), batch = released(payments)

    work()
    send(batch)

    assert [one.reference for one in payments.bank.seen] == [payment.reference]
    assert payments.bank.seen[0].account == "4563510000000000011"
    assert payments.bank.seen[0].payer == "1302000000000000001"
    assert (now(payment).state, now(payment).unposted) == (State.PAID, "")
    assert spent() == {"102": -5_000, "503": 5_000}
    happened = Event.objects.using("bulk").filter(payment=payment).order_by("pk")
    assert [one.happened for one in happened] == ["ordered", "released", "sending", "paid"]


def test_sending_stands_in_the_database_before_the_bank_is_called(payments):
    (payment,), batch = released(payments)
    seen = []
    payments.bank.says[""] = lambda instruction: (
        seen.append((now(payment).state, now(payment).attempt)) or payments.bank.paid(instruction)
    )

    send(batch)

    assert seen == [(State.SENDING, 1)]


def test_a_bank_that_does_not_answer_is_asked_and_nothing_is_sent_again(payments):
    (payment,), batch = released(payments)

    def paid_but_silent(instruction):
        payments.bank.paid(instruction)
        raise Unanswered

    payments.bank.says[""] = paid_but_silent
    send(batch)
    assert now(payment).state == State.UNKNOWN

    asking.go_on(clock=lambda: AT + timedelta(minutes=1), more=always)
    assert now(payment).state == State.UNKNOWN
    asking.go_on(clock=lambda: AT + timedelta(minutes=3), more=always)

    assert now(payment).state == State.PAID
    assert len(payments.bank.seen) == 1
    assert spent() == {"102": -5_000, "503": 5_000}


def test_a_job_killed_after_claiming_leaves_it_to_be_asked_for(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lambda instruction: (_ for _ in ()).throw(SystemExit)

    with pytest.raises(SystemExit):
        send(batch)
    payments.bank.says.clear()
    send(batch)
    asking.go_on(clock=lambda: AT + timedelta(minutes=3), more=always)

    assert (now(payment).state, now(payment).not_found_at is not None) == (State.UNKNOWN, True)
    assert len(payments.bank.seen) == 1


def test_it_is_sent_again_only_when_the_bank_never_had_it_and_the_days_file_agrees(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lost
    send(batch)
    payments.bank.says.clear()
    later = AT + timedelta(minutes=3)
    asking.go_on(clock=lambda: later, more=always)
    assert len(payments.bank.seen) == 1

    answering.agree(bank_account_id=payments.account.pk, day=DAY - timedelta(days=1), seen=[])
    asking.go_on(clock=lambda: later, more=always)
    assert len(payments.bank.seen) == 1
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[payment.reference])
    asking.go_on(clock=lambda: later, more=always)
    assert len(payments.bank.seen) == 1
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=["somebody else's"])
    asking.go_on(clock=lambda: later, more=always)

    assert [one.reference for one in payments.bank.seen] == [payment.reference] * 2
    assert (now(payment).state, now(payment).attempt) == (State.PAID, 2)


def test_an_answer_to_an_earlier_attempt_changes_nothing(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lost
    send(batch)
    late = Answer(payment.reference, Said.FAILED, reason="late")

    taken = answering.take(at=AT, answers=[late], attempts={payment.reference: 0})

    assert (taken.changed, now(payment).state) == (0, State.UNKNOWN)


def test_answers_late_twice_and_out_of_order_end_where_they_should(payments):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lambda instruction: Answer(instruction.reference, Said.ACCEPTED)
    send(batch)
    words = [Said.PAID, Said.ACCEPTED, Said.NOT_FOUND, Said.PAID, Said.FAILED]

    for word in words:
        answering.take(at=AT, answers=[Answer(payment.reference, word, "B1", AT)])

    assert now(payment).state == State.PAID
    assert spent() == {"102": -5_000, "503": 5_000}


def test_nothing_is_sent_while_the_gate_is_closed(payments):
    (payment,), batch = released(payments)
    gate.close(actor=actors.system("test"), at=AT, reason="restore")

    send(batch)
    assert (now(payment).state, payments.bank.seen) == (State.READY, [])
    gate.open_again(actor=actors.system("test"), at=AT, reason="reconciled")
    asking.go_on(clock=lambda: AT, more=always)

    assert now(payment).state == State.PAID


def test_a_gate_opened_on_another_timeline_is_closed(payments, owner_sql):
    owner_sql("UPDATE payments_gate SET timeline = 99")

    seen = gate.is_open(using="bulk")
    owner_sql("UPDATE payments_gate SET timeline = 0")

    assert not seen


def test_two_jobs_at_once_send_each_payment_once(payments):
    some, batch = released(payments, many=sending.CHUNK + 5, amount=100)
    inner = []

    def another(instruction):
        if not inner:
            inner.append(True)
            sending.send(batch_id=batch.pk, clock=lambda: AT)
        return payments.bank.paid(instruction)

    payments.bank.says[""] = another
    send(batch)

    assert sorted(one.reference for one in payments.bank.seen) == sorted(one.reference for one in some)
    assert {now(one).state for one in some} == {State.PAID}
    assert spent() == {"102": -100 * len(some), "503": 100 * len(some)}


def test_two_batches_released_at_once_spend_no_more_than_there_is(payments):
    batches = []
    with transaction.atomic():
        for source in ("1", "2"):
            payments.order(source, amount=700_000)
            batches.append(payments.batch())
        for batch in batches:
            payments.release(batch, "factory-treasurer")
    cashier = payments.world.actors["cashier"]
    both = Barrier(2)

    def release(batch):
        try:
            with context.acting(cashier):
                both.wait()
                releasing.release(actor=cashier, at=AT, batch_id=batch.pk)
                sleep(0.3)
            return "released"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(release, batches))

    assert said == ["released", "too_little_money"]
