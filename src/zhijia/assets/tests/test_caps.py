"""Goods handed to members count against the caps of the year and of the holiday like money spent on them (DUE-15 to
DUE-18), whoever gives at once, and follow when two registrations become one."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets.models import Issue
from zhijia.assets.services import goods
from zhijia.assets.tests.world import build
from zhijia.catalogue import parameters
from zhijia.catalogue.kinds import ParameterValue
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.ledger import spending_verify
from zhijia.ledger.queries import allowances
from zhijia.ledger.services.spending import deciding
from zhijia.ledger.spending_models import Gift, Given
from zhijia.ledger.tests.world import AT, DAY

CAP = 200_000
"""What the city's province lets a member have for the holidays of a year, in fen."""


@pytest.fixture
def store(db):
    return build()


@pytest.fixture
def one_holiday(monkeypatch):
    """The place sets a limit for one holiday, too: 500 yuan for the Spring Festival, 200 for any other."""
    known = parameters.get

    def get(key):
        found = known(key)
        most = {"spending.cap_one_holiday": 20_000, "spending.cap_spring_festival": 50_000}.get(key)
        if most is None:
            return found
        here = ParameterValue.model_validate(
            {"from": "2018-01-01", "value": most, "source": "test", "confidence": "D"}
        )
        return found.model_copy(update={"values": (here,)})

    monkeypatch.setattr(parameters, "get", get)
    monkeypatch.setattr(allowances.parameters, "get", get)


def _code(act):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        act()
    return refused.value


def _given(store, occasion=""):
    store.act("factory-treasurer")
    return {row.spent for row in Given.objects.filter(occasion=occasion, category="holiday")}


def test_goods_count_for_member_category_and_year(store):
    store.give(store.lot(cost=120_000), who=["丁大勇", "文秀兰"], each=5)
    store.give(store.lot(cost=100_000), each=10)

    assert sorted(Given.objects.values_list("category", "year", "spent")) == [
        ("holiday", 2026, 60_000),
        ("holiday", 2026, 160_000),
    ]


def test_goods_and_money_share_one_cap(store):
    store.give(store.lot(cost=150_000), each=10)
    left = CAP - 150_000

    refusal = _code(lambda: store.give(store.lot(cost=left + 1), each=10))

    assert refusal.code == "cap_exceeded"
    assert refusal.details["by"] == 1
    assert Gift.objects.count() == Issue.objects.count() == 1
    store.give(store.lot(cost=left), each=10)
    assert _given(store) == {CAP}


def test_a_voucher_after_goods_finds_less_left(store):
    store.give(store.lot(cost=CAP), each=10)

    voucher = store.prepared(fen=1)
    refusal = _code(
        lambda: deciding.hand_in(actor=store.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    )

    assert (refusal.code, refusal.details["by"]) == ("cap_exceeded", 1)


def test_the_next_year_begins_anew(store):
    lot = store.lot(cost=CAP, quantity=2)
    store.give(lot, each=2)

    assert {row.year for row in Given.objects.all()} == {DAY.year}
    people, factory = [Gift.objects.get().person_id], store.world.unions["factory"]
    assert allowances.given_to(factory, people, "holiday", DAY.year + 1) == {}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"category": ""}, "category_missing"),
        ({"category": "prizes"}, "no_such_spending"),
        ({"category": "nothing"}, "no_such_spending"),
        ({"category": "holiday", "occasion": ""}, "no_such_occasion"),
        ({"category": "holiday", "occasion": "birthday"}, "no_such_occasion"),
    ],
)
def test_goods_that_were_bought_say_what_they_count_as(store, more, code):
    lot = store.lot()

    assert _code(lambda: store.give(lot, **more)).code == code
    assert not Gift.objects.exists()


def test_a_holiday_is_kept_of_holiday_goods_alone_and_the_page_opens(store):
    lot = store.lot()
    store.give(lot, each=1, category="service", occasion="spring_festival")

    client = Client()
    client.force_login(User.objects.get(pk=store.world.actors["factory-treasurer"].user_id))

    assert Issue.objects.get().occasion == ""
    assert client.get(reverse("assets:lot", args=[lot.pk])).status_code == 200


