"""Goods: never below nothing, whoever asks at once; worth to the fen; a donor's purpose stays."""

import threading
from uuid import uuid4

import pytest
from django.db import connections, transaction

from zhijia.assets import verify
from zhijia.assets.models import Handed, Issue, Lot
from zhijia.assets.services import goods
from zhijia.assets.tests.world import build
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import sources
from zhijia.ledger.tests.world import AT, DAY


@pytest.fixture
def store(db):
    return build()


def _refused(code, act, *some, **more):
    with pytest.raises(Refusal) as refused:
        act(*some, **more)
    assert refused.value.code == code


def _balance(store, code, fund="own"):
    return Account.objects.get(pk=store.account("factory", code, fund)).balance


def test_goods_come_with_their_entry_and_go_with_theirs(store):
    lot = store.lot()
    assert [_balance(store, code) for code in ("121", "301", "503")] == [100_001, -100_001, 100_001]

    first = store.give(lot, who=["丁大勇", "文秀兰"], each=2)

    lot.refresh_from_db()
    assert (first.quantity, first.worth, lot.remains) == (4, 40_000, 6)
    assert _balance(store, "121") == lot.worth == 60_001


def test_the_last_takes_the_rest_to_the_fen(store):
    lot = store.lot(quantity=3, cost=100)

    worth = [store.give(lot).worth for _ in range(3)]

    assert worth == [33, 33, 34]
    assert _balance(store, "121") == 0


def test_a_part_of_very_dear_goods_is_worth_its_share(store):
    lot = store.lot(came="donated", donor="爱心企业", purpose="x", fund="donation", paid_from=None,
                    quantity=10_000_000, cost=10**14)  # fmt: skip

    gone = store.give(lot, what_for="x", each=9_000_000, category="", occasion="")

    assert gone.worth == 9 * 10**13


def test_giving_twice_with_one_key_is_once(store):
    lot, once = store.lot(), uuid4()

    assert store.give(lot, once=once) == store.give(lot, once=once)
    assert Issue.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"who": ["丁大勇"], "each": 11}, "lot_never_below_nothing"),
        ({"who": ["丁大勇"], "each": 2**40}, "lot_never_below_nothing"),
        ({"who": [], "quantity": 0}, "nothing_to_give"),
        ({"who": ["梅小雨"]}, "roster_who"),
        ({"who": ["丁大勇", "丁大勇"]}, "roster_twice"),
        ({"who": ["丁大勇"], "each": 0}, "roster_too_long"),
        ({"what_for": ""}, "title_missing"),
        ({"day": DAY.replace(year=2027)}, "day_does_not_fit"),
        ({"day": DAY.replace(year=2025)}, "day_does_not_fit"),
        ({"who": [], "quantity": 1, "to_union": "nobody"}, "no_such_union"),
    ],
)
def test_what_cannot_go_out_is_refused_and_nothing_is_gone(store, more, code):
    lot = store.lot()

    _refused(code, store.give, lot, **more)

    lot.refresh_from_db()
    assert lot.remains == 10
    assert not Handed.objects.exists()


def test_what_a_donor_gave_keeps_its_purpose_unless_the_donor_agreed(store):
    lot = store.lot(came="donated", donor="爱心企业", purpose="困难职工慰问", fund="donation", paid_from=None)
    assert _balance(store, "121", "donation") == 100_001

    _refused("another_purpose", store.give, lot)
    store.give(lot, what_for="困难职工慰问")
    store.give(lot, consent="捐赠方同意函〔2026〕1号")

    assert Issue.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": ""}, "name_missing"),
        ({"unit": " "}, "name_missing"),
        ({"quantity": 0}, "nothing_to_spend"),
        ({"cost": 0}, "nothing_to_spend"),
        ({"came": "found"}, "no_such_way"),
        ({"came": "donated", "fund": "donation"}, "donor_missing"),
        ({"paid_from": 99_999_999}, "no_such_money"),
    ],
)
def test_what_cannot_come_is_refused(store, wrong, code):
    _refused(code, store.lot, **wrong)
    assert not Lot.objects.exists()


def test_nobody_of_another_union_gives_anything_away(store):
    lot = store.lot()

    with pytest.raises(NotForYou):
        goods.issue(
            actor=store.act("mill-treasurer"), at=AT, lot_id=lot.pk, once=uuid4(),
            out=goods.Out(day=DAY, what_for="x", who=["梅小雨"]),
        )  # fmt: skip


def test_receipts_are_signed_once(store):
    gone = store.give(store.lot(), who=["丁大勇", "文秀兰"])
    lines = [line.pk for line in gone.lines.all()]

    signed = [
        goods.sign(actor=store.act("factory-treasurer"), at=AT, issue_id=gone.pk, lines=lines)
        for _ in range(2)
    ]

    assert signed == [2, 0]


def test_however_many_ask_at_once_no_more_goes_than_there_is(committed):
    with transaction.atomic():
        store = build()
        lot = store.lot()
    actor = store.world.actors["factory-treasurer"]
    refusals = []

    def run():
        try:
            with acting(actor):
                goods.issue(actor=actor, at=AT, lot_id=lot.pk, once=uuid4(),
                            out=goods.Out(day=DAY, what_for="夏送清凉", who=["丁大勇"], each=3,
                                          category="holiday", occasion="mid_autumn"))  # fmt: skip
        except Refusal as refused:
            refusals.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refusals == ["lot_never_below_nothing"] * 3
    assert Lot.objects.using("bulk").get().remains == 1
    assert verify.lots_are_the_stock().differences == ()


def test_the_books_say_which_asset_and_which_goods_an_entry_was_for(store):
    store.card()
    store.give(store.lot())
    entries = list(Entry.objects.filter(source__in=("asset_card", "goods_lot", "goods_issue")).order_by("pk"))

    told = sources.told(store.act("factory-treasurer"), entries)

    assert [told[entry.pk].words for entry in entries] == [
        "投影仪 · 2026-0001",
        "毛巾礼盒",
        "毛巾礼盒 · 夏送清凉",
    ]
    assert sources.told(store.act("mill-treasurer"), entries) == {}
