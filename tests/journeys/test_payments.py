"""The treasurer's batch, in which a payee changes their account: what two people released goes out, no more."""

from typing import Any

import pytest
from django.db import transaction

from zhijia.notices.models import Message
from zhijia.payments.models import Batch, Payment
from zhijia.payments.tests.world import OTHER, OWN, Payments, build
from zhijia.registry.tests.world import World


@pytest.fixture
def payments(committed: None) -> Payments:
    """The factory's union with money, a bank, and two payments that wait: one to a member, one to a firm."""
    with transaction.atomic():
        made = build()
        made.member("ding", 1, OWN)
        made.order("member", amount=80_000, person="ding")
        made.order("firm", amount=30_000)
    return made


@pytest.fixture
def world(payments: Payments) -> World:
    """The people of this journey."""
    return payments.world


def _states() -> dict[str, str]:
    return dict(Payment.objects.using("bulk").values_list("source_id", "state"))


def test_a_changed_account_leaves_the_batch_rings_and_the_rest_goes_out(
    payments: Payments, signed_in: Any, work: Any
) -> None:
    treasurer = signed_in("factory-treasurer")
    treasurer.goto(f"/payments/{payments.union.code}/")
    treasurer.get_by_role("button", name="编制批次").click()
    treasurer.get_by_role("button", name="放行 1,100.00 元").click()
    treasurer.get_by_text("您已放行，还须另一位同事放行。").wait_for()

    phone = signed_in("ding", phone=True)
    phone.goto("/me/payments/account/")
    phone.get_by_label("开户行").fill("招商银行")
    phone.get_by_role("textbox", name="账号").fill(OTHER)
    phone.get_by_label("我同意工会保存该账号用于向我付款。").check()
    phone.get_by_role("button", name="确认登记").click()
    phone.get_by_text(f"****{OTHER[-4:]}").first.wait_for()

    batch = Batch.objects.using("bulk").get()
    assert (batch.state, batch.first_by) == (Batch.State.OPEN, None)
    assert Message.objects.using("bulk").filter(kind="payment_account_changed").count() == 1
    treasurer.goto(f"/payments/{payments.union.code}/")
    treasurer.get_by_text("账户已变更，暂缓至").wait_for()

    treasurer.goto(f"/payments/batches/{batch.pk}/")
    treasurer.get_by_role("button", name="放行 300.00 元").click()
    treasurer.get_by_text("您已放行，还须另一位同事放行。").wait_for()
    cashier = signed_in("cashier")
    cashier.goto(f"/payments/batches/{batch.pk}/")
    cashier.get_by_role("button", name="放行 300.00 元").click()
    cashier.get_by_text("第二人放行").wait_for()
    work()

    assert _states() == {"member": "waiting", "firm": "paid"}
    assert [one.amount for one in payments.bank.seen] == [30_000]
    cashier.reload()
    cashier.get_by_text("已付款").first.wait_for()
    phone.goto("/me/payments/")
    phone.get_by_text("工会正在办理付款。").wait_for()


def test_a_batch_is_released_without_script(payments: Payments, signed_in: Any, work: Any) -> None:
    treasurer = signed_in("factory-treasurer", script=False)
    treasurer.goto(f"/payments/{payments.union.code}/")
    treasurer.get_by_role("button", name="编制批次").click()
    treasurer.get_by_role("button", name="放行 1,100.00 元").click()
    cashier = signed_in("cashier", script=False)
    cashier.goto(treasurer.url)
    cashier.get_by_role("button", name="放行 1,100.00 元").click()
    work()

    assert set(_states().values()) == {"paid"}
