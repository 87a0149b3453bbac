"""Vouchers: prepared, checked by another, posted once, taken back whole."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, transaction

from zhijia.kernel.errors import NotForYou
from zhijia.ledger import spending_verify
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import sources
from zhijia.ledger.services import posting
from zhijia.ledger.services.spending import deciding, preparing
from zhijia.ledger.services.spending.preparing import Wanted
from zhijia.ledger.spending_models import Voucher
from zhijia.ledger.tests.spending.given import refuses
from zhijia.ledger.tests.spending_world import build
from zhijia.ledger.tests.world import AT, DAY


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

    refuses("own_voucher", deciding.check, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)


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
    refusal = refuses(
        code, preparing.prepare, actor=books.act("factory-treasurer"), at=AT, union=books.world.unions["factory"],
        once=uuid4(), draft=draft,
    )  # fmt: skip
    assert str(refusal).endswith(("。", "."))
    assert not Voucher.objects.exists()


def test_an_account_that_is_no_money_pays_nothing(books):
    draft = replace(books.draft(), paid_from=books.account("factory", "402"))

    refuses("no_such_money", preparing.prepare, actor=books.act("factory-treasurer"), at=AT,
             union=books.world.unions["factory"], once=uuid4(), draft=draft)  # fmt: skip


def test_everybody_is_every_member_and_nobody_else(books):
    voucher = books.prepared(roster=(), everybody=10_000)

    assert voucher.amount == 30_000
    assert voucher.lines.count() == 3


def test_the_entry_of_a_voucher_is_not_taken_back_by_itself(books):
    voucher = books.posted()

    refuses(
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

    refuses(
        "voucher_not_there", deciding.post, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk
    )
    assert Voucher.objects.get(pk=voucher.pk).checked_by is None


def test_the_same_paper_twice_is_once_and_goes_with_a_draft_alone(books):
    voucher = books.prepared()
    paper = books.paper(voucher)
    assert voucher.files.count() == 1
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    refuses("voucher_handed_in", preparing.remove_file, actor=books.act("factory-treasurer"), at=AT,
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
