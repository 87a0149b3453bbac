"""What of a contribution went back to the employer has not come in: it is owed again, everywhere that says so."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from zhijia.dues import verify
from zhijia.dues.models import Bill, Contribution
from zhijia.dues.queries import employers as queries
from zhijia.dues.queries import matching
from zhijia.dues.queries.employers import Owed
from zhijia.dues.services import billing, reminding
from zhijia.dues.tests.test_employers import _account, _client, _own
from zhijia.dues.tests.world import AT, build
from zhijia.facts import queries as facts
from zhijia.kernel.codes import synthetic_account
from zhijia.payments.models import Receivable
from zhijia.payments.queries import money_in
from zhijia.payments.services import batching, paying_in, refunding
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine

TODAY = date(2026, 12, 20)
"""After the day by which October is paid."""
TREASURER = "factory-treasurer"


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.acts_for("boss", "factory")
        made.acts_for("other", "mill", county="shushan")
    return made


def _goes_back(dues, receipt, fen):
    with transaction.atomic():
        return refunding.refund(
            actor=dues.world.act(TREASURER), at=AT, receipt_id=receipt.pk, amount=fen, once=uuid4().hex,
            title="退回", reason="多缴", payee=Payee("factory 公司", synthetic_account(8), "晨光银行"),
        )  # fmt: skip


def _paid(dues, fen=1600_00):
    """The bill of October, and the money that came for it."""
    bill, account = _own(dues), _account(dues)
    with transaction.atomic():
        actor = dues.world.act(TREASURER)
        (receipt,) = paying_in.came_in(
            at=AT, bank_account=account, lines=[BankLine("B1", AT.date() - timedelta(days=1), fen, "厂")]
        )
        paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=bill.receivable_id)
    return bill, receipt


def _seen(dues, what):
    with transaction.atomic():
        dues.world.act(TREASURER)
        return what()


def _owed(dues):
    return _seen(dues, lambda: billing.owed(Bill.objects.get()))


def _expected(dues):
    return _seen(
        dues, lambda: [one.left for one in money_in.expected(dues.world.unions["factory"].pk, rows=9).rows]
    )


@pytest.mark.parametrize(("back", "state"), [(1600_00, "not_paid"), (400_00, "paid_too_little")])
def test_what_went_back_is_owed_again_wholly_or_in_part(dues, back, state):
    bill, receipt = _paid(dues)
    assert (_owed(dues), _expected(dues)) == (0, [])

    _goes_back(dues, receipt, back)

    union, employer = dues.world.unions["factory"], dues.employers["factory"]
    assert (_owed(dues), _expected(dues)) == (back, [back])
    assert _seen(dues, lambda: queries.owed(employer, TODAY)) == Owed(back, back)
    (overdue,) = _seen(dues, lambda: reminding.overdue(union, employer, TODAY))
    assert overdue.left == back
    (row,), _more = _seen(
        dues, lambda: matching.page(union, since=202610, until=202610, today=TODAY, kind="", rows=9)
    )
    assert (row.received, row.missing, row.kind) == (1600_00 - back, back, state)
    bill.refresh_from_db(using="bulk")
    assert Receivable.objects.using("bulk").get(pk=bill.receivable_id).called_off_at is None
    assert verify.received_is_shared_or_held().differences == ()


def test_what_was_paid_too_much_and_goes_back_is_not_owed(dues):
    _bill, receipt = _paid(dues, 1700_00)

    _goes_back(dues, receipt, 100_00)

    assert (_owed(dues), _expected(dues)) == (0, [])


def test_a_refund_that_is_stopped_leaves_the_bill_paid(dues):
    _bill, receipt = _paid(dues)
    payment = _goes_back(dues, receipt, 1600_00)

    with transaction.atomic():
        batching.stop(actor=dues.world.act(TREASURER), at=AT, payment_id=payment.pk, reason="不退了")

    assert (_owed(dues), _expected(dues)) == (0, [])
    assert Contribution.objects.using("bulk").get().given_back == 0


def test_it_is_paid_again_under_the_same_reference(dues):
    bill, receipt = _paid(dues)
    _goes_back(dues, receipt, 1600_00)

    with transaction.atomic():
        actor = dues.world.act(TREASURER)
        (again,) = paying_in.came_in(
            at=AT, bank_account=receipt.bank_account, lines=[BankLine("B2", AT.date(), 1600_00, "厂")]
        )
        paying_in.match(actor=actor, at=AT, receipt_id=again.pk, receivable_id=bill.receivable_id)

    assert (_owed(dues), _expected(dues)) == (0, [])


def test_a_correction_after_it_went_back_expects_all_that_is_owed_and_nothing_twice(dues):
    first, receipt = _paid(dues)
    _goes_back(dues, receipt, 400_00)

    second = _own(dues, yuan=90_000, reason="漏报")

    assert second.receivable_id != first.receivable_id
    assert (_owed(dues), _expected(dues)) == (600_00, [600_00])


def test_a_correction_to_what_was_paid_keeps_the_reference(dues):
    first, receipt = _paid(dues)

    second = _own(dues, yuan=70_000, reason="多报")
    assert (second.reference, _owed(dues)) == (first.reference, -200_00)

    _goes_back(dues, receipt, 400_00)
    assert _owed(dues) == 200_00


def test_pages_and_letters_say_what_went_back(dues):
    bill, receipt = _paid(dues)
    _goes_back(dues, receipt, 400_00)

    for who, page in (("boss", "employer_bill"), (TREASURER, "bill")):
        text = _client(dues, who).get(reverse(f"dues:{page}", args=[bill.pk])).content.decode()
        assert "其中已退回：400.00" in text
    said = _seen(dues, lambda: reminding._paid(Contribution.objects.get()))
    assert "400.00" in said


@pytest.mark.parametrize("fen", [1, 1600_00])
def test_nothing_goes_back_without_its_receipt(dues, fen):
    _paid(dues)
    with pytest.raises(DatabaseError, match="went back by no receipt"), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute("UPDATE dues_contribution SET given_back = %s", [fen])


def test_what_was_given_back_is_read_page_by_page(dues):
    _bill, receipt = _paid(dues)
    made = [_goes_back(dues, receipt, fen).pk for fen in range(100, 107)]
    employer = dues.employers["factory"]

    first, after = queries.given_back(employer, rows=4)
    second, end = queries.given_back(employer, after=after, rows=4)

    assert [one.payment.pk for one in (*first, *second)] == made[::-1]
    assert end is None
    client, address = _client(dues, "boss"), reverse("dues:employer_given_back", args=[employer.pk])
    months = client.get(reverse("dues:employer", args=[employer.pk])).content.decode()
    assert address in months
    page = client.get(address).content.decode()
    assert (months.count(">退回</td>"), page.count(">退回</td>")) == (5, 7)
    for who in ("other", TREASURER):
        assert _client(dues, who).get(address).status_code == 404


NET = {"contribution.received": 1, "contribution.given_back": -1}


def _net(dues):
    """What the facts say came in and did not go back, at the payer's union."""
    union = dues.world.unions["factory"].pk
    return _seen(dues, lambda: facts.total(NET, unions=[union], measure="amount"))


