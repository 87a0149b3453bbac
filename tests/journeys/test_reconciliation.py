"""Reconciliation with five planted differences: the treasurer sees each with what to do, and works through them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from zhijia.kernel import days
from zhijia.ledger.services.posting import Source
from zhijia.payments import channels
from zhijia.payments.models import Difference, Payment, Receipt
from zhijia.payments.reconciliation import fetching
from zhijia.payments.services import paying_in, sending
from zhijia.payments.services.paying_in import Payer
from zhijia.payments.tests.bank import ACCOUNT, Bank, running
from zhijia.payments.tests.world import CHANNEL, Payments, build
from zhijia.registry.tests.world import World

PLANTED = ("time_out_after_paying", "say_paid_without_paying", "pay_other_amount", "pay_twice")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    """The simulated bank as a process."""
    with running(tmp_path) as bank:
        yield bank


@pytest.fixture
def payments(committed: None, bank: Bank) -> Payments:
    """Five payments, four of which the bank got wrong, a fee nobody ordered, and dues that came in."""
    with transaction.atomic():
        made = build()
        channels.announce(CHANNEL, lambda: bank.channel(0.5))
        orders = [made.order(str(turn)) for turn in range(len(PLANTED) + 1)]
        batch = made.release(made.batch())
        expected = paying_in.expect(
            actor=made.act("factory-treasurer"), at=days.now(), union=made.union, source=Source("test", "dues"),
            payer=Payer("晨光公司"), amount=12_300, fund="own", role="dues_income", title="十一月会费",
        )  # fmt: skip
    for order, mood in zip(orders, PLANTED, strict=False):
        bank.tell(mood, reference=order.reference, amount=4_999, seconds=0.2)
    sending.send(batch_id=batch.pk, clock=days.now)
    bank.channel().send(
        channels.Instruction("FEE-1", 35, "工商银行", "9558800000000000001", "", "手续费", ACCOUNT)
    )
    bank.post(
        "/incoming",
        account=ACCOUNT,
        amount=12_300,
        name="晨光公司",
        other="4563",
        note=f"会费 {expected.reference}",
    )
    fetching.everything(at=days.now() + timedelta(days=1))
    return made


@pytest.fixture
def world(payments: Payments) -> World:
    """The people of this journey."""
    return payments.world


def _open() -> int:
    return Difference.objects.using("bulk").filter(settled_at__isnull=True).count()


def test_a_treasurer_works_through_five_planted_differences(payments: Payments, signed_in: Any) -> None:
    assert _open() == 5
    treasurer = signed_in("factory-treasurer")
    treasurer.goto("/payments/reconciliation/")
    treasurer.get_by_text("有 5 处差异需要处理。").wait_for()
    treasurer.get_by_role("heading", name="银行已付，账上未付").wait_for()

    treasurer.get_by_role("button", name="按银行结果处理").click()
    treasurer.get_by_text("有 4 处差异需要处理。").wait_for()
    for left in (3, 2, 1, 0):
        treasurer.locator("summary", has_text="写下查明的情况").first.click()
        treasurer.get_by_label("查明的情况").first.fill("银行十一月二十三日书面答复，已更正")
        treasurer.get_by_role("button", name="处理", exact=True).first.click()
        treasurer.get_by_text(
            f"有 {left} 处差异需要处理。" if left else "没有差异。每天早晨自动对账。"
        ).wait_for()

    assert _open() == 0
    assert Payment.objects.using("bulk").filter(state="paid").count() == len(PLANTED) + 1

    treasurer.get_by_role("button", name="核销相符的 1 笔并入账").click()
    treasurer.get_by_text("已核销 1 笔并入账。").wait_for()
    assert Receipt.objects.using("bulk").get().entry_id is not None


def test_a_difference_is_settled_without_script(payments: Payments, signed_in: Any) -> None:
    treasurer = signed_in("factory-treasurer", script=False)
    treasurer.goto("/payments/reconciliation/")
    treasurer.get_by_role("button", name="按银行结果处理").click()

    treasurer.get_by_text("有 4 处差异需要处理。").wait_for()
