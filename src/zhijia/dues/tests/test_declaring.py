"""Wages declared month by month: what follows from them, who may, what a correction does, how a transfer pays."""

from datetime import date

import pytest
from django.db import connection

from zhijia.dues.models import Bill, Contribution, Declaration, Waiting
from zhijia.dues.services import billing, declaring
from zhijia.dues.services.declaring import Wages
from zhijia.dues.tests.world import AT, build
from zhijia.facts import queries as facts
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import BankAccount, Receivable
from zhijia.payments.services import paying_in
from zhijia.payments.services.paying_in import BankLine
from zhijia.registry.models import Coverage
from zhijia.registry.tests import ready


@pytest.fixture
def dues(db):
    return build()


def _pay(dues, bill, fen, number="B1"):
    """A transfer with the bill's reference comes in and is matched."""
    actor = dues.world.act("factory-treasurer")
    union = dues.world.unions["factory"]
    account, _made = BankAccount.objects.get_or_create(
        union_id=union.pk,
        county_id=union.stands_in,
        bank="工商银行",
        defaults={"holder": union.name, "tail": "0001", "channel": "test", "opened_at": AT},
    )
    line = BankLine(number, date(2026, 11, 18), fen, name="厂", note=bill.reference)
    (receipt,) = paying_in.came_in(at=AT, bank_account=account, lines=[line])
    paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=bill.receivable_id)
    return receipt


def test_two_in_a_hundred_of_the_wages_are_owed_by_the_end_of_the_next_month(dues):
    bill = dues.declare(yuan=80_000)

    assert (bill.amount, bill.due_on) == (1600_00, date(2026, 11, 30))
    assert Receivable.objects.get(pk=bill.receivable_id).amount == 1600_00
    assert bill.reference
    assert dues.declare(yuan=80_000) == bill
    assert Declaration.objects.count() == 1


def test_a_correction_is_a_new_version_and_its_own_reference(dues):
    first = dues.declare(yuan=80_000)

    second = dues.declare(yuan=90_000, reason="one more week")

    assert second.pk == first.pk
    assert (second.amount, second.declaration.version) == (1800_00, 2)
    assert second.reference != first.reference
    assert Receivable.objects.get(pk=first.receivable_id).called_off_at is not None
    union = dues.world.unions["factory"].pk
    assert facts.total("contribution.declared", unions=[union], measure="amount") == 1800_00
    assert facts.total("contribution.declared", unions=[union]) == 1


@pytest.mark.parametrize(
    ("wages", "code"),
    [
        (Wages(202611, 10, 100), "month_not_over"),
        (Wages(202613, 10, 100), "month_not_over"),
        (Wages(202610, 10, 10**15), "wages_do_not_fit"),
        (Wages(202610, 0, 100), "staff_without_wages"),
        (Wages(202610, 10, 0), "staff_without_wages"),
        (Wages(201912, 10, 100), "not_covered"),
    ],
)
def test_what_cannot_be_is_refused(dues, wages, code):
    with pytest.raises(Refusal) as refused:
        declaring.declare(
            actor=dues.world.act("factory-treasurer"),
            at=AT,
            union=dues.world.unions["factory"],
            employer=dues.employers["factory"],
            wages=wages,
        )

    assert refused.value.code == code


def test_a_correction_says_why_and_comes_in_time(dues):
    dues.declare(month=202510)
    dues.declare(month=202511)

    with pytest.raises(Refusal) as late:
        dues.declare(month=202510, yuan=1, reason="old")
    with pytest.raises(Refusal) as silent:
        dues.declare(month=202511, yuan=1)

    assert (late.value.code, silent.value.code) == ("month_closed", "reason_missing")
    assert dues.declare(month=202511, yuan=1, reason="in time").amount == 2


@pytest.mark.parametrize("who", ["mill-treasurer", "luyang", "factory"])
def test_only_who_declares_there_declares(dues, who):
    with pytest.raises(NotForYou):
        declaring.declare(
            actor=dues.world.act(who),
            at=AT,
            union=dues.world.unions["factory"],
            employer=dues.employers["factory"],
            wages=Wages(202610, 1, 100),
        )


def test_a_month_declared_by_one_union_is_not_declared_by_another(dues):
    dues.declare()
    dues.world.act("luyang")
    ready.add(
        Coverage(
            union=dues.world.unions["couriers"],
            employer=dues.employers["factory"],
            valid_from=date(2026, 1, 1),
        )
    )

    with pytest.raises(Refusal) as refused:
        declaring.declare(
            actor=dues.world.act("couriers-treasurer"),
            at=AT,
            union=dues.world.unions["couriers"],
            employer=dues.employers["factory"],
            wages=Wages(202610, 1, 100),
        )

    assert refused.value.code == "declared_elsewhere"


def test_a_union_without_books_has_no_reference_but_a_bill(dues):
    bill = dues.declare("couriers", yuan=1_000)

    assert (bill.amount, bill.reference, bill.receivable_id) == (20_00, "", None)


def test_a_transfer_pays_its_bill_once_and_waits_to_be_shared(dues):
    bill = dues.declare(yuan=80_000)

    receipt = _pay(dues, bill, 1000_00)
    paying_in.match(
        actor=dues.world.act("factory-treasurer"),
        at=AT,
        receipt_id=receipt.pk,
        receivable_id=bill.receivable_id,
    )

    came = Contribution.objects.get()
    assert (came.source, came.amount, came.since, came.until) == ("transfer", 1000_00, 202610, 202610)
    assert Waiting.objects.filter(contribution=came).exists()
    assert billing.owed(bill) == 600_00


def test_a_correction_after_a_transfer_expects_the_rest(dues):
    bill = dues.declare(yuan=80_000)
    _pay(dues, bill, 1000_00)

    corrected = dues.declare(yuan=70_000, reason="counted twice")

    assert billing.owed(corrected) == 400_00
    assert Receivable.objects.get(pk=corrected.receivable_id).amount == 400_00


@pytest.mark.parametrize("who", ["mill-treasurer", "shushan"])
def test_who_works_elsewhere_reads_nothing_of_it(dues, who):
    dues.declare()

    dues.world.act(who)

    assert not Bill.objects.exists()
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("table", ["dues_declaration", "dues_bill"])
def test_nobody_writes_rows_of_another_union(dues, table):
    bill = dues.declare()
    mill = dues.world.unions["mill"]
    dues.world.act("mill-treasurer")

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET county_id = %s WHERE id = %s", [mill.stands_in, bill.pk])
        assert cursor.rowcount == 0