def test_the_facts_say_what_did_not_go_back_and_what_stays_after_all(dues):
    _bill, receipt = _paid(dues)
    assert _net(dues) == 1600_00

    first, second = _goes_back(dues, receipt, 400_00), _goes_back(dues, receipt, 100_00)
    assert (_net(dues), verify.received_is_shared_or_held().differences) == (1100_00, ())
    with transaction.atomic():
        for _twice in range(2):
            batching.stop(actor=dues.world.act(TREASURER), at=AT, payment_id=first.pk, reason="退错了")

    assert second.amount == 100_00
    assert (_net(dues), verify.received_is_shared_or_held().differences) == (1500_00, ())


def _many(dues):
    """How many contributions the facts say came in and did not go back, at the payer's union."""
    union = dues.world.unions["factory"].pk
    return _seen(dues, lambda: facts.total(NET, unions=[union], measure="quantity"))


def test_a_contribution_that_went_back_whole_is_none_and_one_that_went_back_in_part_is_one(dues):
    _bill, receipt = _paid(dues)
    first = _goes_back(dues, receipt, 600_00)
    assert _many(dues) == 1

    last = _goes_back(dues, receipt, 1000_00)
    assert (_many(dues), _net(dues)) == (0, 0)

    with transaction.atomic():
        batching.stop(actor=dues.world.act(TREASURER), at=AT, payment_id=first.pk, reason="退错了")
    assert (_many(dues), _net(dues)) == (1, 600_00)
    with transaction.atomic():
        batching.stop(actor=dues.world.act(TREASURER), at=AT, payment_id=last.pk, reason="退错了")
    assert (_many(dues), _net(dues)) == (1, 1600_00)
