"""Goods that are given stand in stock at their worth, have a receipt, and are told to their donor and to everybody."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.assets.models import Lot
from zhijia.assets.services import goods
from zhijia.assets.services.goods import Out
from zhijia.dues.models import Donation
from zhijia.dues.queries import donations as queries
from zhijia.dues.services import goods_given, thanking
from zhijia.dues.services.giving import Promised
from zhijia.dues.services.goods_given import Goods
from zhijia.dues.tests.donations.world import TODAY, browser_of
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.errors import NotForYou, Refusal

GOT_ON = date(2026, 5, 4)
RICE = Goods("大米", "袋", 200, GOT_ON)


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        return build()


def _given(dues, *, who="luyang-treasurer", once=None, goods=RICE, worth=8000_00, fund="donation"):
    with transaction.atomic():
        return goods_given.take_in(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"], given=goods, once=once or uuid4(),
            promised=Promised("晨光粮油", worth, fund, "困难职工慰问"),
        )  # fmt: skip


def test_goods_that_were_given_are_in_stock_and_in_the_books_once(dues):
    key = uuid4()
    made = _given(dues, once=key)

    assert _given(dues, once=key).pk == made.pk
    lot = Lot.objects.using("bulk").get()
    assert (made.lot_id, made.received, made.received_on) == (lot.pk, 8000_00, GOT_ON)
    assert (lot.donor, lot.purpose, lot.quantity, lot.cost, lot.fund) == (
        "晨光粮油", "困难职工慰问", 200, 8000_00, "donation",
    )  # fmt: skip
    assert Donation.objects.using("bulk").get().receivable_id is None


@pytest.mark.parametrize(
    "other",
    [
        {"worth": 9000_00},
        {"fund": "craftsman"},
        {"goods": Goods("食用油", "袋", 200, GOT_ON)},
        {"goods": Goods("大米", "袋", 201, GOT_ON)},
        {"goods": Goods("大米", "袋", 200, date(2026, 5, 5))},
    ],
)
def test_other_goods_under_the_same_key_are_refused(dues, other):
    key = uuid4()
    _given(dues, once=key)

    with pytest.raises(Refusal) as told:
        _given(dues, once=key, **other)

    assert told.value.code == "written_differently"
    assert Lot.objects.using("bulk").count() == 1


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang", "shushan"])
def test_only_who_keeps_the_books_writes_goods_down(dues, who):
    with pytest.raises(NotForYou):
        _given(dues, who=who)
    address = reverse("dues:goods_given", args=[dues.world.unions["luyang"].code])
    assert browser_of(dues, who).get(address).status_code == 404
    assert not Donation.objects.using("bulk").exists()


def test_what_is_left_of_goods_is_told_to_the_donor_and_to_everybody(dues):
    made = _given(dues)
    with transaction.atomic():
        goods.issue(
            actor=dues.world.act("luyang-treasurer"), at=AT, lot_id=made.lot_id or 0, once=uuid4(),
            out=Out(GOT_ON, "困难职工慰问", to_union=dues.world.unions["factory"].code, quantity=50),
        )  # fmt: skip

    told = queries.answer(made.number, thanking.spelled(made.number), today=TODAY)
    (fund,) = queries.disclosed(dues.world.unions["luyang"], 2026, today=TODAY)

    assert told is not None
    assert told.lot is not None
    assert (told.kept, told.lot.remains, told.uses) == (8000_00, 150, [])
    assert (fund.goods, fund.goods_gone, fund.left) == (8000_00, 2000_00, 0)
    page = Client().post(
        reverse("dues:donations"), {"number": made.number, "code": thanking.code_of(made.number)}
    )
    assert "共 200 袋，库存还有 150，" in page.content.decode()
    everybody = Client().get(
        reverse("dues:disclosed", args=[dues.world.unions["luyang"].code]), {"year": "2026"}
    )
    assert "2,000.00" in everybody.content.decode()


def test_the_page_writes_goods_down_and_prints_their_receipt(dues):
    client = browser_of(dues, "luyang-treasurer")
    address = reverse("dues:goods_given", args=[dues.world.unions["luyang"].code])
    typed = {
        "donor": "晨光粮油", "name": "大米", "unit": "袋", "quantity": "200", "yuan": "8000", "got_on": "2026-05-04",
        "fund": "donation", "purpose": "困难职工慰问",
    }  # fmt: skip

    assert client.get(address).status_code == 200
    assert client.post(address, {**typed, "got_on": "2027-05-04"}).status_code == 422
    assert client.post(address, {**typed, "quantity": "0"}).status_code == 422
    answer = client.post(address, typed)

    made = Donation.objects.using("bulk").get()
    assert answer["Location"] == reverse("dues:donation", args=[made.pk])
    page = client.get(answer["Location"]).content.decode()
    for words in ("大米 · 200 袋", "8,000.00", reverse("assets:lot", args=[made.lot_id])):
        assert words in page
    assert client.get(reverse("dues:donation_receipt", args=[made.pk])).content.startswith(b"%PDF")


def test_what_goods_are_worth_is_not_changed_by_hand(dues):
    _given(dues)
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute("UPDATE dues_donation SET received = 1")