def test_what_a_donor_gave_for_its_purpose_counts_as_nothing(store):
    lot = store.lot(
        came="donated", donor="爱心企业", purpose="夏送清凉", fund="donation", paid_from=None, cost=CAP * 2
    )

    store.give(lot, each=10, category="", occasion="")

    assert not Gift.objects.exists()


def test_one_holiday_has_a_cap_of_its_own(store, one_holiday):
    lot = store.lot(cost=200_000, quantity=20)
    store.give(lot, each=5, occasion="spring_festival")
    store.give(lot, each=2, occasion="mid_autumn")

    spring = _code(lambda: store.give(lot, each=1, occasion="spring_festival"))
    autumn = _code(lambda: store.give(lot, each=1, occasion="mid_autumn"))
    store.give(lot, each=2, occasion="national_day")

    assert {spring.code, autumn.code} == {"occasion_exceeded"}
    assert spring.details["by"] == 10_000
    assert "节日" in str(spring)
    assert _given(store) == {90_000}
    assert _given(store, occasion="spring_festival") == {50_000}


def test_what_was_given_before_a_holiday_had_a_cap_counts_for_the_year_alone(committed, request):
    with transaction.atomic():
        store = build()
        lot = store.lot(cost=60_000, quantity=6)
        store.give(lot, each=2, occasion="spring_festival")
        request.getfixturevalue("one_holiday")
        store.give(lot, each=1, occasion="spring_festival")
        assert (_given(store), _given(store, occasion="spring_festival")) == ({30_000}, {10_000})

    assert not spending_verify.given_is_what_was_posted().differences


def test_money_and_goods_share_the_cap_of_one_holiday(store, one_holiday):
    store.give(store.lot(cost=30_000, quantity=1), occasion="spring_festival")
    store.posted(fen=20_000)

    voucher = store.prepared(fen=1)
    refusal = _code(
        lambda: deciding.hand_in(actor=store.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    )

    assert refusal.code == "occasion_exceeded"
    assert _given(store, occasion="spring_festival") == _given(store) == {50_000}


def test_what_was_given_is_proved_from_lines_and_goods(committed, owner_sql):
    with transaction.atomic():
        store = build()
        store.give(store.lot(), each=3)
    assert spending_verify.given_is_what_was_posted().differences == ()

    owner_sql("ALTER TABLE ledger_gift DISABLE TRIGGER USER")
    owner_sql("UPDATE ledger_gift SET amount = amount + 1")
    owner_sql("ALTER TABLE ledger_gift ENABLE TRIGGER USER")

    assert len(spending_verify.given_is_what_was_posted().differences) == 1


def test_however_many_give_at_once_nobody_gets_beyond_the_cap(committed):
    with transaction.atomic():
        store = build()
        lots = [store.lot(cost=CAP // 2, quantity=1) for _ in range(4)]
    actor, codes = store.world.actors["factory-treasurer"], []

    def run(lot):
        try:
            with acting(actor):
                out = goods.Out(
                    day=DAY, what_for="中秋", who=["丁大勇"], category="holiday", occasion="mid_autumn"
                )
                goods.issue(actor=actor, at=AT, lot_id=lot.pk, once=uuid4(), out=out)
        except Refusal as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(lot,)) for lot in lots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(codes) == 2
    assert set(codes) <= {"cap_exceeded", "given_stays_within_the_cap"}
    assert list(Given.objects.using("bulk").values_list("spent", flat=True)) == [CAP]


def test_goods_are_not_counted_down_again_by_sql(store):
    store.give(store.lot())
    store.act("factory-treasurer")

    for statement in (
        "UPDATE ledger_gift SET amount = 1",
        "DELETE FROM ledger_gift",
        "UPDATE ledger_given SET spent = 0",
    ):
        with (
            pytest.raises(Exception, match=r"denied|refused"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_nobody_counts_goods_at_another_union(store):
    store.give(store.lot())
    gift = Gift.objects.get()
    gift.pk = None
    store.act("mill-treasurer")

    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        gift.save(force_insert=True)


def test_an_issue_given_at_a_later_time_counts_on_its_own_day(store):
    lot = store.lot(got_on=DAY - timedelta(days=40))

    store.give(lot, day=DAY - timedelta(days=30))

    assert Gift.objects.get().day == DAY - timedelta(days=30)
