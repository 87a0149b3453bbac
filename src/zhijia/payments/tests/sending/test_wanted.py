"""What came to nothing goes to the bank again only while what it is for still wants it, whatever that is."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.catalogue import ports
from zhijia.kernel import rows
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import Event
from zhijia.payments.services import answering, asking, batching, wanting
from zhijia.payments.tests.sending.given import DAY, State, always, lost, now, released, send
from zhijia.payments.tests.world import AT, refused


@pytest.fixture
def called_off(monkeypatch):
    """Numbers of sources that want their payments no more."""
    numbers = set()

    def said(*, payments, using):
        return {one.pk: "It was called off." for one in payments if one.source_id in numbers}

    monkeypatch.setitem(ports._functions, f"{wanting.FAMILY}.test", said)
    return numbers


def test_what_the_bank_gave_back_is_not_paid_anew_for_what_was_called_off(payments, called_off):
    (payment, other), batch = released(payments, many=2)
    send(batch)
    for one in (payment, other):
        answering.take(at=AT, answers=[Answer(one.reference, Said.RETURNED, reason="account closed")])
    called_off.add(payment.source_id)

    with transaction.atomic(), refused("not_wanted_any_more"):
        batching.anew(actor=payments.act("factory-treasurer"), at=AT, payment_id=payment.pk)
    with transaction.atomic():
        again = batching.anew(actor=payments.act("factory-treasurer"), at=AT, payment_id=other.pk)

    assert (now(payment).state, again.state) == (State.RETURNED, State.WAITING)


def test_what_was_called_off_since_is_not_released(payments, called_off):
    with transaction.atomic():
        payment, _other = payments.order("1"), payments.order("2")
        batch = payments.batch()
    called_off.add("1")

    with transaction.atomic(), refused("not_wanted_any_more"):
        payments.release(batch, "factory-treasurer")
    with transaction.atomic():
        batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="取消")
        payments.release(batch)

    assert now(payment).state == State.STOPPED


def test_what_the_bank_never_had_does_not_go_again_by_itself_once_it_was_called_off(payments, called_off):
    (payment, other), batch = released(payments, many=2)
    payments.bank.says[""] = lost
    send(batch)
    payments.bank.says.clear()
    later = AT + timedelta(minutes=3)
    asking.go_on(clock=lambda: later, more=always)
    called_off.add(payment.source_id)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])

    asking.go_on(clock=lambda: later, more=always)

    assert (now(payment).state, now(other).state) == (State.FAILED, State.PAID)
    last = Event.objects.using("bulk").filter(payment=payment).order_by("-pk")[0]
    assert (last.happened, last.reason) == ("unwanted", asking.NOT_WANTED)
    with transaction.atomic():
        batching.stop(actor=payments.act("cashier"), at=later, payment_id=payment.pk, reason="取消")
    assert now(payment).state == State.STOPPED


@pytest.mark.parametrize("broken", ["SELECT no_such_function()", ""])
def test_a_source_that_cannot_say_holds_up_its_own_payments_and_no_other(
    payments, monkeypatch, caplog, broken
):
    (payment,), batch = released(payments)
    payments.bank.says[""] = lost
    send(batch)
    payments.bank.says.clear()
    later = AT + timedelta(minutes=3)
    asking.go_on(clock=lambda: later, more=always)
    answering.agree(bank_account_id=payments.account.pk, day=DAY, seen=[])
    with transaction.atomic():
        other = payments.order("9")
        payments.release(payments.batch())
    name = f"{wanting.FAMILY}.{payment.source}"

    def fails(*, payments, using):
        if broken:
            rows.run(broken, [], using)
        raise RuntimeError(payments[0].payee_name)

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(ports._functions, name, fails)
        asking.go_on(clock=lambda: later, more=always)

    assert (now(payment).state, now(other).state) == (State.UNKNOWN, State.PAID)
    told = [record.getMessage() for record in caplog.records if record.name == wanting.__name__]
    what = "ProgrammingError" if broken else "RuntimeError"
    assert told == [f"{payment.source} could not say which payments it wants: {what}"]
    assert payment.payee_name not in caplog.text

    asking.go_on(clock=lambda: later, more=always)
    assert now(payment).state == State.PAID
