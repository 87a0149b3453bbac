"""A union's money is moved by its own people; from above only where it has no treasurer (集中核算, DUE-10)."""

import pytest
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.ledger.services.posting import Source
from zhijia.payments.services import bank_accounts, batching, paying, releasing
from zhijia.payments.services.payees import Payee
from zhijia.payments.tests.test_pages import address, client_of
from zhijia.payments.tests.world import AT, CHANNEL, LATER, build, refused
from zhijia.registry.tests import world as registry_world


@pytest.fixture
def payments(db):
    made = build()
    registry_world.appoint(made.world, "luyang", "treasurer", "county-treasurer")
    registry_world.appoint(made.world, "luyang", "cashier", "county-cashier")
    registry_world.appoint(made.world, "province", "treasurer", "top-treasurer")
    return made


def order(payments, who, union):
    return paying.order(
        actor=payments.act(who), at=AT, union=payments.world.unions[union], source=Source("hand", who),
        payee=Payee("晨光商店", "4563510000000000011", "中国银行"), amount=500, fund="own",
        spent_on="503", title="用品",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "union", "may"),
    [
        ("factory-treasurer", "factory", True),
        ("county-treasurer", "factory", False),
        ("top-treasurer", "factory", False),
        ("county-treasurer", "couriers", True),
        ("top-treasurer", "couriers", False),
        ("top-treasurer", "luyang", False),
        ("top-treasurer", "shushan", True),
    ],
)
def test_payments_are_ordered_by_the_nearest_who_keep_the_money(payments, who, union, may):
    if may:
        assert order(payments, who, union).union_id == payments.world.unions[union].pk
    else:
        with refused("kept_below"):
            order(payments, who, union)


def test_a_treasurer_whose_account_is_closed_keeps_no_money(payments):
    treasurer = payments.act("factory-treasurer").user_id
    User.objects.filter(pk=treasurer).update(is_active=False)

    assert order(payments, "county-treasurer", "factory").union_id == payments.union.pk


def test_from_above_nothing_is_put_together_released_or_answered(payments):
    payment = payments.order()
    with refused("kept_below"):
        batching.put_together(actor=payments.act("county-treasurer"), at=AT, bank_account=payments.account)
    batch = payments.batch()

    for who in ("county-treasurer", "county-cashier"):
        with refused("kept_below"):
            releasing.release(actor=payments.act(who), at=AT, batch_id=batch.pk)
        with refused("kept_below"):
            batching.withdraw(actor=payments.act(who), at=AT, batch_id=batch.pk)

    stopped = batching.stop(
        actor=payments.act("county-cashier"), at=AT, payment_id=payment.pk, reason="有疑问"
    )
    assert stopped.state == stopped.State.STOPPED


def test_from_above_no_account_is_written_down_or_chosen_for_a_union_with_a_treasurer(payments):
    county = payments.act("county-treasurer")
    with refused("kept_below"):
        bank_accounts.receive_on(
            actor=county, at=LATER, union=payments.union, bank_account_id=payments.account.pk, reason="调换"
        )

    opened = bank_accounts.open_one(
        actor=county, at=AT, union=payments.world.unions["couriers"], bank="工商银行", holder="庐阳区总工会",
        number="1302000000000000043", channel=CHANNEL,
    )  # fmt: skip
    assert opened.union_id == payments.world.unions["couriers"].pk


def test_who_may_not_is_offered_no_button(payments):
    payments.order()
    batch = payments.batch()

    own = client_of(payments, "factory-treasurer").get(address(payments, "union")).context["may"]
    above = client_of(payments, "county-treasurer")
    shown = above.get(address(payments, "union")).context["may"]
    released = above.get(reverse("payments:batch", args=[batch.pk])).context["may_release"]

    assert own == {"order": True, "release": True, "manage": True}
    assert (shown, released) == ({"order": False, "release": False, "manage": False}, False)
