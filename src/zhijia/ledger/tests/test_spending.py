"""Vouchers: prepared, checked by another, posted once; caps hold across unions and at once; taken back whole."""

import threading
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.facts.models import Fact
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import spending_verify
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import allowances, sources
from zhijia.ledger.services import posting
from zhijia.ledger.services.spending import deciding, flagging, kin, preparing
from zhijia.ledger.services.spending.preparing import Wanted
from zhijia.ledger.spending_models import Flag, Given, Voucher
from zhijia.ledger.tests.spending_world import build
from zhijia.ledger.tests.world import AT, DAY
from zhijia.registry.tests import world as registry_world


@pytest.fixture
def books(db):
    return build()


def _given(books, name="ding", category="holiday"):
    """What a member was given this year, as the county above reads it."""
    books.act("luyang")
    person = books.world.actors[name].person_id
    return (
        Given.objects.filter(person_id=person, category=category).values_list("spent", flat=True).first() or 0
    )


def _refused(code, act, **more):
    with pytest.raises(Refusal) as refused:
        act(**more)
    assert refused.value.code == code
    return refused.value


def test_a_voucher_is_prepared_checked_by_another_and_posted(books):
    voucher = books.posted(who=("ding", "wen"), fen=20_000)

    assert (voucher.state, voucher.number, voucher.amount) == ("posted", 1, 40_000)
    legs = list(
        Entry.objects.get(pk=voucher.entry_id).legs.order_by("number").values_list("account__code", "amount")
    )
    assert legs == [("503", 40_000), ("102", -40_000)]
    assert {line.cap for line in voucher.lines.all()} == {200_000}


def test_who_prepared_it_does_not_check_it(books):
    voucher = books.prepared()
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    _refused(
        "own_voucher", deciding.check, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk
    )


@pytest.mark.parametrize("who", ["mill-treasurer", "mill-checker", "shushan", "ding"])
@pytest.mark.parametrize("act", ["hand_in", "check", "post", "drop"])
def test_nobody_of_another_union_does_anything_with_it(books, who, act):
    voucher = books.prepared()

    with pytest.raises(NotForYou):
        getattr(deciding, act)(actor=books.act(who), at=AT, voucher_id=voucher.pk)


def test_posting_twice_is_once(books):
    voucher = books.checked()

    for _ in range(2):
        deciding.post(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    entry = Entry.objects.get(source="spending_voucher")
    assert sources.told(books.act("factory-treasurer"), [entry])[entry.pk].words == "春节慰问品 · 惠民商店"
    assert Account.objects.get(pk=books.account("factory", "503")).balance == 20_000


def test_preparing_twice_with_one_key_is_one_draft(books):
    once = uuid4()
    drafts = [
        preparing.prepare(
            actor=books.act("factory-treasurer"),
            at=AT,
            union=books.world.unions["factory"],
            once=once,
            draft=books.draft(),
        )
        for _ in range(2)
    ]

    assert drafts[0].pk == drafts[1].pk


def test_numbers_of_a_year_have_no_gap(books):
    assert [books.posted(fen=100).number for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"category": "banquet"}, "no_such_spending"),
        ({"title": " "}, "title_missing"),
        ({"way": "bitcoin"}, "no_such_way"),
        ({"occasion": "halloween"}, "no_such_occasion"),
        ({"occasion": ""}, "no_such_occasion"),
        ({"paid_from": 99_999_999}, "no_such_money"),
        ({"day": DAY.replace(year=2027)}, "day_to_come"),
        ({"roster": ()}, "nobody_named"),
        ({"roster": [Wanted("张三", 5)]}, "roster_who"),
        ({"roster": [Wanted("梅小雨", 5)]}, "roster_who"),
        ({"roster": [Wanted("丁大勇", 0)]}, "nothing_to_spend"),
        ({"roster": [Wanted("丁大勇", 5), Wanted("丁大勇", 5)]}, "roster_twice"),
        ({"category": "prizes", "participants": None}, "participants_missing"),
        ({"category": "activity", "amount": None}, "nothing_to_spend"),
        ({"category": "activity", "amount": 0}, "nothing_to_spend"),
    ],
)
def test_what_cannot_be_written_down_is_refused_in_a_sentence(books, wrong, code):
    draft = replace(books.draft(), **wrong)
    refusal = _refused(
        code, preparing.prepare, actor=books.act("factory-treasurer"), at=AT, union=books.world.unions["factory"],
        once=uuid4(), draft=draft,
    )  # fmt: skip
    assert str(refusal).endswith(("。", "."))
    assert not Voucher.objects.exists()


