"""Assets and goods on pages: for whoever holds the right there, and nobody else."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets.models import Card, Count, Handed, Issue, Lease, Lot
from zhijia.assets.services import disposing
from zhijia.assets.tests.test_cards import GIVEN, _Case
from zhijia.assets.tests.world import build
from zhijia.audit.models import Entry as Trail
from zhijia.ledger.tests.world import AT


@pytest.fixture
def store(db):
    return build()


def _client(store, who="factory-treasurer"):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=store.world.actors[who].user_id))
    return client


def _address(store, name, union="factory"):
    return reverse(f"assets:{name}", args=[store.world.unions[union].code])


PAGES = ["cards", "new", "count", "lots", "new_lot"]


@pytest.mark.parametrize("name", PAGES)
def test_a_treasurer_opens_every_page_of_their_union(store, name):
    store.card()
    store.lot()

    assert _client(store).get(_address(store, name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "ding"])
def test_nobody_else_finds_them(store, name, who):
    assert _client(store, who).get(_address(store, name)).status_code == 404


@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "ding"])
def test_nobody_else_finds_a_card_or_a_lot(store, who):
    card, lot = store.card(), store.lot()

    assert _client(store, who).get(reverse("assets:card", args=[card.pk])).status_code == 404
    assert _client(store, who).get(reverse("assets:lot", args=[lot.pk])).status_code == 404


def test_the_chair_reads_and_does_not_manage(store):
    card = store.card()
    client = _client(store, "factory")

    assert client.get(reverse("assets:card", args=[card.pk])).status_code == 200
    assert client.get(_address(store, "new")).status_code == 404
    assert client.post(reverse("assets:change", args=[card.pk]), {"name": "x"}).status_code in (403, 404)


def _typed(store, **more):
    said = {
        "once": str(uuid.uuid4()), "name": "打印机", "kind": "equipment", "came": "bought", "got_on": "2026-11-20",
        "yuan": "3999.50", "paid_from": store.account("factory", "102"), "place": "办公室",
    }  # fmt: skip
    return {**said, **more}


def test_an_asset_is_taken_up_once_however_often_it_is_sent(store):
    typed = _typed(store)

    for _ in range(2):
        assert _client(store).post(_address(store, "new"), typed).status_code == 302

    assert Card.objects.get().cost == 399_950


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"kind": "x"}, {"came": "x"}, {"got_on": "2999-01-01"}, {"yuan": "0"}, {"yuan": "-1"},
     {"yuan": "很多"}, {"paid_from": ""}, {"came": "donated"}, {"came": "donated", "fund": "donation"}],
)  # fmt: skip
def test_what_is_typed_wrong_stays_with_a_sentence(store, wrong):
    answer = _client(store).post(_address(store, "new"), _typed(store, **wrong))

    assert answer.status_code == 422
    assert "办公室" in answer.content.decode()
    assert not Card.objects.exists()


def test_an_asset_is_let_and_its_rent_comes_on_pages(store):
    card, client = store.card(), _client(store)
    page = reverse("assets:card", args=[card.pk])
    said = {
        "tenant": "晨光超市",
        "since": "2026-10-01",
        "until": "2027-09-30",
        "rent": "3000",
        "due_day": "5",
    }
    assert client.post(reverse("assets:let", args=[card.pk]), {**said, "due_day": "31"}).status_code == 422
    assert client.post(reverse("assets:let", args=[card.pk]), said).status_code == 302
    lease = Lease.objects.get()

    money = {"day": "2026-11-20", "into": store.account("factory", "102")}
    assert client.post(reverse("assets:rent", args=[lease.pk, 202609]), money).status_code == 422
    assert client.post(reverse("assets:rent", args=[lease.pk, 202610]), money).status_code == 302
    assert "晨光超市" in client.get(page).content.decode()
    assert client.post(reverse("assets:end_lease", args=[lease.pk]), {"day": "2026-11-20"}).status_code == 302
    assert Card.objects.get().state == "idle"


def test_a_word_on_a_line_of_the_count_is_kept_before_it_is_marked(store):
    store.card()
    client, address = _client(store), _address(store, "count")
    client.post(address, {"answer": "plan"})
    line = Count.objects.get().lines.get()

    client.post(address, {"answer": "mark", f"note_{line.pk}": "在仓库里找"})

    line.refresh_from_db()
    assert (line.there, line.note) == (None, "在仓库里找")


def _as_shown(page):
    """What the form of the count sends when nothing on the page was touched."""
    fields = re.findall(r'name="(shown_)?(there|note)_(\d+)" value="([^"]*)"( checked)?', page)
    sent = {
        f"{shown}{what}_{number}": value
        for shown, what, number, value, checked in fields
        if shown or checked or what == "note"
    }
    return {"answer": "mark", **sent}


def _marks():
    return Trail.objects.filter(action="asset.mark").count()


def test_two_who_count_side_by_side_take_back_nothing_of_each_other(store):
    store.card()
    store.card()
    one, two, address = _client(store), _client(store, "factory"), _address(store, "count")
    one.post(address, {"answer": "plan"})
    first, second = Count.objects.get().lines.order_by("pk")
    one.post(address, {"answer": "mark", f"there_{first.pk}": "yes"})
    older = _as_shown(two.get(address).content.decode())
    one.post(
        address,
        _as_shown(one.get(address).content.decode())
        | {f"there_{first.pk}": "no", f"note_{first.pk}": "借出"},
    )

    two.post(address, older | {f"there_{second.pk}": "yes"})

    said = Count.objects.get().lines.order_by("pk").values_list("there", "note")
    assert list(said) == [(False, "借出"), (True, "")]


def test_a_note_is_taken_back_by_whoever_saw_it(store):
    store.card()
    client, address = _client(store), _address(store, "count")
    client.post(address, {"answer": "plan"})
    line = Count.objects.get().lines.get()
    client.post(address, {"answer": "mark", f"note_{line.pk}": "借出"})

    client.post(address, _as_shown(client.get(address).content.decode()) | {f"note_{line.pk}": ""})

    line.refresh_from_db()
    assert line.note == ""


def test_a_page_on_which_nothing_was_said_leaves_no_trace(store):
    store.card()
    client, address = _client(store), _address(store, "count")
    client.post(address, {"answer": "plan"})
    client.post(address, {"answer": "mark", f"there_{Count.objects.get().lines.get().pk}": "yes"})
    before = _marks()

    client.post(address, _as_shown(client.get(address).content.decode()))

    assert _marks() == before == 1


def test_a_count_goes_its_way_on_pages(store):
    store.card()
    one, two, address = _client(store), _client(store, "factory"), _address(store, "count")
    one.post(address, {"answer": "plan"})
    line = Count.objects.get().lines.get()

    assert one.post(address, {"answer": "finish"}).status_code == 200
    assert Count.objects.get().counted_at is None
    one.post(
        address,
        {"answer": "finish", f"there_{line.pk}": "no", "there_x": "no", f"note_{line.pk}": "借出未还"},
    )
    one.post(address, {"answer": "confirm"})
    assert Count.objects.get().confirmed_at is None
    two.post(address, {"answer": "confirm"})

    assert Card.objects.get().state == "missing"
    assert "借出未还" in two.get(address).content.decode()


def test_a_sale_is_carried_out_on_pages(store):
    card, client = store.card(), _client(store)
    disposing.dispose(
        actor=store.act("luyang"), at=AT, case=_Case(store.world.unions["factory"], card.label), given=GIVEN
    )
    out = reverse("assets:carry_out", args=[card.pk])
    assert client.post(out, {"day": "2026-11-20"}).status_code == 422

    money = {"day": "2026-11-20", "yuan": "500", "into": store.account("factory", "102")}
    assert client.post(reverse("assets:income", args=[card.pk]), {**money, "yuan": ""}).status_code == 422
    assert client.post(reverse("assets:income", args=[card.pk]), money).status_code == 302
    assert client.post(out, {"day": "2026-11-20"}).status_code == 302

    assert Card.objects.get().state == "disposed"


def test_goods_come_and_go_and_are_signed_for_on_pages(store):
    client = _client(store)
    said = {
        "once": str(uuid.uuid4()), "name": "毛巾", "unit": "条", "quantity": "20", "came": "bought",
        "got_on": "2026-11-20",
        "yuan": "200", "paid_from": store.account("factory", "102"),
    }  # fmt: skip
    assert client.post(_address(store, "new_lot"), {**said, "quantity": "0"}).status_code == 422
    assert client.post(_address(store, "new_lot"), said).status_code == 302
    lot = Lot.objects.get()
    give = {
        "once": str(uuid.uuid4()),
        "day": "2026-11-20",
        "what_for": "夏送清凉",
        "who": "丁大勇\n文秀兰",
        "each": "2",
        "category": "holiday",
        "occasion": "mid_autumn",
    }
    address = reverse("assets:issue", args=[lot.pk])
    assert client.post(address, {**give, "each": "11"}).status_code == 422
    without = client.post(address, {**give, "category": ""})
    assert (without.status_code, "算在哪一项" in without.content.decode()) == (422, True)
    for _ in range(2):
        assert client.post(address, give).status_code == 302

    lines = list(Handed.objects.values_list("pk", flat=True))
    assert (
        client.post(reverse("assets:sign", args=[Issue.objects.get().pk]), {"chosen": lines}).status_code
        == 302
    )

    assert Handed.objects.filter(signed_at=None).count() == 0
    page = client.get(reverse("assets:lot", args=[lot.pk])).content.decode()
    assert "文秀兰" in page
    assert '<span class="figure-value">16</span>' in page
    assert "节日慰问 · 中秋节" in page
