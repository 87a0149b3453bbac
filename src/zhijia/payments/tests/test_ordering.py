"""A payment is ordered once, and released by two people who had no hand in it."""

import json
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.spending import kin
from zhijia.ledger.tests.world import DAY
from zhijia.payments.models import Alarm, Batch, Payment
from zhijia.payments.queries import payments as queries
from zhijia.payments.services import batching, payees, paying, releasing
from zhijia.payments.services.payees import Named, Payee
from zhijia.payments.tests.world import AT, LATER, OTHER, OWN, build, refused
from zhijia.registry.models import Person
from zhijia.registry.tests import world as registry_world


@pytest.fixture
def payments(db):
    return build()


def test_the_same_source_is_ordered_once(payments):
    first = payments.order("7")
    again = payments.order("7")

    assert again.pk == first.pk
    assert first.reference == f"ZJ{first.pk:011d}{first.salt}01"
    assert first.events.count() == 1


def test_another_amount_for_the_same_source_is_refused(payments):
    payments.order("7", amount=100)

    with refused("ordered_differently"):
        payments.order("7", amount=200)


@pytest.mark.parametrize("who", ["cashier", "mill-treasurer", "luyang", "chair"])
def test_who_has_no_right_to_order_orders_nothing(payments, who):
    with pytest.raises(NotForYou):
        paying.order(
            actor=payments.act(who), at=AT, union=payments.union, source=Source("test", "1"),
            payee=Payee("晨光商店", OWN, "中国银行"), amount=100, fund="own", spent_on="503", title="x",
        )  # fmt: skip


def test_a_treasurer_of_another_union_sees_nothing(payments):
    payment, batch = payments.order(), payments.batch()
    payments.act("mill-treasurer")

    assert not Payment.objects.filter(pk=payment.pk).exists()
    assert not Batch.objects.filter(pk=batch.pk).exists()


def test_a_member_sees_their_own_payment_and_no_other(payments):
    payments.member("ding", 1, OWN)
    own, other = payments.order("1", person="ding"), payments.order("2")
    payments.act("ding")

    assert list(Payment.objects.values_list("pk", flat=True)) == [own.pk]
    assert other.pk != own.pk


def test_two_release_a_batch_and_only_the_second_needs_the_password_again(payments):
    payment, batch = payments.order(), payments.batch()
    treasurer = replace(payments.act("factory-treasurer"), stepped_up=False)
    half = releasing.release(actor=treasurer, at=AT, batch_id=batch.pk)
    assert half.state == Batch.State.HALF

    with pytest.raises(NeedsStepUp):
        releasing.release(actor=replace(payments.act("cashier"), stepped_up=False), at=AT, batch_id=batch.pk)
    released = payments.release(batch, "cashier")

    payment.refresh_from_db()
    assert (released.state, payment.state) == (Batch.State.RELEASED, Payment.State.READY)
    assert payment.first_by != payment.second_by


def test_one_person_who_releases_twice_is_one(payments):
    payments.order()
    batch = payments.release(payments.batch(), "factory-treasurer", "factory-treasurer")

    assert batch.state == Batch.State.HALF


def test_whoever_ordered_does_not_release(payments):
    payments.order(who="factory-treasurer")
    batch = payments.batch()

    with refused("own_order"):
        payments.release(batch, "factory-treasurer")


def test_nobody_releases_money_to_themselves(payments):
    ding = payments.member("ding", 1)
    chair = payments.act("chair")
    payees.name_for(
        actor=chair,
        at=AT,
        person=Person.objects.get(pk=ding),
        said=Named("张小丰", OWN, "建设银行"),
        reason="来电",
    )
    payments.order(person="ding", who="factory-treasurer")
    batch = payments.batch()
    founder, ding = payments.act("founder"), payments.world.actors["ding"]
    registry_world.give(founder, ding.user_id, "cashier", payments.union)

    with refused("own_money"):
        payments.release(batch, "ding")


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("UPDATE payments_payment SET state = 'ready'", "payment_is_released_by_two"),
        ("UPDATE payments_payment SET state = 'sending'", "payment_goes_on"),
        ("UPDATE payments_payment SET state = 'paid'", "payment_goes_on"),
        ("UPDATE payments_payment SET round = 2", "payment_has_a_reference_a_round"),
        ("UPDATE payments_payment SET attempt = 3", "payment_counts_its_attempts"),
        ("UPDATE payments_batch SET state = 'released'", "batch_goes_on"),
        ("UPDATE payments_batch SET first_by = 1", "batch_keeps_who_released_it"),
    ],
)
def test_the_database_refuses_what_two_people_did_not_decide(payments, statement, promise):
    payments.order()
    payments.batch()

    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert promise in str(refused.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_payment SET amount = 1",
        "UPDATE payments_payment SET source_id = 'x'",
        "DELETE FROM payments_payment",
        "UPDATE payments_payee_account SET account_key = ''",
        "DELETE FROM payments_event",
        "UPDATE payments_gate SET is_open = true",
    ],
)
def test_the_app_role_cannot_change_what_was_written(payments, statement):
    payments.order()

    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def broken(promise, statement, *values):
    """The database refuses this statement, by this promise."""
    with pytest.raises(IntegrityError) as refused:
        sql(statement, *values)
    assert refused.value.__cause__.diag.constraint_name == promise