def test_an_account_that_is_no_money_pays_nothing(books):
    draft = replace(books.draft(), paid_from=books.account("factory", "402"))

    _refused("no_such_money", preparing.prepare, actor=books.act("factory-treasurer"), at=AT,
             union=books.world.unions["factory"], once=uuid4(), draft=draft)  # fmt: skip


def test_everybody_is_every_member_and_nobody_else(books):
    voucher = books.prepared(roster=(), everybody=10_000)

    assert voucher.amount == 30_000
    assert voucher.lines.count() == 3


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"fen": 200_001}, "cap_exceeded"),
        ({"way": "cash"}, "way_not_allowed"),
        ({"way": "shopping_card"}, "way_not_allowed"),
        ({"papers": False}, "no_attachment"),
        ({"category": "prizes", "participants": 2}, "too_many_winners"),
        ({"category": "prizes", "participants": 30, "fen": 50_001}, "each_exceeded"),
        ({"category": "cinema", "way": "service", "fen": 10_000}, "beyond_dues"),
        ({"category": "activity", "amount": 1_000_000}, "not_decided"),
    ],
)
def test_what_the_rules_forbid_is_no_farther_than_a_draft_and_is_flagged(books, more, code):
    voucher = books.prepared(**more)

    _refused(code, deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    flagged = Flag.objects.filter(voucher=voucher, code=code, settled_at=None).count()
    assert flagged == (code not in flagging.UNFINISHED)
    assert Voucher.objects.get(pk=voucher.pk).state == "draft"


def test_outings_are_paid_from_dues_and_a_shortfall(books):
    dues, bank = books.account("factory", "401"), books.account("factory", "102")
    books.post("factory", "dues", (bank, 10_000), (dues, -10_000))

    books.posted(category="cinema", way="service", fen=15_000)
    voucher = books.prepared(category="cinema", way="service", who=("wen", "lei"), fen=12_501)

    refusal = _refused(
        "beyond_dues", deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk
    )
    assert refusal.details["by"] == 2


def test_a_place_without_a_limit_may_not_pay(books):
    books.world.unions["factory"].division = "310000000000"
    limit = allowances.one(books.world.unions["factory"], "holiday", DAY)

    assert not limit.allowed


def test_the_cap_is_that_of_the_day_it_is_paid(books):
    factory = books.world.unions["factory"]
    spending = allowances.one(factory, "holiday", DAY).spending

    assert [allowances.limits(spending, factory, DAY.replace(year=year)).cap for year in (2019, 2026)] == [
        150_000, 200_000,
    ]  # fmt: skip


def test_a_flag_of_a_rule_is_settled_once_the_draft_is_put_right(books):
    voucher = books.prepared(fen=200_001)

    preparing.rewrite(
        actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk, draft=books.draft(fen=200_000)
    )

    assert not Flag.objects.filter(voucher=voucher, settled_at=None).exists()
    assert Flag.objects.filter(voucher=voucher, code="cap_exceeded").count() == 1


def test_what_was_given_counts_to_the_fen_and_is_free_again_when_taken_back(books):
    first = books.posted(fen=150_000)
    second = books.prepared(fen=50_001)
    _refused(
        "cap_exceeded", deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=second.pk
    )
    assert _given(books) == 150_000

    for _ in range(2):
        deciding.take_back(
            actor=books.act("factory-treasurer"), at=AT, voucher_id=first.pk, day=DAY, reason="重复"
        )

    assert _given(books) == 0
    assert Account.objects.get(pk=books.account("factory", "503")).balance == 0
    books.act("luyang")
    told = dict(Fact.objects.filter(record="voucher").values_list("kind", "amount"))
    assert told == {"spending.posted": 150_000, "spending.taken_back": 150_000}


def test_the_entry_of_a_voucher_is_not_taken_back_by_itself(books):
    voucher = books.posted()

    _refused(
        "voucher_is_taken_back_whole", posting.take_back, actor=books.act("factory-treasurer"), at=AT,
        entry_id=voucher.entry_id, day=DAY, reason="记错了",
    )  # fmt: skip


def test_nobody_checks_a_voucher_in_the_name_of_another(books):
    voucher = books.prepared()
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    checker = books.act("factory-checker").user_id
    books.act("factory-treasurer")

    with (
        pytest.raises(IntegrityError, match="voucher is prepared and checked by who is here"),
        transaction.atomic(),
    ):
        Voucher.objects.filter(pk=voucher.pk).update(state="checked", checked_by=checker)


def test_a_given_back_voucher_is_checked_anew(books):
    voucher = books.checked()
    deciding.give_back(actor=books.act("factory-checker"), at=AT, voucher_id=voucher.pk, reason="缺签字")

    _refused(
        "voucher_not_there", deciding.post, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk
    )
    assert Voucher.objects.get(pk=voucher.pk).checked_by is None


def test_a_flag_is_set_with_a_reason_and_settled_by_a_third(books):
    voucher = books.posted()
    checker = books.act("factory-checker")
    _refused(
        "reason_missing",
        flagging.put,
        actor=checker,
        at=AT,
        voucher_id=voucher.pk,
        prohibition="unrelated",
        note=" ",
    )
    flag = flagging.put(
        actor=checker, at=AT, voucher_id=voucher.pk, prohibition="unrelated", note="与活动无关"
    )
    assert (
        flagging.put(actor=checker, at=AT, voucher_id=voucher.pk, prohibition="unrelated", note="与活动无关")
        == flag
    )

    for who in ("factory-checker", "factory-treasurer"):
        _refused("own_flag", flagging.settle, actor=books.act(who), at=AT, flag_id=flag.pk, note="已核")
    with pytest.raises(NotForYou):
        flagging.settle(actor=books.act("mill-checker"), at=AT, flag_id=flag.pk, note="已核")
    flagging.settle(actor=books.act("luyang"), at=AT, flag_id=flag.pk, note="已核")

    assert Flag.objects.get(pk=flag.pk).settled_note == "已核"


def test_a_payee_on_the_list_of_relatives_raises_an_alarm(books):
    factory = books.world.unions["factory"]
    kin.declare(actor=books.act("factory-treasurer"), at=AT, union=factory, officer="丁大勇", relation="spouse",
                name="王小明", works_for="惠民商店", day=DAY)  # fmt: skip

    voucher = books.prepared(payee="合肥惠民商店")

    assert Flag.objects.filter(voucher=voucher, code="kin").exists()
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)


