"""Money ordered for somebody whose death becomes known is held for the two who release, who see why."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.payments.models import Alarm, Batch, Event
from zhijia.payments.services import answering, asking, batching, releasing
from zhijia.payments.tests.sending.given import DAY, State, always, lost, now, send
from zhijia.payments.tests.world import AT, OWN, build, refused
from zhijia.registry.models import Membership


@pytest.fixture
def payments(db):
    made = build()
    made.member("ding", 1, OWN)
    return made


def dies(payments, name="ding"):
    """Their union writes down that they have died."""
    actor = payments.world.actors[name]
    payments.act("factory")
    Membership.objects.filter(person_id=actor.person_id, valid_to=None).update(
        status="50", valid_to=AT.date()
    )


def test_what_was_released_leaves_its_batch_and_rings_when_it_is_to_go_again(payments):
    payment, other = payments.order("1", person="ding"), payments.order("2")
    batch = payments.release(payments.batch())

    dies(payments)

    payments.act("factory-treasurer")
    for one in (payment, other):
        one.refresh_from_db()
    assert (payment.state, payment.batch_id) == (State.WAITING, None)
    assert (other.state, other.batch_id) == (State.READY, batch.pk)
    last = Event.objects.filter(payment=payment).order_by("-pk")[0]
    assert (last.happened, last.left_batch) == ("died", batch.pk)
    again = payments.batch()
    alarm = Alarm.objects.get(payment=payment)
    assert alarm.kind == Alarm.Kind.DIED
    with refused("alarm_open"):
        payments.release(again)
    releasing.answer_alarm(
        actor=payments.act("cashier"), at=AT, alarm_id=alarm.pk, reason="付给继承人，有公证"
    )
    payments.release(again)
    payment.refresh_from_db()
    assert payment.state == State.READY


def test_a_batch_that_one_has_released_is_open_again_without_it(payments):
    payments.order("1", person="ding")
    payments.order("2")
    batch = payments.release(payments.batch(), "factory-treasurer")
    assert batch.state == Batch.State.HALF

    dies(payments)

    payments.act("factory-treasurer")
    batch.refresh_from_db()
    assert (batch.state, batch.first_by, batch.payments.count()) == (Batch.State.OPEN, None, 1)


def test_what_is_ordered_for_somebody_who_died_before_rings_too_and_can_be_stopped(payments):
    dies(payments)
    payment = payments.order("1", person="ding")

    payments.batch()

    assert Alarm.objects.get(payment=payment).kind == Alarm.Kind.DIED
    assert (
        batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="已去世").state
        == State.STOPPED
    )


def test_what_the_bank_never_had_does_not_go_again_by_itself_to_somebody_who_died(committed):
    with transaction.atomic():
        payments = build()
        payments.member("ding", 1, OWN)
        payment = payments.order("1", person="ding")
        batch = payments.release(payments.batch())
    payments.bank.says[""] = lost
    send(batch)
    payments.bank.says.clear()
    later = AT + timedelta(minutes=3)
    asking.go_on(clock=lambda: later, more=always)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])
    with transaction.atomic():
        dies(payments)

    asking.go_on(clock=lambda: later, more=always)

    assert (now(payment).state, now(payment).reason) == (State.FAILED, asking.DIED)
