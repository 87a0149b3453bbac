"""Goods handed out by mistake come back: once, into their lot, to the fen, and the caps count them back."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets import verify
from zhijia.assets.models import Handed, Return
from zhijia.assets.services import goods, returning
from zhijia.assets.tests.world import build
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import spending_verify
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import sources
from zhijia.ledger.spending_models import Gift, Given
from zhijia.ledger.tests.world import AT, DAY
from zhijia.registry.tests import world as registry_world

TWO = ["丁大勇", "文秀兰"]


@pytest.fixture
def store(db):
    return build()


def _back(store, gone, *, who="factory-treasurer", once=None, **more):
    said = {"day": DAY, "reason": "发错了人", "lines": [line.pk for line in gone.lines.order_by("pk")]}
    return returning.take_back(
        actor=store.act(who), at=AT, issue_id=gone.pk, once=once or uuid4(),
        back=returning.Back(**{**said, **more}),
    )  # fmt: skip


def _code(act):
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def _stock(store):
    return Account.objects.get(pk=store.account("factory", "121")).balance


def test_what_comes_back_is_in_its_lot_and_in_the_books_again(store):
    lot = store.lot()
    gone = store.give(lot, who=TWO, each=2)

    back = _back(store, gone)

    lot.refresh_from_db()
    assert (back.quantity, back.worth) == (4, 40_000)
    assert (lot.remains, lot.worth, _stock(store)) == (10, 100_001, 100_001)


def test_one_of_a_roster_gives_back_their_part_to_the_fen(store):
    lot = store.lot(quantity=2, cost=101)
    gone = store.give(lot, who=TWO)
    first, second = gone.lines.order_by("pk")

    worth = [_back(store, gone, lines=[line.pk]).worth for line in (first, second)]

    lot.refresh_from_db()
    assert worth == [51, 50]
    assert (lot.remains, lot.worth, _stock(store)) == (2, 101, 101)


def test_what_a_member_may_be_given_is_as_it_was_before(store):
    gone = store.give(store.lot(cost=200_000), who=TWO, each=5)
    line = gone.lines.order_by("pk").first()

    _back(store, gone, lines=[line.pk])

    spent = dict(Given.objects.values_list("person_id", "spent"))
    assert spent.pop(line.person_id) == 0
    assert list(spent.values()) == [100_000]
    store.give(store.lot(cost=200_000, quantity=1))
    assert Gift.objects.filter(amount__lt=0).count() == 1


def test_what_went_to_a_union_below_comes_back_whole(store):
    registry_world.appoint(store.world, "luyang", "treasurer", "luyang-treasurer")
    store.keep("luyang")
    store.income("luyang", "start", 200_000)
    lot = store.lot("luyang")
    gone = store.give(
        lot,
        "luyang",
        who=[],
        quantity=3,
        to_union=store.world.unions["factory"].code,
        category="",
        occasion="",
    )

    back = _back(store, gone, who="luyang-treasurer", lines=[])

    lot.refresh_from_db()
    assert (back.quantity, lot.remains, lot.worth) == (3, 10, 100_001)
    assert _code(lambda: _back(store, gone, who="luyang-treasurer", lines=[])) == "goods_come_back_once"


def test_taking_back_twice_with_one_key_is_once_and_a_line_comes_back_once(store):
    gone, once = store.give(store.lot()), uuid4()

    assert _back(store, gone, once=once) == _back(store, gone, once=once)
    assert _code(lambda: _back(store, gone)) == "goods_come_back_once"
    assert Return.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"day": DAY - timedelta(days=1)}, "day_does_not_fit"),
        ({"day": DAY + timedelta(days=400)}, "day_does_not_fit"),
        ({"lines": []}, "return_is_of_lines_of_its_issue"),
        ({"lines": [99_999_999]}, "return_is_of_lines_of_its_issue"),
    ],
)
def test_what_does_not_come_back_is_refused_and_nothing_changes(store, wrong, code):
    lot = store.lot()
    gone = store.give(lot)

    assert _code(lambda: _back(store, gone, **wrong)) == code

    lot.refresh_from_db()
    assert lot.remains == 9
    assert not Return.objects.exists()


def test_a_line_of_another_issue_or_twice_the_same_does_not_come_back(store):
    lot = store.lot()
    first, second = store.give(lot), store.give(lot, who=["文秀兰"])
    (mine,), (other,) = first.lines.all(), second.lines.all()

    for lines in ([mine.pk, other.pk], [mine.pk, mine.pk]):
        assert (
            _code(lambda lines=lines: _back(store, first, lines=lines)) == "return_is_of_lines_of_its_issue"
        )


def test_nobody_of_another_union_takes_anything_back(store):
    gone = store.give(store.lot())

    with pytest.raises(NotForYou):
        _back(store, gone, who="mill-treasurer")


def test_the_next_after_a_return_goes_out_worth_what_it_was(store):
    lot = store.lot(quantity=3, cost=100)
    first = store.give(lot)
    store.give(lot)
    _back(store, first)

    assert [store.give(lot).worth for _ in range(2)] == [33, 34]


def test_what_came_back_is_not_signed_for(store):
    gone = store.give(store.lot(), who=TWO)
    back, stays = gone.lines.order_by("pk")
    _back(store, gone, lines=[back.pk])

    signed = goods.sign(
        actor=store.act("factory-treasurer"), at=AT, issue_id=gone.pk, lines=[back.pk, stays.pk]
    )

    assert signed == 1
    assert Handed.objects.get(pk=back.pk).signed_at is None


def test_what_a_donor_gave_comes_back_without_counting(store):
    lot = store.lot(came="donated", donor="爱心企业", purpose="夏送清凉", fund="donation", paid_from=None)
    gone = store.give(lot, category="", occasion="")

    _back(store, gone)

    lot.refresh_from_db()
    assert lot.remains == 10
    assert not Gift.objects.exists()


def test_however_many_take_back_at_once_it_comes_back_once(committed):
    with transaction.atomic():
        store = build()
        gone = store.give(store.lot(), who=TWO, each=2)
        lines = [line.pk for line in gone.lines.all()]
    actor, codes = store.world.actors["factory-treasurer"], []

    def run():
        try:
            with acting(actor):
                returning.take_back(
                    actor=actor, at=AT, issue_id=gone.pk, once=uuid4(),
                    back=returning.Back(DAY, "发错了", lines),
                )  # fmt: skip
        except Refusal as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == ["goods_come_back_once"] * 2
    assert verify.lots_are_the_stock().differences == ()
    assert spending_verify.given_is_what_was_posted().differences == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assets_return SET worth = 0",
        "DELETE FROM assets_return",
        "UPDATE ledger_gift SET corrects_id = NULL WHERE corrects_id IS NOT NULL",
    ],
)
def test_a_return_is_not_changed_by_sql(store, statement):
    _back(store, store.give(store.lot()))
    store.act("factory-treasurer")

    with (
        pytest.raises(Exception, match=r"denied|refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_gift_is_counted_back_as_it_was_and_once(store):
    store.give(store.lot())
    gift = Gift.objects.get()
    store.act("factory-treasurer")

    def counted_back(amount):
        row = Gift.objects.get(pk=gift.pk)
        row.pk, row.corrects_id, row.amount = None, gift.pk, amount
        with transaction.atomic():
            row.save(force_insert=True)

    with pytest.raises(Exception, match="is counted back as it was counted"):
        counted_back(-gift.amount - 1)
    counted_back(-gift.amount)
    with pytest.raises(Exception, match="gift_is_counted_back_once"):
        counted_back(-gift.amount)


def test_the_books_say_what_came_back(store):
    _back(store, store.give(store.lot()))
    entry = Entry.objects.get(source="goods_return")

    assert sources.told(store.act("factory-treasurer"), [entry])[entry.pk].words == "毛巾礼盒（收回）"
    assert sources.told(store.act("mill-treasurer"), [entry]) == {}


def _client(store, who="factory-treasurer"):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=store.world.actors[who].user_id))
    return client


def test_it_is_taken_back_on_its_page_once_however_often_it_is_sent(store):
    gone = store.give(store.lot(), who=TWO)
    line = gone.lines.order_by("pk").first()
    client, address = _client(store), reverse("assets:take_back", args=[gone.pk])
    said = {"once": str(uuid4()), "day": "2026-11-20", "reason": "发错了人", "lines": [line.pk]}
    assert "文秀兰" in client.get(address).content.decode()

    assert client.post(address, {**said, "lines": []}).status_code == 422
    assert client.post(address, {**said, "reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(address, said).status_code == 302

    assert Return.objects.get().lines == [line.pk]
    page = client.get(reverse("assets:lot", args=[gone.lot_id])).content.decode()
    assert "已收回" in page
    assert "发错了人" in page


@pytest.mark.parametrize("who", ["mill-treasurer", "factory", "ding"])
def test_nobody_without_the_right_finds_the_page(store, who):
    gone = store.give(store.lot())

    assert _client(store, who).get(reverse("assets:take_back", args=[gone.pk])).status_code == 404
