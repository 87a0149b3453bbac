"""Caps hold for member, category and year, across unions and at once."""

import threading
from dataclasses import replace

import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.facts.models import Fact
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.ledger import spending_verify
from zhijia.ledger.models import Account
from zhijia.ledger.queries import allowances
from zhijia.ledger.services.spending import deciding
from zhijia.ledger.spending_models import Given
from zhijia.ledger.tests.spending.given import given, refuses
from zhijia.ledger.tests.spending_world import build
from zhijia.ledger.tests.world import AT, DAY
from zhijia.registry.tests import world as registry_world


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


def test_what_was_given_counts_to_the_fen_and_is_free_again_when_taken_back(books):
    first = books.posted(fen=150_000)
    second = books.prepared(fen=50_001)
    refuses(
        "cap_exceeded", deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=second.pk
    )
    assert given(books) == 150_000

    for _ in range(2):
        deciding.take_back(
            actor=books.act("factory-treasurer"), at=AT, voucher_id=first.pk, day=DAY, reason="重复"
        )

    assert given(books) == 0
    assert Account.objects.get(pk=books.account("factory", "503")).balance == 0
    books.act("luyang")
    told = dict(Fact.objects.filter(record="voucher").values_list("kind", "amount"))
    assert told == {"spending.posted": 150_000, "spending.taken_back": 150_000}


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

    refusal = refuses(
        "cap_exceeded", deciding.hand_in, actor=books.act("mill-treasurer"), at=AT, voucher_id=there.pk
    )

    assert refusal.details["by"] == 1
    assert books.act("mill-treasurer")
    assert Given.objects.get().union_id == books.world.unions["mill"].pk


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
