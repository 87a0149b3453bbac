"""What is expected and what comes in: each line of the bank once, matched once, never given back twice."""

import pytest
from django.db import connection, transaction

from zhijia.catalogue import ports
from zhijia.kernel.errors import NotForYou
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import sources
from zhijia.ledger.services.posting import Source
from zhijia.ledger.tests.world import AT, DAY
from zhijia.payments import verify
from zhijia.payments.models import Receipt
from zhijia.payments.queries import money_in
from zhijia.payments.services import batching, paying_in, refunding
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine, Payer
from zhijia.payments.tests.world import build, refused


@pytest.fixture
def payments(db):
    return build()


def expected(payments, amount=8_000, source="hall-1", **more):
    return paying_in.expect(
        actor=payments.act("factory-treasurer"), at=AT, union=payments.union, source=Source("hall", source),
        payer=Payer("晨光商店"), amount=amount, fund="own", role="other_income", title="场地费",
        **more,
    )  # fmt: skip


def line(number="L1", amount=8_000):
    return BankLine(number, DAY, amount, "晨光商店", "4563510000000000011", "场地费")


def read(payments, *lines):
    payments.act("factory-treasurer")
    return paying_in.came_in(at=AT, bank_account=payments.account, lines=lines)


def matched(payments, amount=8_000):
    receivable = expected(payments, amount)
    (receipt,) = read(payments, line(amount=amount))
    return receivable, paying_in.match(
        actor=payments.act("factory-treasurer"), at=AT, receipt_id=receipt.pk, receivable_id=receivable.pk
    )


def back(payments, receipt, amount, once):
    return refunding.refund(
        actor=payments.act("factory-treasurer"), at=AT, receipt_id=receipt.pk, amount=amount,
        payee=Payee("晨光商店", "4563510000000000011", "中国银行"), title="退场地费", reason="场地取消", once=once,
    )  # fmt: skip


def test_a_line_of_the_bank_is_written_down_once(payments):
    assert len(read(payments, line("L1"), line("L2"))) == 2
    assert len(read(payments, line("L2"), line("L3"))) == 1
    assert Receipt.objects.count() == 3


def test_what_is_expected_has_a_number_to_write_into_the_transfer(payments):
    one, other = expected(payments), expected(payments, source="hall-2")

    assert len(one.reference) == 12
    assert one.reference != other.reference
    assert expected(payments).pk == one.pk
    with refused("expected_differently"):
        expected(payments, amount=1)


def test_money_that_is_matched_is_posted_and_whoever_expected_it_is_told(payments, monkeypatch):
    told = []
    monkeypatch.setitem(ports._functions, "payments.received.hall", lambda **named: told.append(named))
    receivable, receipt = matched(payments)

    receivable.refresh_from_db()
    assert (receivable.received, receivable.left) == (8_000, 0)
    assert told[0]["receipt"].pk == receipt.pk
    balance = Account.objects.get(union_id=payments.union.pk, code="408", fund="own").balance
    assert balance == -8_000


def test_matching_twice_is_once_and_to_something_else_is_refused(payments):
    receivable, receipt = matched(payments)
    other = expected(payments, source="hall-2")
    actor = payments.act("factory-treasurer")

    again = paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=receivable.pk)
    with refused("matched_already"):
        paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=other.pk)

    assert again.entry_id == receipt.entry_id


@pytest.mark.parametrize("who", ["mill-treasurer", "cashier", "luyang"])
def test_who_keeps_no_books_there_matches_nothing(payments, who):
    receivable = expected(payments)
    (receipt,) = read(payments, line())

    with pytest.raises(NotForYou):
        paying_in.match(actor=payments.act(who), at=AT, receipt_id=receipt.pk, receivable_id=receivable.pk)


def test_no_more_is_given_back_than_came_in(payments):
    _receivable, receipt = matched(payments)
    first = back(payments, receipt, 5_000, "a")
    with refused("refund_above_received"):
        back(payments, receipt, 3_001, "b")

    batching.stop(actor=payments.act("cashier"), at=AT, payment_id=first.pk, reason="错")
    back(payments, receipt, 8_000, "c")

    receipt.refresh_from_db()
    assert receipt.refunded == 8_000


@pytest.mark.parametrize(("stays_owed", "left"), [(False, 0), (True, 5_000)])
def test_what_went_back_is_expected_again_only_where_it_stays_owed(payments, stays_owed, left):
    receivable = expected(payments, stays_owed=stays_owed)
    (receipt,) = read(payments, line())
    paying_in.match(
        actor=payments.act("factory-treasurer"), at=AT, receipt_id=receipt.pk, receivable_id=receivable.pk
    )

    payment = back(payments, receipt, 5_000, "a")

    receivable.refresh_from_db()
    assert (receivable.given_back, receivable.left) == (5_000, left)
    assert len(money_in.expected(payments.union.pk, rows=9).rows) == bool(left)
    batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="错")
    receivable.refresh_from_db()
    assert (receivable.given_back, receivable.left) == (0, 0)


def test_what_is_called_off_is_never_expected_again(payments):
    receivable = expected(payments)
    paying_in.call_off(actor=payments.act("factory-treasurer"), at=AT, receivable_id=receivable.pk)

    with pytest.raises(Exception, match="is refused"), transaction.atomic():
        connection.cursor().execute("UPDATE payments_receivable SET called_off_at = NULL")
    assert not money_in.expected(payments.union.pk, rows=9).rows


def test_sql_cannot_give_back_twice_either(payments):
    _receivable, receipt = matched(payments)
    payments.act("factory-treasurer")

    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE payments_receipt SET refunded = 0")
    with pytest.raises(Exception, match="a receipt is matched once"), transaction.atomic():
        connection.cursor().execute("UPDATE payments_receipt SET receivable_id = NULL")
    assert receipt.pk


def test_verification_says_nothing_where_nothing_is_wrong(committed):
    with transaction.atomic():
        payments = build()
        _receivable, receipt = matched(payments)
        back(payments, receipt, 5_000, "a")

    checks = [verify.money_in_adds_up(), verify.paid_is_posted(), verify.each_goes_to_one_account()]
    assert [check.differences for check in checks] == [(), (), ()]
    assert checks[0].rows_read == 1


def test_the_books_say_what_money_in_was_for_and_from_which_body(payments):
    _expected, receipt = matched(payments)
    entry = Entry.objects.get(pk=receipt.entry_id)

    assert sources.told(payments.act("factory-treasurer"), [entry])[entry.pk].words == "场地费 · 晨光商店"
    assert sources.told(payments.act("mill-treasurer"), [entry]) == {}