def test_nobody_releases_orders_or_answers_in_the_name_of_another(payments):
    payments.member("ding", 1, OWN)
    paid = payments.order(person="ding", who="factory-treasurer")
    batch = payments.batch()
    chair, cashier = payments.act("chair"), payments.world.actors["cashier"]
    ding = Person.objects.get(pk=paid.person_id)
    said = Named(ding.name, OTHER, "建设银行")
    named = payees.name_for(actor=chair, at=AT, person=ding, said=said, reason="来电")
    order = (
        "INSERT INTO payments_payment SELECT (jsonb_populate_record(p, %s::jsonb)).* FROM payments_payment p"
    )
    account = (
        "INSERT INTO payments_payee_account SELECT (jsonb_populate_record(p, jsonb_build_object('id',"
        " gen_random_uuid(), 'set_by', %s))).* FROM payments_payee_account p WHERE id = %s"
    )
    other = json.dumps({"id": 0, "source_id": "2", "reference": "x", "ordered_by": cashier.user_id})

    broken("payment_is_ordered_by_who_is_here", order, other)
    broken("account_is_named_by_who_is_here", account, cashier.user_id, named.pk)
    for user in (cashier.user_id, chair.user_id):
        answer = "UPDATE payments_alarm SET answered_by = %s, answered_at = now(), answer = 'x'"
        broken("alarm_is_answered_by_another", answer, user)
    half = "UPDATE payments_batch SET state = 'half', first_by = %s WHERE id = %s"
    payments.order("3", who="factory-treasurer")
    batch = payments.batch()
    payments.act("chair")
    broken("batch_is_released_by_who_is_here", half, cashier.user_id, batch.pk)
    sql(half, chair.user_id, batch.pk)
    released = "UPDATE payments_batch SET state = 'released', second_by = %s WHERE id = %s"
    broken("batch_is_released_by_who_is_here", released, cashier.user_id, batch.pk)


def test_an_account_put_in_after_the_release_is_released_anew(payments):
    payments.member("ding", 1, OWN)
    paid = payments.order(person="ding")
    payments.release(payments.batch())
    other = payments.order("2", name="别家")
    treasurer, cashier = payments.world.actors["factory-treasurer"], payments.act("cashier")

    sql("UPDATE payments_payment SET state = 'waiting', payee_id = %s WHERE id = %s", other.payee_id, paid.pk)

    assert Payment.objects.get(pk=paid.pk).batch_id is None
    again = "UPDATE payments_payment SET state = 'ready', first_by = %s, second_by = %s WHERE id = %s"
    broken("payment_is_released_by_two", again, treasurer.user_id, cashier.user_id, paid.pk)


def test_a_batch_is_not_released_with_more_money_than_the_books_have(payments):
    payments.order(amount=1_000_001)
    batch = payments.batch()

    with refused("too_little_money"):
        payments.release(batch, "factory-treasurer")


def test_two_names_on_one_account_ring_and_wait_for_an_answer(payments):
    payments.order("1", name="晨光商店")
    payments.order("2", name="新河商店")
    batch = payments.batch()
    alarms = list(Alarm.objects.all())
    assert len(alarms) == 2

    with refused("alarm_open"):
        payments.release(batch, "factory-treasurer")
    for alarm in alarms:
        releasing.answer_alarm(
            actor=payments.act("cashier"), at=AT, alarm_id=alarm.pk, reason="同一家公司改名"
        )

    assert payments.release(batch).state == Batch.State.RELEASED


