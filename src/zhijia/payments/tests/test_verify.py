"""Verification names the first payment that is not what the books, the account or the bank say; at once is once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from zhijia.kernel.context import acting
from zhijia.ledger.services.posting import Source
from zhijia.payments import verify
from zhijia.payments.models import Payment
from zhijia.payments.services import paying, sending
from zhijia.payments.services.payees import Payee
from zhijia.payments.tests.world import AT, build


@pytest.fixture
def payments(committed):
    with transaction.atomic():
        return build()


@pytest.fixture
def paid(payments):
    """A payment that was paid and posted."""
    with transaction.atomic():
        payment = payments.order()
        batch = payments.release(payments.batch())
    sending.send(batch_id=batch.pk, clock=lambda: AT)
    return payment


def told():
    checks = (verify.paid_is_posted, verify.each_goes_to_one_account, verify.money_in_adds_up)
    return [difference for check in checks for difference in check().differences]


def test_what_is_as_it_should_be_is_not_told(paid):
    assert told() == []
    assert verify.paid_is_posted().rows_read == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE payments_payment SET entry_id = NULL", "Payment {id} (paid)"),
        ("UPDATE payments_payment SET unposted = 'entry_balances'", "they refused it: entry_balances"),
        ("UPDATE payments_payment SET snapshot = 'x'", "Payment {id} does not go to the account"),
        ("UPDATE payments_payment SET amount = amount + 1", "Payment {id} (paid) of 5001 fen"),
        ("UPDATE payments_payment SET state = 'unknown'", "Payment {id} (unknown)"),
    ],
)
def test_what_somebody_changed_behind_our_back_is_named(paid, owner_sql, change, said):
    owner_sql("ALTER TABLE payments_payment DISABLE TRIGGER USER")
    try:
        owner_sql("ALTER TABLE payments_payment DROP CONSTRAINT payment_is_posted_once_paid")
        owner_sql(change)
        found = told()
        owner_sql("UPDATE payments_payment SET state = 'paid'")
    finally:
        owner_sql("ALTER TABLE payments_payment ENABLE TRIGGER USER")
        owner_sql(
            "ALTER TABLE payments_payment ADD CONSTRAINT payment_is_posted_once_paid CHECK (entry_id IS NULL"
            " OR state IN ('paid', 'returned', 'waiting', 'stopped') OR round > 1)"
        )

    assert any(said.format(id=paid.pk) in difference for difference in found)


def test_the_same_source_ordered_at_once_is_ordered_once(payments):
    actor = payments.world.actors["factory-treasurer"]

    def order(_turn):
        try:
            with transaction.atomic(), acting(actor):
                return paying.order(
                    actor=actor, at=AT, union=payments.union, source=Source("test", "1"),
                    payee=Payee("晨光商店", "4563510000000000011", "中国银行"), amount=100, fund="own",
                    spent_on="503", title="茶水",
                ).pk  # fmt: skip
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(order, range(8)))

    assert len(answers) == 1
    assert Payment.objects.using("bulk").count() == 1
