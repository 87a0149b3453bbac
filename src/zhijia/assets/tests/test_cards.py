"""Cards: taken up once with their entry, written down once, counted by two, let to one, gone with the money there."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from zhijia.assets import verify
from zhijia.assets.models import Card, Count, Depreciation, Disposal, Lease
from zhijia.assets.services import cards, counting, depreciating, disposing, leasing
from zhijia.assets.services.leasing import Terms
from zhijia.assets.tests.world import build
from zhijia.audit.models import Entry as Trail
from zhijia.kernel import actors
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.services import books
from zhijia.ledger.tests.world import AT, DAY


@pytest.fixture
def store(db):
    return build()


def _refused(code, act, **more):
    with pytest.raises(Refusal) as refused:
        act(**more)
    assert refused.value.code == code
    return refused.value


def _balance(store, code, fund="own", union="factory"):
    return Account.objects.get(pk=store.account(union, code, fund)).balance


def test_what_is_bought_is_spent_and_stands_in_the_register_in_one_entry(store):
    card = store.card()

    assert card.label == "2026-0001"
    assert card.months == 72
    assert Entry.objects.filter(source="asset_card", source_id=str(card.pk)).count() == 1
    assert [_balance(store, code) for code in ("142", "301", "507")] == [720_000, -720_000, 720_000]


def test_what_is_given_stands_there_without_money(store):
    card = store.donated()

    legs = dict(Entry.objects.get(source="asset_card").legs.values_list("account__code", "amount"))
    assert legs == {"142": 720_000, "301": -720_000}
    assert (card.fund, card.purpose) == ("donation", "职工培训")


def test_taking_up_twice_with_one_key_is_one_card(store):
    once, new = uuid4(), store.new_card()
    actor, union = store.act("factory-treasurer"), store.world.unions["factory"]

    two = [cards.take_up(actor=actor, at=AT, union=union, once=once, new=new) for _ in range(2)]

    assert two[0] == two[1]
    assert Card.objects.count() == 1


@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "factory"])
def test_nobody_else_takes_anything_up(store, who):
    new = store.new_card()

    with pytest.raises(NotForYou):
        cards.take_up(actor=store.act(who), at=AT, union=store.world.unions["factory"], once=uuid4(), new=new)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"kind": "spaceship"}, "no_such_kind"),
        ({"came": "stolen"}, "no_such_way"),
        ({"got_on": date(2027, 1, 1)}, "day_to_come"),
        ({"cost": 0}, "nothing_to_spend"),
        ({"cost": -5}, "nothing_to_spend"),
        ({"paid_from": None}, "no_such_money"),
        ({"paid_from": 99_999_999}, "no_such_money"),
        ({"came": "donated", "fund": "donation"}, "donor_missing"),
        ({"came": "donated", "donor": "x", "purpose": "y", "fund": "nobody"}, "no_such_fund"),
        ({"cost": 9_999_999_999}, "account_does_not_cross_zero"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_stays(store, wrong, code):
    new = replace(store.new_card(), **wrong)

    _refused(code, cards.take_up, actor=store.act("factory-treasurer"), at=AT,
             union=store.world.unions["factory"], once=uuid4(), new=new)  # fmt: skip
    assert not Card.objects.exists()


def test_assets_are_written_down_once_a_month_with_an_entry_that_balances(committed):
    with transaction.atomic():
        store = build()
        card = store.donated(cost=720_001)
        store.donated("mill", kind="land")
        store.donated("mill", kind="vehicle", cost=960_000)

    assert depreciating.write_down(at=AT, month=202609, actor=actors.system("test")) == 2
    assert depreciating.write_down(at=AT, month=202609, actor=actors.system("test")) == 0
    assert depreciating.write_down(at=AT, month=202610, actor=actors.system("test")) == 2
    assert depreciating.write_down(at=AT, month=202608, actor=actors.system("test")) == 0

    kept = Card.objects.using("bulk").get(pk=card.pk)
    assert kept.depreciated == 720_001 * 8 // 72
    assert Depreciation.objects.using("bulk").filter(card_id=card.pk).count() == 2
    assert Entry.objects.using("bulk").filter(source="asset_depreciation").count() == 4
    assert verify.cards_are_the_accounts().differences == ()


@pytest.mark.parametrize(
    ("months", "parts"), [(3, [33, 33, 34]), (1, [100]), (8, [12, 13, 12, 13, 12, 13, 12, 13])]
)
def test_the_months_of_a_life_add_up_to_the_cost_and_end_with_it(committed, owner_sql, months, parts):
    with transaction.atomic():
        card = build().donated(cost=100)
    owner_sql("ALTER TABLE assets_card DISABLE TRIGGER assets_card_stays")
    owner_sql(f"UPDATE assets_card SET months = {months}")
    owner_sql("ALTER TABLE assets_card ENABLE TRIGGER assets_card_stays")

    for month in range(202603, 202611):
        depreciating.write_down(at=AT, month=month, actor=actors.system("test"))

    told = Depreciation.objects.using("bulk").filter(card_id=card.pk).order_by("month")
    assert list(told.values_list("amount", flat=True)) == parts


def test_closed_books_hold_up_no_other_union(committed):
    with transaction.atomic():
        store = build()
        store.donated()
        store.donated("mill")
        books.close_through(
            actor=store.act("factory-treasurer"),
            at=AT,
            union=store.world.unions["factory"],
            day=date(2026, 10, 31),
        )

    assert depreciating.write_down(at=AT, month=202610, actor=actors.system("test")) == 1


def test_a_month_that_is_not_over_is_not_written_down(store):
    _refused("month_not_over", depreciating.write_down_at, actor=store.act("factory-treasurer"), at=AT,
             union=store.world.unions["factory"], month=202611)  # fmt: skip


def test_before_the_regime_nothing_is_written_down(store):
    assert cards.life("equipment", store.world.unions["factory"], date(2021, 12, 31)) is None
    assert cards.life("land", store.world.unions["factory"], DAY) is None


def _terms(**more):
    return Terms(**{"tenant": "晨光超市", "since": date(2026, 9, 1), "until": date(2027, 8, 31), "rent": 300_000,
                    "due_day": 5} | more)  # fmt: skip


def _let(store, card, once=None, **more):
    return leasing.let(
        actor=store.act("factory-treasurer"),
        at=AT,
        card_id=card.pk,
        once=once or uuid4(),
        terms=_terms(**more),
    )


def test_an_asset_is_let_to_one_and_rent_comes_once(store):
    card = store.card()
    lease = _let(store, card)
    _refused("lease_one_at_a_time", lambda: _let(store, card))
    bank = store.account("factory", "102")

    for _ in range(2):
        leasing.receive(
            actor=store.act("factory-treasurer"), at=AT, lease_id=lease.pk, month=202609, day=DAY, into=bank
        )

    assert -_balance(store, "408") == 300_000
    assert Card.objects.get(pk=card.pk).state == "leased"
    _refused("no_such_month", leasing.receive, actor=store.act("factory-treasurer"), at=AT, lease_id=lease.pk,
             month=202608, day=DAY, into=bank)  # fmt: skip


@pytest.mark.parametrize("wrong", [{"rent": 0}, {"due_day": 31}, {"until": date(2026, 1, 1)}])
def test_a_lease_that_does_not_fit_is_refused(store, wrong):
    card = store.card()

    _refused("lease_does_not_fit", lambda: _let(store, card, **wrong))


def test_a_lease_ends_once_and_another_begins(store):
    card = store.card()
    lease = _let(store, card)
    for _ in range(2):
        leasing.end(actor=store.act("factory-treasurer"), at=AT, lease_id=lease.pk, day=DAY)

    _let(store, card)

    assert Lease.objects.filter(ended_on=None).count() == 1


def _counted(store, there):
    union = store.world.unions["factory"]
    count = counting.plan(actor=store.act("factory-treasurer"), at=AT, union=union)
    found = {line.pk: there[line.card_id] for line in count.lines.all()}
    counting.mark(actor=store.act("factory-treasurer"), at=AT, count_id=count.pk, found=found, notes={})
    return counting.finish(actor=store.act("factory-treasurer"), at=AT, count_id=count.pk)


def test_assets_are_counted_by_two_and_what_is_missing_is_said(store):
    here, gone = store.card(), store.card()
    count = _counted(store, {here.pk: True, gone.pk: False})
    _refused("count_by_two", counting.confirm, actor=store.act("factory-treasurer"), at=AT, count_id=count.pk)

    for _ in range(2):
        counting.confirm(actor=store.act("factory"), at=AT, count_id=count.pk)

    assert [Card.objects.get(pk=card.pk).state for card in (here, gone)] == ["in_use", "missing"]
    assert counting.plan(actor=store.act("factory"), at=AT, union=store.world.unions["factory"]) == count
    _refused(
        "count_is_over",
        counting.mark,
        actor=store.act("factory"),
        at=AT,
        count_id=count.pk,
        found={},
        notes={},
    )


def test_only_lines_that_say_something_else_are_marked(store):
    store.card()
    store.card()
    actor = store.act("factory-treasurer")
    count = counting.plan(actor=actor, at=AT, union=store.world.unions["factory"])
    first, second = count.lines.order_by("pk")

    def mark(found, notes):
        return counting.mark(actor=actor, at=AT, count_id=count.pk, found=found, notes=notes)

    assert mark({first.pk: True}, {first.pk: " 在库房 ", second.pk: ""}) == 1
    assert mark({first.pk: True}, {first.pk: "在库房"}) == 0
    assert mark({first.pk: False}, {}) == 1

    assert list(count.lines.order_by("pk").values_list("there", "note")) == [(False, "在库房"), (None, "")]
    assert Trail.objects.filter(action="asset.mark").count() == 2


def test_a_count_is_not_over_while_a_line_is_open(store):
    store.card()
    count = counting.plan(actor=store.act("factory-treasurer"), at=AT, union=store.world.unions["factory"])

    refusal = _refused(
        "count_is_open", counting.finish, actor=store.act("factory-treasurer"), at=AT, count_id=count.pk
    )

    assert refusal.details["left"] == 1


def test_another_union_counts_nothing(store):
    store.card()
    count = counting.plan(actor=store.act("factory-treasurer"), at=AT, union=store.world.unions["factory"])

    with pytest.raises(NotForYou):
        counting.confirm(actor=store.act("mill-treasurer"), at=AT, count_id=count.pk)
    assert Count.objects.count() == 0


class _Answers:
    def __init__(self, said):
        self.said = said

    def values_list(self, _field, flat):
        return self

    def get(self, name):
        return self.said[name]


class _Case:
    """What an outcome reads of a case."""

    def __init__(self, union, asset, way="sell"):
        self.pk, self.union_id = uuid4(), union.pk
        self.answers = _Answers({"asset": asset, "way": way})


GIVEN = {"asset": "asset", "way": "way"}


def _decided(store, card, way="sell"):
    case = _Case(store.world.unions["factory"], card.label, way)
    for _ in range(2):
        disposing.dispose(actor=store.act("luyang"), at=AT, case=case, given=GIVEN) if _ == 0 else None
    return case


def test_what_was_sold_leaves_the_books_once_the_money_is_there(store):
    card = store.card()
    _decided(store, card)
    treasurer = store.act("factory-treasurer")
    _refused("money_not_there", disposing.carry_out, actor=treasurer, at=AT, card_id=card.pk, day=DAY)

    bank = store.account("factory", "102")
    for _ in range(2):
        disposing.receive(actor=treasurer, at=AT, card_id=card.pk, fen=50_000, day=DAY, into=bank)
        disposing.carry_out(actor=treasurer, at=AT, card_id=card.pk, day=DAY)

    assert [_balance(store, code) for code in ("142", "301", "408")] == [0, 0, -50_000]
    gone = Card.objects.get(pk=card.pk)
    assert (gone.state, gone.ended_on) == ("disposed", DAY)


def test_what_is_written_off_needs_no_money(store):
    card = store.card()
    _decided(store, card, "write_off")

    disposing.carry_out(actor=store.act("factory-treasurer"), at=AT, card_id=card.pk, day=DAY)

    assert Disposal.objects.get().income == 0
    assert _balance(store, "142") == 0


@pytest.mark.parametrize("asset", ["叉车", "2026-0009", "2026-", "-", "20261-00000000000001"])
def test_what_is_not_on_the_register_is_not_disposed_of(store, asset):
    store.card()
    case = _Case(store.world.unions["factory"], asset)

    _refused("no_such_card", disposing.can_dispose, at=AT, case=case, given=GIVEN)


def test_nothing_leaves_the_books_undecided_or_by_another_union(store):
    card = store.card()
    _refused(
        "no_such_disposal",
        disposing.carry_out,
        actor=store.act("factory-treasurer"),
        at=AT,
        card_id=card.pk,
        day=DAY,
    )
    with pytest.raises(NotForYou):
        disposing.carry_out(actor=store.act("mill-treasurer"), at=AT, card_id=card.pk, day=DAY)


def test_verify_names_a_card_the_books_do_not_know(committed, owner_sql):
    with transaction.atomic():
        store = build()
        store.card()
    assert verify.cards_are_the_accounts().differences == ()

    owner_sql("ALTER TABLE assets_card DISABLE TRIGGER USER")
    owner_sql("UPDATE assets_card SET cost = cost + 1")
    owner_sql("ALTER TABLE assets_card ENABLE TRIGGER USER")

    (difference,) = verify.cards_are_the_accounts().differences
    assert "720001" in difference


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assets_card SET cost = cost + 1",
        "UPDATE assets_card SET depreciated = cost + 1",
        "DELETE FROM assets_card",
        "TRUNCATE assets_depreciation",
        "INSERT INTO assets_depreciation (card_id, month, amount, union_id, county_id)"
        " SELECT id, 202601, 5, union_id, county_id FROM assets_card",
    ],
)
def test_the_database_keeps_a_card_whoever_writes(committed, owner_sql, statement):
    with transaction.atomic():
        build().card()

    with pytest.raises(
        (psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)
    ):
        owner_sql(statement)