def test_a_changed_account_voids_the_release_rings_and_waits(payments):
    payments.member("ding", 1, OWN)
    payment = payments.order(person="ding")
    batch = payments.release(payments.batch(), "factory-treasurer")

    payments.name_account("ding", OTHER)

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    batch.refresh_from_db()
    assert (payment.state, payment.batch_id, payment.payee.tail) == ("waiting", None, OTHER[-4:])
    assert (batch.state, batch.first_by) == (Batch.State.OPEN, None)
    assert Alarm.objects.get(payment=payment).kind == Alarm.Kind.CHANGED
    with refused("nothing_can_go"):
        payments.batch()


def test_a_changed_account_calls_back_what_was_released_already(payments):
    payments.member("ding", 1, OWN)
    payment = payments.order(person="ding")
    payments.release(payments.batch())

    payments.name_account("ding", OTHER)

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    assert (payment.state, payment.first_by, payment.second_by) == ("waiting", None, None)


def test_a_payment_goes_to_the_changed_account_once_it_has_cooled_and_somebody_answered(
    payments, monkeypatch
):
    payments.member("ding", 1, OWN)
    payments.order(person="ding")
    payments.name_account("ding", OTHER)
    batch = payments.batch(at=LATER)
    payments.act("cashier")
    alarm = Alarm.objects.get()

    with refused("alarm_open"):
        payments.release(batch, "cashier", at=LATER)
    releasing.answer_alarm(actor=payments.act("cashier"), at=LATER, alarm_id=alarm.pk, reason="已电话核实")

    assert payments.release(batch, "factory-treasurer", at=LATER).state == Batch.State.HALF


def test_a_payment_without_an_account_waits_for_it(payments):
    payments.member("ding", 1)
    payment = payments.order(person="ding")
    payments.order("2")
    assert payment.payee is None

    batch = payments.batch()
    payments.name_account("ding", OWN)

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    assert payment.batch_id is None
    assert payment.payee is not None
    assert batch.payments.count() == 1
    assert not Alarm.objects.exists()


def test_what_is_stopped_never_goes_and_opens_the_batch_again(payments):
    one, two = payments.order("1"), payments.order("2")
    batch = payments.release(payments.batch(), "factory-treasurer")

    batching.stop(actor=payments.act("cashier"), at=AT, payment_id=one.pk, reason="发票有误")
    again = batching.stop(actor=payments.act("cashier"), at=AT, payment_id=one.pk, reason="发票有误")

    batch.refresh_from_db()
    assert (again.state, batch.state) == (Payment.State.STOPPED, Batch.State.OPEN)
    assert payments.release(batch).payments.get().pk == two.pk


def test_an_account_that_another_name_is_paid_to_rings(payments):
    payments.order("1", name="晨光商店")
    payments.order("2", name="惠民商店")
    batch = payments.batch()

    assert list(Alarm.objects.filter(payment__batch=batch).values_list("kind", flat=True)) == ["shared"] * 2
    with refused("alarm_open"):
        payments.release(batch)


def test_a_payee_named_among_relatives_of_officers_rings_and_another_unions_list_does_not(payments):
    registry_world.member(payments.world, "ding", "factory", serial=1, called="丁大勇")
    registry_world.member(payments.world, "mei", "mill", serial=2, called="梅小雨")
    kin.declare(actor=payments.act("mill-treasurer"), at=AT, union=payments.world.unions["mill"], officer="梅小雨",
                relation="spouse", name="王小明", works_for="晨光商店", day=DAY)  # fmt: skip
    payments.order("1")
    payments.batch()
    assert not Alarm.objects.exists()
    kin.declare(actor=payments.act("factory-treasurer"), at=AT, union=payments.union, officer="丁大勇",
                relation="spouse", name="王小明", works_for="惠民商店", day=DAY)  # fmt: skip
    known = payments.order("2", name="合肥惠民商店")
    batch = payments.batch()

    assert set(Alarm.objects.filter(payment=known).values_list("kind", flat=True)) == {"shared", "kin"}
    with refused("alarm_open"):
        payments.release(batch)


def test_alarms_nobody_answered_stand_first(payments):
    payments.order("1", name="晨光商店")
    payments.order("2", name="惠民商店")
    batch = payments.batch()
    first = Alarm.objects.order_by("pk")[0]
    releasing.answer_alarm(actor=payments.act("cashier"), at=AT, alarm_id=first.pk, reason="同一户主")

    assert [alarm.pk for alarm in queries.alarms(batch)][-1] == first.pk
