"""What differs between the three books is found once, and worked through."""

from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Difference, Payment
from zhijia.payments.reconciliation import fetching, settling, verify
from zhijia.payments.services import asking
from zhijia.payments.tests.reconciliation.given import (
    PLANTED,
    differences,
    plant,
    reconcile,
    sent,
    state,
    tomorrow,
    treasurer,
)
from zhijia.payments.tests.world import refused


def test_what_agrees_is_no_difference(payments, bank):
    made = sent(payments, bank, [""])

    assert reconcile() > 0
    assert differences() == {}
    assert state(made[""]) == "paid"


def test_every_planted_difference_is_found_once_and_nothing_else(payments, bank):
    made = plant(payments, bank)

    reconcile()
    reconcile()

    found = differences()
    assert set(found) == {*PLANTED, "unknown_line"}
    assert {kind: found[kind].payment_id for kind in PLANTED} == {
        kind: made[mood].pk for kind, mood in PLANTED.items()
    }
    assert Difference.objects.using("bulk").count() == len(PLANTED) + 1
    assert (found["amount"].ours, found["amount"].theirs) == (5_000, 4_999)
    assert found["unknown_line"].theirs == 35


def test_the_banks_word_is_taken_over_and_posted(payments, bank):
    made = plant(payments, bank)
    reconcile()
    found = differences()

    with transaction.atomic():
        for kind in ("bank_paid", "returned"):
            settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=found[kind].pk)

    assert state(made["time_out_after_paying"]) == "paid"
    assert state(made["pay_then_return"]) == "returned"
    paid = Payment.objects.using("bulk").get(pk=made["time_out_after_paying"].pk)
    assert paid.entry_id is not None
    reconcile()
    assert set(differences()) == {"bank_not", "amount", "twice", "unknown_line"}


@pytest.mark.parametrize("kind", ["bank_not", "amount", "twice", "unknown_line"])
def test_what_has_to_be_found_out_is_not_taken_over(payments, bank, kind):
    plant(payments, bank)
    reconcile()

    with refused("cannot_be_taken_over"), transaction.atomic():
        settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=differences()[kind].pk)


def test_what_was_explained_stays_settled_and_says_by_whom(payments, bank):
    plant(payments, bank)
    reconcile()
    fee = differences()["unknown_line"]

    with refused("reason_missing"), transaction.atomic():
        settling.explain(actor=treasurer(payments), at=days.now(), difference_id=fee.pk, reason=" ")
    with transaction.atomic():
        settling.explain(
            actor=treasurer(payments), at=days.now(), difference_id=fee.pk, reason="手续费，已记账"
        )
    reconcile()

    assert "unknown_line" not in differences()
    settled = Difference.objects.using("bulk").get(pk=fee.pk)
    assert (settled.answer, settled.settled_by) == ("手续费，已记账", treasurer(payments).user_id)


def test_a_difference_that_is_none_any_more_settles_by_itself(payments, bank):
    made = sent(payments, bank, ["time_out_after_paying"])
    reconcile()
    assert set(differences()) == {"bank_paid"}

    asking.ask(at=tomorrow(), more=lambda: True)
    reconcile()

    assert state(made["time_out_after_paying"]) == "paid"
    assert differences() == {}


def test_what_the_bank_never_had_goes_again_once_the_day_is_over(payments, bank):
    """Not found, and the whole day's file is without it: only then it is sent again, and paid once."""
    made = sent(payments, bank, ["time_out_before_paying"])["time_out_before_paying"]
    asking.ask(at=tomorrow(), more=lambda: True)
    fetching.fetch(account=payments.account, at=days.now(), through=days.business_day(days.now()))
    assert Payment.objects.using("bulk").get(pk=made.pk).file_agreed_on is None

    reconcile()
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert state(made) == "paid"
    assert [line["amount"] for line in bank.lines() if line["reference"] == made.reference] == [-5_000]


def test_what_is_under_way_is_compared_however_long_ago_it_was_sent(payments, bank):
    """After the days for which what has ended is compared again (payments.reconcile_days): found by the faults."""
    much_later = days.now() + timedelta(days=47)
    reconcile(much_later)
    made = sent(payments, bank, ["time_out_before_paying"])["time_out_before_paying"]
    asking.ask(at=tomorrow(), more=lambda: True)

    reconcile(much_later + timedelta(days=1))
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert state(made) == "paid"


@pytest.mark.parametrize("who", ["mill-treasurer", "luyang", "chair", "cashier"])
def test_nobody_else_settles_a_difference(payments, bank, who):
    sent(payments, bank, ["time_out_after_paying"])
    reconcile()
    number = differences()["bank_paid"].pk

    with pytest.raises(NotForYou), transaction.atomic():
        settling.take_over(actor=payments.act(who), at=days.now(), difference_id=number)
    client = Client()
    client.force_login(User.objects.get(pk=payments.world.actors[who].user_id))
    assert client.get(reverse("payments:reconciliation", args=[payments.union.code])).status_code == 404
    assert client.post(reverse("payments:settle", args=[number]), {"reason": "x"}).status_code == 404
    assert set(differences()) == {"bank_paid"}


def test_what_the_bank_said_stays_as_it_said_it(payments, bank, owner_sql):
    plant(payments, bank)
    reconcile()

    for statement_ in (
        "DELETE FROM payments_statement_line",
        "UPDATE payments_statement_line SET amount = 1",
        "DELETE FROM payments_difference",
        "UPDATE payments_difference SET kind = 'twice'",
        "UPDATE payments_statement SET opening = 1",
    ):
        with pytest.raises(Exception, match="payments_"):
            owner_sql(statement_)


def test_another_union_sees_no_line_of_the_bank(payments, bank):
    plant(payments, bank)
    reconcile()

    for who, seen in (("factory-treasurer", True), ("mill-treasurer", False)):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            payments.act(who)
            for table in ("statement", "statement_line", "difference"):
                cursor.execute(f"SELECT count(*) > 0 FROM payments_{table}")
                assert cursor.fetchone()[0] is seen


def test_verify_names_what_nobody_noticed(payments, bank, owner_sql):
    made = plant(payments, bank)
    reconcile()
    assert verify.payments_are_the_banks().differences == ()
    late = made["time_out_after_paying"].pk

    for table, change in (
        ("payments_difference", f"DELETE FROM payments_difference WHERE payment_id = {late}"),
        (
            "payments_statement_line",
            "UPDATE payments_statement_line SET amount = amount - 1"
            " WHERE id = (SELECT min(id) FROM payments_statement_line)",
        ),
    ):
        owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            owner_sql(change)
        finally:
            owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    told = verify.payments_are_the_banks().differences
    assert len(told) == 2
    assert f"Payment {late} is unknown" in told[1]


def test_a_refusal_is_a_sentence(payments, bank):
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=999_999)
    assert str(refusal.value)
