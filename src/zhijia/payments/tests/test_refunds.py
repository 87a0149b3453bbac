"""Money that came in and goes back: found, ordered once on its page, released by two like any payment."""

import pytest
from django.urls import reverse

from zhijia.ledger.models import Account, Entry
from zhijia.ledger.tests.world import AT
from zhijia.payments.models import Event, Payment, Receipt
from zhijia.payments.queries import money_in
from zhijia.payments.services import batching
from zhijia.payments.tests.test_outcomes import budget
from zhijia.payments.tests.test_pages import address, client_of, once
from zhijia.payments.tests.test_paying_in import back, line, matched, read
from zhijia.payments.tests.world import build, refused


@pytest.fixture
def payments(db):
    return build()


def page(receipt):
    return reverse("payments:receipt", args=[receipt.pk])


def typed(**more):
    return once(
        **{
            "name": "晨光商店",
            "account": "4563510000000000011",
            "bank": "中国银行",
            "yuan": "30",
            "reason": "场地取消",
            **more,
        }
    )


def test_a_treasurer_finds_what_came_in_by_who_paid_or_its_reference(payments):
    receivable, _receipt = matched(payments)
    read(payments, line("L2", 500))
    client = client_of(payments, "factory-treasurer")

    by_name = client.get(address(payments, "money_in"), {"q": "晨光"}).content.decode()
    by_reference = client.get(address(payments, "money_in"), {"q": receivable.reference}).content.decode()

    assert ("80.00" in by_name, "5.00" in by_name) == (True, True)
    assert "80.00" in by_reference
    assert ">5.00<" not in by_reference
    assert "80.00" not in client.get(address(payments, "money_in"), {"q": "别家"}).content.decode()


def test_what_is_still_expected_is_a_list_of_its_own(payments):
    receivable, _receipt = matched(payments)
    client = client_of(payments, "factory-treasurer")

    assert (
        receivable.reference
        not in client.get(address(payments, "money_in"), {"show": "expected"}).content.decode()
    )


def test_pages_of_money_in_follow_one_another(payments):
    read(payments, *[line(f"L{number}", 100 + number) for number in range(5)])
    union, seen, after = payments.union.pk, [], ""
    while True:
        some = money_in.receipts(union, after=after, rows=2)
        seen += [one.bank_number for one in some.rows]
        after = some.after
        if not after:
            break

    assert seen == ["L4", "L3", "L2", "L1", "L0"]


@pytest.mark.parametrize("who", ["mill-treasurer", "couriers", "shushan"])
def test_nobody_else_finds_it_or_has_it_given_back(payments, who):
    _receivable, receipt = matched(payments)
    client = client_of(payments, who)

    assert client.get(address(payments, "money_in")).status_code == 404
    assert client.get(page(receipt)).status_code == 404
    assert client.post(page(receipt), typed()).status_code == 404
    assert client.post(reverse("payments:by_mistake", args=[receipt.pk]), once(reason="x")).status_code == 404
    payments.act("factory-treasurer")
    assert Payment.objects.count() == 0


def test_a_cashier_sees_it_and_orders_nothing(payments):
    _receivable, receipt = matched(payments)
    client = client_of(payments, "cashier")

    assert client.get(page(receipt)).status_code == 200
    assert client.post(page(receipt), typed()).status_code == 404


def test_a_double_click_gives_back_once(payments):
    _receivable, receipt = matched(payments)
    client, said = client_of(payments, "factory-treasurer"), typed()
    client.cookies["language"] = "en"

    first, second = client.post(page(receipt), said), client.post(page(receipt), said)

    assert (first.status_code, first["Location"]) == (302, second["Location"])
    payments.act("factory-treasurer")
    payment = Payment.objects.get()
    assert (payment.amount, payment.state, payment.code) == (3_000, "waiting", "408")
    assert payment.title.startswith("退款：")
    assert Event.objects.get(happened="refund").reason == "场地取消"
    receipt.refresh_from_db()
    assert receipt.refunded == 3_000


def test_an_order_without_its_key_orders_nothing(payments):
    _receivable, receipt = matched(payments)
    client = client_of(payments, "factory-treasurer")
    said = {name: text for name, text in typed().items() if name != "once"}

    answers = [client.post(page(receipt), said), client.post(address(payments, "order"), said)]

    assert [answer.status_code for answer in answers] == [302, 302]
    payments.act("factory-treasurer")
    assert Payment.objects.count() == 0


def test_more_than_came_in_is_refused_with_what_was_typed(payments):
    _receivable, receipt = matched(payments)
    client = client_of(payments, "factory-treasurer")

    answer = client.post(page(receipt), typed(yuan="80.01"))

    assert answer.status_code == 422
    assert "80.01" in answer.content.decode()
    payments.act("factory-treasurer")
    assert Receipt.objects.get().refunded == 0


def test_whoever_ordered_a_refund_does_not_release_it(payments):
    _receivable, receipt = matched(payments)
    back(payments, receipt, 3_000, "a")
    batch = payments.batch()

    with refused("own_order"):
        payments.release(batch, "factory-treasurer")
    payments.release(batch, "chair", "cashier")

    payments.act("factory-treasurer")
    assert Payment.objects.get().state == Payment.State.READY


def test_without_a_reason_nothing_goes_back(payments):
    _receivable, receipt = matched(payments)

    assert client_of(payments, "factory-treasurer").post(page(receipt), typed(reason="")).status_code == 422


def test_money_sent_by_mistake_is_owed_and_then_given_back(payments):
    (receipt,) = read(payments, line(amount=9_900))
    client = client_of(payments, "factory-treasurer")
    refusal = client.post(page(receipt), typed())
    for _twice in range(2):
        client.post(reverse("payments:by_mistake", args=[receipt.pk]), once(reason="汇错单位"))

    client.post(page(receipt), typed(yuan="99"))

    payments.act("factory-treasurer")
    owed = Account.objects.get(union_id=payments.union.pk, code="221")
    assert refusal.status_code == 422
    assert (owed.balance, Entry.objects.filter(source="receipt").count()) == (-9_900, 1)
    assert Payment.objects.get().code == "221"


def test_a_budget_has_no_part_in_what_goes_back(payments):
    budget(payments, 60)
    _receivable, receipt = matched(payments)

    payment = back(payments, receipt, 8_000, "a")

    assert payment.hold_id is None


def test_a_refund_that_is_stopped_can_be_ordered_again(payments):
    _receivable, receipt = matched(payments)
    first = back(payments, receipt, 8_000, "a")
    batching.stop(actor=payments.act("cashier"), at=AT, payment_id=first.pk, reason="账号错")

    second = client_of(payments, "factory-treasurer").post(page(receipt), typed(yuan="80"))

    payments.act("factory-treasurer")
    assert second.status_code == 302
    assert sorted(Payment.objects.values_list("state", "amount")) == [("stopped", 8_000), ("waiting", 8_000)]