def test_the_same_paper_twice_is_once_and_goes_with_a_draft_alone(books):
    voucher = books.prepared()
    paper = books.paper(voucher)
    assert voucher.files.count() == 1
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    _refused("voucher_handed_in", preparing.remove_file, actor=books.act("factory-treasurer"), at=AT,
             voucher_id=voucher.pk, number=paper.pk)  # fmt: skip


def test_verify_names_a_voucher_whose_fact_is_gone(committed, owner_sql):
    with transaction.atomic():
        books = build()
        voucher = books.posted(fen=150_000)
        taken = books.posted(who=("wen",))
        deciding.take_back(
            actor=books.act("factory-treasurer"), at=AT, voucher_id=taken.pk, day=DAY, reason="重复"
        )
    assert spending_verify.given_is_what_was_posted().differences == ()

    owner_sql("UPDATE ledger_given SET spent = spent - 1 WHERE spent > 0")

    (difference,) = spending_verify.given_is_what_was_posted().differences
    assert "150000" in difference
    assert voucher.amount == 150_000


def _post_at_once(books, vouchers):
    """Post each in a thread of its own, as its union's treasurer; the numbers posted, and the codes of refusals."""
    posted, refusals = [], []

    def run(union, number):
        actor = books.world.actors[f"{union}-treasurer"]
        try:
            with acting(actor):
                deciding.post(actor=actor, at=AT, voucher_id=number)
            posted.append(number)
        except Refusal as refused:
            refusals.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in vouchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return posted, refusals


def test_however_many_are_posted_at_once_nobody_is_given_beyond_the_cap(committed):
    with transaction.atomic():
        books = build()
        vouchers = [("factory", books.checked(fen=90_000, who=("ding", "wen")).pk) for _ in range(4)]

    posted, refusals = _post_at_once(books, vouchers)

    assert len(posted) == 2
    assert len(refusals) == 2
    assert sorted(Given.objects.using("bulk").values_list("spent", flat=True)) == [180_000, 180_000]
    checked = spending_verify.given_is_what_was_posted()
    assert checked.differences == ()
    assert checked.rows_read > 4


