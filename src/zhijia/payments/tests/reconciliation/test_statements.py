"""A statement of the bank is read in whole, follows the one before, and may have grown; money in is matched."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.kernel import days
from zhijia.ledger.services.posting import Source
from zhijia.payments.banking.files import BankLine, DayStatement
from zhijia.payments.models import Receipt, Statement
from zhijia.payments.reconciliation import fetching, incoming
from zhijia.payments.services import paying_in
from zhijia.payments.services.paying_in import Payer
from zhijia.payments.tests.reconciliation.given import differences, reconcile, tomorrow, treasurer
from zhijia.payments.tests.world import refused


def line(number, amount, after, reference="", note="", bank_number=""):
    return BankLine(
        number,
        bank_number or f"B{number}",
        days.now(),
        amount,
        after,
        "某人",
        "4563000000000000011",
        reference,
        note,
    )


def statement(*lines, opening=1_000, ago=0):
    day = days.business_day(days.now()) - timedelta(days=ago)
    closing = lines[-1].after if lines else opening
    return DayStatement("1302000000000000001", day, opening, closing, tuple(lines))


def take(payments, told):
    return fetching.take(
        actor=treasurer(payments), at=days.now(), account=payments.account, told=told, came_by="csv"
    )


def test_a_statement_read_again_may_have_grown(payments):
    first, second = line(2, 50, 1_050), line(3, 70, 1_120)
    take(payments, statement(first))
    take(payments, statement(first, second))
    take(payments, statement(first, second))

    kept = Statement.objects.using("bulk").get()
    assert (kept.count, kept.closing, kept.lines.using("bulk").count()) == (2, 1_120, 2)
    assert Receipt.objects.using("bulk").count() == 2


@pytest.mark.parametrize(
    ("before", "told", "code"),
    [
        (statement(line(2, 50, 1_050)), statement(line(2, 60, 1_060)), "statement_differs"),
        (statement(line(2, 50, 1_050)), statement(), "statement_differs"),
        (statement(line(2, 50, 1_050), ago=2), statement(opening=1_000), "statement_missing"),
        (statement(opening=900), statement(line(2, 50, 1_050), ago=2), "statement_does_not_fit"),
        (None, statement(ago=-1), "day_to_come"),
        (
            None,
            DayStatement("1302000000000000009", days.business_day(days.now()), 0, 0, ()),
            "another_account",
        ),
    ],
)
def test_a_statement_that_does_not_follow_is_refused(payments, before, told, code):
    if before is not None:
        take(payments, before)

    with refused(code):
        take(payments, told)


def expected(payments, amount=12_300):
    with transaction.atomic():
        return paying_in.expect(
            actor=treasurer(payments), at=days.now(), union=payments.union, source=Source("test", str(amount)),
            payer=Payer("晨光公司"), amount=amount, fund="own", role="dues_income", title="会费",
        )  # fmt: skip


def comes(bank, amount, note):
    bank.post(
        "/incoming",
        account="1302000000000000001",
        amount=amount,
        name="晨光公司",
        other="4563000000000000011",
        note=note,
    )


def test_what_came_in_is_matched_by_its_reference_and_amount(payments, bank):
    one = expected(payments)
    for amount, note in ((12_300, f"会费{one.reference}"), (12_299, f"会费{one.reference}"), (700, "谢谢")):
        comes(bank, amount, note)
    reconcile()
    reconcile()

    with transaction.atomic():
        actor = treasurer(payments)
        assert incoming.match_fitting(actor=actor, at=tomorrow(), union_id=payments.union.pk) == 1
        assert incoming.match_fitting(actor=actor, at=tomorrow(), union_id=payments.union.pk) == 0

    one.refresh_from_db(using="bulk")
    assert (one.received, Receipt.objects.using("bulk").count()) == (12_300, 3)
    matched = Receipt.objects.using("bulk").get(receivable=one)
    assert matched.entry_id is not None
    assert differences() == {}


def test_leftovers_are_assigned_by_hand(payments, bank):
    one = expected(payments)
    comes(bank, 5_000, "会费")
    reconcile()
    receipt = Receipt.objects.using("bulk").get()

    with refused("nothing_expected"), transaction.atomic():
        incoming.assign(
            actor=treasurer(payments), at=tomorrow(), receipt_id=receipt.pk, reference="000000000000"
        )
    with transaction.atomic():
        incoming.assign(
            actor=treasurer(payments), at=tomorrow(), receipt_id=receipt.pk, reference=one.reference
        )

    one.refresh_from_db(using="bulk")
    assert one.received == 5_000
