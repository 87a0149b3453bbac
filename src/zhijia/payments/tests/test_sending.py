"""`sending` stands before the bank is called; what it does not answer is asked for and never sent again by itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from time import sleep

import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.kernel import actors, context
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.ledger.models import Account, Entry, Leg
from zhijia.ledger.queries import sources
from zhijia.ledger.services import mergers
from zhijia.notices.models import Message
from zhijia.payments import channels, gate
from zhijia.payments.channels import Answer, Said, Unanswered
from zhijia.payments.models import Alarm, BankAccount, Event, Payment
from zhijia.payments.services import answering, asking, batching, releasing, sending
from zhijia.payments.tests.world import AT, LATER, OTHER, OWN, build, refused
from zhijia.registry.tests import world as registry_world

DAY = date(2026, 11, 20)
State = Payment.State


def lost(instruction):
    raise Unanswered


def never():
    return False


def always():
    return True


@pytest.fixture
def payments(committed):
    with transaction.atomic():
        made = build()
    return made


def released(payments, *, amount=5_000, person="", many=1):
    """Payments that two people released, committed."""
    with transaction.atomic():
        some = [payments.order(str(number), amount=amount, person=person) for number in range(many)]
        batch = payments.release(payments.batch())
    return some, batch


def now(payment):
    """The payment as it stands."""
    return Payment.objects.using("bulk").get(pk=payment.pk)


def send(batch, at=AT):
    return sending.send(batch_id=batch.pk, clock=lambda: at)


def spent():
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT a.code, sum(l.amount)::int FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id"
            " JOIN ledger_entry e ON e.id = l.entry_id WHERE e.kind = 'payment' GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())


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


def test_what_the_books_refuse_is_paid_all_the_same_and_posted_later(payments, owner_sql):
    (payment,), batch = released(payments)
    owner_sql("UPDATE ledger_account SET closed_on = '2026-11-01' WHERE code = '503'")
    send(batch)
    stuck = now(payment)
    owner_sql("UPDATE ledger_account SET closed_on = NULL WHERE code = '503'")

    asking.go_on(clock=lambda: AT, more=always)

    assert (stuck.state, stuck.unposted, stuck.entry_id) == (
        State.PAID, "leg_stands_on_an_open_account", None,
    )  # fmt: skip
    assert (now(payment).unposted, spent()) == ("", {"102": -5_000, "503": 5_000})


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


def test_books_are_not_handed_over_while_a_payment_waits(payments):
    with transaction.atomic():
        registry_world.appoint(payments.world, "province", "treasurer", "above")
        waiting = payments.order()
    over = {"union": payments.world.unions["factory"], "into": payments.world.unions["mill"], "day": DAY}

    with refused("money_under_way"), transaction.atomic():
        mergers.hand_over(actor=payments.act("above"), at=AT, **over)
    with transaction.atomic():
        batching.stop(
            actor=payments.act("factory-treasurer"), at=AT, payment_id=waiting.pk, reason="合并前停付"
        )
    with transaction.atomic():
        assert mergers.hand_over(actor=payments.act("above"), at=AT, **over)


def test_books_are_not_handed_over_while_money_is_on_its_way(payments):
    with transaction.atomic():
        registry_world.appoint(payments.world, "province", "treasurer", "above")
    (_payment,), batch = released(payments)
    payments.bank.says[""] = lost
    unions = payments.world.unions

    def hand_over():
        with transaction.atomic():
            actor = payments.act("above")
            mergers.hand_over(actor=actor, at=AT, union=unions["factory"], into=unions["mill"], day=DAY)

    with refused("money_under_way"):
        hand_over()
    send(batch)
    with refused("money_under_way"):
        hand_over()
    answering.take(at=AT, answers=[Answer(payments.bank.seen[0].reference, Said.PAID, "B1", AT)])

    hand_over()

    held = Account.objects.using("bulk").get(union_id=unions["mill"].pk, code="102", fund="own")
    assert held.balance == 1_000_000 - 5_000


def test_whoever_gets_the_money_is_told_what_for_and_when_it_arrives(payments):
    with transaction.atomic():
        payments.member("ding", 1, OWN)
    _some, batch = released(payments, person="ding")
    payments.bank.says[""] = lambda instruction: Answer(
        instruction.reference, Said.PAID, "B1", datetime(2026, 11, 20, 3, tzinfo=UTC)
    )

    send(batch)

    said = Message.objects.using("bulk").get(kind="payment_paid")
    assert said.person_id == payments.world.actors["ding"].person_id
    assert said.values == {"title": "慰问金", "amount": "50.00", "day": "2026-11-22"}


def test_a_sealed_account_that_was_swapped_behind_our_back_gets_nothing(payments, owner_sql):
    (payment,), batch = released(payments)
    owner_sql("UPDATE payments_payment SET state = state")
    owner_sql("ALTER TABLE payments_payee_account DISABLE TRIGGER USER")
    owner_sql("UPDATE payments_payee_account SET account_key = 'x'")
    owner_sql("ALTER TABLE payments_payee_account ENABLE TRIGGER USER")

    send(batch)

    assert (payments.bank.seen, now(payment).state) == ([], State.SENDING)


def test_the_accounts_of_the_books_hold_what_the_bank_has(payments):
    some, batch = released(payments, many=3, amount=700)
    send(batch)

    bank = Account.objects.using("bulk").get(union_id=payments.union.pk, code="102", fund="own")
    assert bank.balance == 1_000_000 - 2_100
    assert Leg.objects.using("bulk").filter(account=bank, amount=-700).count() == len(some)


class Files:
    """A bank that takes files: one line a payment, each paid."""

    def write(self, instructions):
        return "\n".join(f"{one.reference} {one.account}" for one in instructions).encode()

    def read_results(self, content):
        return [Answer(line.split()[0], Said.PAID, "F1", AT) for line in content.decode().splitlines()]


@pytest.fixture
def by_file(payments):
    channels.announce("test-file", Files, by_file=True)
    BankAccount.objects.using("bulk").update(channel="test-file")
    return payments


def test_a_batch_goes_by_file_and_the_same_file_is_fetched_again(by_file):
    (payment,), batch = released(by_file)
    send(batch)
    assert now(payment).state == State.READY

    files = []
    for _turn in range(2):
        with transaction.atomic():
            cashier = by_file.act("cashier")
            files.append(sending.file_of(actor=cashier, at=AT, batch_id=batch.pk)[1])
    with transaction.atomic():
        sending.read_results(actor=by_file.act("cashier"), at=AT, batch_id=batch.pk, content=files[0])

    assert files[0] == files[1] == f"{payment.reference} 4563510000000000011".encode()
    assert (now(payment).state, now(payment).attempt) == (State.PAID, 1)


def test_a_file_of_other_payments_changes_nothing(by_file):
    (payment,), batch = released(by_file)

    with transaction.atomic(), refused("of_another_batch"):
        sending.read_results(actor=by_file.act("cashier"), at=AT, batch_id=batch.pk, content=b"ZJ0 1")

    assert now(payment).state == State.READY


def test_account_numbers_leave_only_after_step_up_and_never_for_another_union(by_file):
    _some, batch = released(by_file)

    weak = replace(by_file.world.actors["cashier"], stepped_up=False)

    with transaction.atomic(), context.acting(weak), pytest.raises(NeedsStepUp):
        sending.file_of(actor=weak, at=AT, batch_id=batch.pk)
    with transaction.atomic(), pytest.raises(NotForYou):
        sending.file_of(actor=by_file.act("mill-treasurer"), at=AT, batch_id=batch.pk)


def test_the_books_say_what_was_paid_for_and_name_no_person(payments):
    with transaction.atomic():
        payments.member("ding", 1, OWN)
        firm, person = payments.order("1"), payments.order("2", person="ding")
        batch = payments.release(payments.batch())
    send(batch)
    entries = [now(one).entry_id for one in (firm, person)]

    with transaction.atomic():
        told = sources.told(payments.act("factory-treasurer"), Entry.objects.filter(pk__in=entries))
        hidden = sources.told(payments.act("mill-treasurer"), Entry.objects.filter(pk__in=entries))

    assert [told[entry].words for entry in entries] == ["慰问金 · 晨光商店", "慰问金"]
    assert hidden == {}