def test_two_unions_that_post_at_once_are_stopped_by_the_members_row_alone(committed, monkeypatch):
    """The county's union gives to its unions' members, too: neither waits for the other, and no rule is asked here."""
    with transaction.atomic():
        books = build()
        for name in ("treasurer", "checker"):
            registry_world.appoint(books.world, "luyang", "treasurer", f"luyang-{name}")
        books.keep("luyang")
        books.income("luyang", "money-luyang", 5_000_000)
        vouchers = [(union, books.checked(union, fen=150_000).pk) for union in ("factory", "luyang")]
    monkeypatch.setattr(deciding.judging, "require_sound", lambda found: None)

    posted, refusals = _post_at_once(books, vouchers)

    assert len(posted) == 1
    assert refusals == ["given_stays_within_the_cap"]
    assert Given.objects.using("bulk").get().spent == 150_000


def test_what_one_union_gave_counts_at_the_next(books):
    books.posted(fen=150_000)
    moving = registry_world.ask(books.world, "ding", "mill", serial=1)
    registry_world.take_in(books.world, "mill", moving)
    registry_world.let_go(books.world, "factory")
    there = books.prepared("mill", fen=50_001)

    refusal = _refused(
        "cap_exceeded", deciding.hand_in, actor=books.act("mill-treasurer"), at=AT, voucher_id=there.pk
    )

    assert refusal.details["by"] == 1
    assert books.act("mill-treasurer")
    assert Given.objects.get().union_id == books.world.unions["mill"].pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_voucher SET amount = amount + 1",
        "UPDATE ledger_voucher SET state = 'draft', entry_id = NULL, number = NULL",
        "UPDATE ledger_voucher SET checked_by = prepared_by",
        "UPDATE ledger_voucher_line SET amount = amount + 1",
        "UPDATE ledger_voucher_line SET cap = NULL",
        "DELETE FROM ledger_voucher_line",
        "DELETE FROM ledger_voucher_file",
        "DELETE FROM ledger_voucher",
        "TRUNCATE ledger_voucher_line",
        "DELETE FROM ledger_flag",
        "DELETE FROM ledger_kin",
        "INSERT INTO ledger_voucher_line (voucher_id, union_id, county_id, person_id, amount)"
        " SELECT voucher_id, union_id, county_id, gen_random_uuid(), 5 FROM ledger_voucher_line",
    ],
)
def test_the_database_keeps_a_posted_voucher_whoever_writes(committed, owner_sql, statement):
    with transaction.atomic():
        books = build()
        books.posted(way="goods", title="春节聚餐")

    with pytest.raises(
        (psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)
    ):
        owner_sql(statement)


@pytest.mark.parametrize("state", ["draft", "waiting", "checked", "posted"])
def test_whoever_prepared_a_voucher_never_sets_its_caps(books, state):
    voucher = {
        "draft": books.prepared, "waiting": books.prepared, "checked": books.checked, "posted": books.posted,
    }[state]()  # fmt: skip
    if state == "waiting":
        deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    books.act("factory-treasurer")

    for change in ({"cap": 10**12}, {"occasion_cap": 1}):
        with (
            pytest.raises(IntegrityError, match="caps of a line are set by whoever checks"),
            transaction.atomic(),
        ):
            voucher.lines.update(**change)


def test_whoever_checked_a_voucher_does_not_set_its_caps_anew(books):
    voucher = books.checked()
    books.act("factory-checker")

    with (
        pytest.raises(IntegrityError, match="caps of a line are set by whoever checks"),
        transaction.atomic(),
    ):
        voucher.lines.update(cap=10**12)
    assert {line.cap for line in voucher.lines.all()} == {200_000}


def test_what_was_checked_under_another_limit_is_checked_again(books, monkeypatch):
    voucher = books.checked()
    known = allowances.limits
    monkeypatch.setattr(allowances, "limits", lambda *some: replace(known(*some), cap=190_000))

    with pytest.raises(Refusal) as told:
        deciding.post(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    deciding.give_back(actor=books.act("factory-checker"), at=AT, voucher_id=voucher.pk, reason="标准有变")
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
    deciding.check(actor=books.act("factory-checker"), at=AT, voucher_id=voucher.pk)
    deciding.post(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    assert told.value.code == "limit_changed"
    assert {line.cap for line in voucher.lines.all()} == {190_000}
