"""Posting by the service: once, balanced by fund, on open days, by whoever may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from time import sleep

import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.kernel import context, rows
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Account, Book, Entry, Leg
from zhijia.ledger.queries import balances
from zhijia.ledger.services import books, posting, years
from zhijia.ledger.tests.world import AT, DAY, build
from zhijia.registry.tests.world import give


@pytest.fixture
def ledger(db):
    return build()


def _balance(account):
    return Account.objects.get(pk=account).balance


def test_an_entry_moves_its_accounts(ledger):
    ledger.income("factory", "1", 12_345)

    assert _balance(ledger.account("factory", "102")) == 12_345
    assert _balance(ledger.account("factory", "402")) == -12_345


def test_the_same_source_is_posted_once(ledger):
    first = ledger.income("factory", "1", 500)
    second = ledger.income("factory", "1", 500)

    assert second == first
    assert _balance(ledger.account("factory", "102")) == 500


def test_small_and_large_sums_are_posted_by_one_plan(ledger):
    with connections["default"].cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for place, fen in enumerate([1, 40_000, 3_000_000_000] * (rows.PLANNED_FROM + 1)):
            ledger.income("factory", str(place), fen)
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, 'ledger_post(') > 0"
        )

        assert cursor.fetchone() == (1,)


def test_the_same_source_with_other_lines_is_refused(ledger):
    ledger.income("factory", "1", 500)

    with pytest.raises(Refusal) as refused:
        ledger.income("factory", "1", 600)

    assert refused.value.code == "posted_differently"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([("102", "own", 100), ("402", "own", -99)], "entry_balances"),
        ([("102", "own", 100), ("402", "donation", -100)], "entry_balances"),
        ([("102", "own", 100)], "entry_balances"),
        ([], "entry_balances"),
        ([("102", "own", 0), ("402", "own", 0)], "leg_moves_something"),
        ([("102", "own", -1), ("402", "own", 1)], "account_does_not_cross_zero"),
        ([("102", "own", 2**63 - 1), ("402", "own", -(2**63 - 1))], None),
        ([("102", "own", 2**63), ("402", "own", -(2**63))], "sum_fits_the_books"),
        ([("102", "own", 10**40), ("402", "own", -(10**40))], "sum_fits_the_books"),
        (
            [("102", "own", 2**63 - 1), ("102", "own", 1), ("402", "own", -(2**63 - 1)), ("402", "own", -1)],
            "sum_fits_the_books",
        ),
    ],
)
def test_what_does_not_hold_is_refused_with_its_promise(ledger, lines, code):
    legs = [(ledger.account("factory", account, fund), amount) for account, fund, amount in lines]

    if code is None:
        ledger.post("factory", "1", *legs)
        return
    with pytest.raises(Refusal) as refused:
        ledger.post("factory", "1", *legs)

    assert refused.value.code == code
    assert not Entry.objects.exists()
    assert not Leg.objects.exists()


def test_a_balance_beyond_what_the_books_hold_is_refused_and_moves_nothing(ledger):
    ledger.income("factory", "1", 2**63 - 1)

    with pytest.raises(Refusal) as refused:
        ledger.income("factory", "2", 1)

    assert refused.value.code == "sum_fits_the_books"
    assert _balance(ledger.account("factory", "102")) == 2**63 - 1


def test_money_of_one_fund_never_pays_for_another(ledger):
    ledger.income("factory", "1", 1_000, fund="donation")

    with pytest.raises(Refusal) as refused:
        ledger.post(
            "factory", "2", (ledger.account("factory", "501"), 10), (ledger.account("factory", "102"), -10)
        )

    assert refused.value.code == "account_does_not_cross_zero"


def test_an_account_of_another_union_is_no_account_here(ledger):
    foreign = ledger.account("mill", "102")

    with pytest.raises(Refusal) as refused:
        ledger.post("factory", "1", (foreign, 10), (ledger.account("factory", "402"), -10))

    assert refused.value.code == "leg_stands_on_an_open_account"
    assert not Entry.objects.exists()


def test_an_entry_of_ones_own_union_never_stands_on_accounts_of_another_one_may_read(ledger):
    world = ledger.world
    bank, income = ledger.account("mill", "102"), ledger.account("mill", "402")
    reader = world.actors["factory-treasurer"].user_id
    give(world.act("founder"), reader, "grassroots_officer", world.unions["mill"])

    with pytest.raises(Refusal) as refused:
        ledger.post("factory", "1", (bank, 500), (income, -500))

    assert refused.value.code == "leg_stands_on_an_open_account"
    assert not Entry.objects.exists()


def test_what_was_posted_at_a_union_one_does_not_read_is_not_posted_again(ledger):
    ledger.income("mill", "1", 500)

    with pytest.raises(Refusal) as refused:
        ledger.income("factory", "1", 500)

    assert refused.value.code == "posted_differently"


@pytest.mark.parametrize("who", ["factory", "mill-treasurer", "luyang", "founder"])
def test_nobody_else_posts(ledger, who):
    actor, union = ledger.world.act(who), ledger.world.unions["factory"]

    with pytest.raises(NotForYou):
        posting.post(
            actor=actor,
            at=AT,
            union=union,
            day=DAY,
            kind="voucher",
            source=posting.Source("test", "1"),
            lines=[],
        )


def test_a_treasurer_does_not_see_the_books_of_another_union(ledger):
    ledger.income("mill", "1", 100)

    ledger.world.act("factory-treasurer")

    assert not Entry.objects.exists()
    assert not Leg.objects.exists()
    assert set(Account.objects.values_list("union_id", flat=True)) == {ledger.world.unions["factory"].pk}


def test_an_entry_is_taken_back_once_and_both_stay(ledger):
    number = ledger.income("factory", "1", 700)
    actor = ledger.world.act("factory-treasurer")

    first = posting.take_back(actor=actor, at=AT, entry_id=number, day=DAY, reason="记错了")
    again = posting.take_back(actor=actor, at=AT, entry_id=number, day=DAY, reason="记错了")

    assert first == again
    assert Entry.objects.count() == 2
    assert _balance(ledger.account("factory", "102")) == 0


def test_what_has_been_spent_cannot_be_taken_back(ledger):
    number = ledger.income("factory", "1", 700)
    ledger.post(
        "factory", "2", (ledger.account("factory", "501"), 700), (ledger.account("factory", "102"), -700)
    )

    with pytest.raises(Refusal) as refused:
        posting.take_back(
            actor=ledger.world.act("factory-treasurer"), at=AT, entry_id=number, day=DAY, reason="记错了"
        )

    assert refused.value.code == "account_does_not_cross_zero"


def test_a_counter_entry_is_not_taken_back(ledger):
    number = ledger.income("factory", "1", 700)
    actor = ledger.world.act("factory-treasurer")
    back = posting.take_back(actor=actor, at=AT, entry_id=number, day=DAY, reason="记错了")

    with pytest.raises(Refusal) as refused:
        posting.take_back(actor=actor, at=AT, entry_id=back, day=DAY, reason="again")

    assert refused.value.code == "is_a_counter_entry"


def test_nothing_is_posted_on_a_closed_or_a_coming_day(ledger):
    union = ledger.world.unions["factory"]
    books.close_through(
        actor=ledger.world.act("factory-treasurer"), at=AT, union=union, day=date(2026, 10, 31)
    )

    for day, code in ((date(2026, 10, 31), "leg_falls_on_an_open_day"), (date(2026, 11, 21), "day_to_come"),
                      (date(2025, 12, 31), "leg_stands_on_an_open_account")):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            ledger.income("factory", f"{day}", 5, day=day)
        assert refused.value.code == code
    assert ledger.income("factory", "open", 5, day=date(2026, 11, 1))


def test_closed_days_are_opened_from_above_alone(ledger):
    union = ledger.world.unions["factory"]
    actor = ledger.world.act("factory-treasurer")
    books.close_through(actor=actor, at=AT, union=union, day=date(2026, 10, 31))

    with pytest.raises(NotForYou):
        books.reopen_after(actor=actor, at=AT, union=union, day=date(2026, 9, 30), reason="补记")
    with pytest.raises(NotForYou):
        books.reopen_after(
            actor=ledger.world.act("shushan"), at=AT, union=union, day=date(2026, 9, 30), reason="补记"
        )
    books.reopen_after(
        actor=ledger.world.act("luyang"), at=AT, union=union, day=date(2026, 9, 30), reason="补记十月凭证"
    )

    assert ledger.income("factory", "late", 5, day=date(2026, 10, 1))


def test_opening_again_from_a_day_before_the_books_opens_all_of_them(ledger):
    union = ledger.world.unions["factory"]
    books.close_through(
        actor=ledger.world.act("factory-treasurer"), at=AT, union=union, day=date(2026, 10, 31)
    )

    book = books.reopen_after(
        actor=ledger.world.act("luyang"), at=AT, union=union, day=date(2025, 12, 31), reason="补记全年凭证"
    )

    assert book.closed_through is None
    assert ledger.income("factory", "first", 5, day=date(2026, 1, 1))


def test_today_cannot_be_closed(ledger):
    with pytest.raises(Refusal) as refused:
        books.close_through(
            actor=ledger.world.act("factory-treasurer"), at=AT, union=ledger.world.unions["factory"], day=DAY
        )

    assert refused.value.code == "day_not_over"


@pytest.mark.parametrize(
    ("day", "fen"), [(date(2026, 1, 1), 0), (date(2026, 2, 27), 100), (date(2026, 2, 28), 300), (DAY, 1300)]
)
def test_a_balance_is_what_the_day_ended_with(ledger, day, fen):
    for source, amount, on in (("a", 100, date(2026, 2, 1)), ("b", 200, date(2026, 2, 28)), ("c", 1000, DAY)):
        ledger.income("factory", source, amount, day=on)

    assert balances.at_end_of(day, ledger.account("factory", "102")) == fen


def test_a_trial_balance_adds_up(ledger):
    ledger.income("factory", "a", 100, day=date(2026, 2, 1))
    ledger.income("factory", "b", 50, day=DAY)

    rows = balances.trial(ledger.world.unions["factory"].pk, since=202603, until=202611)

    bank = next(row for row in rows if (row.code, row.fund) == ("102", "own"))
    assert (bank.before, bank.debit, bank.credit, bank.after) == (100, 50, 0, 150)
    assert sum(row.after for row in rows) == 0


def test_a_year_is_carried_over_once_by_fund(ledger):
    later = AT.replace(year=2027, month=1, day=5)
    ledger.income("factory", "a", 1_000)
    ledger.income("factory", "d", 400, fund="donation")
    ledger.post(
        "factory", "b", (ledger.account("factory", "501"), 300), (ledger.account("factory", "102"), -300)
    )
    actor, union = ledger.world.act("factory-treasurer"), ledger.world.unions["factory"]

    first = years.carry_over(actor=actor, at=later, union=union, year=2026)
    second = years.carry_over(actor=actor, at=later, union=union, year=2026)

    assert len(first) == 2
    assert second == []
    assert _balance(ledger.account("factory", "402")) == 0
    assert _balance(ledger.account("factory", "322")) == -700
    assert _balance(ledger.account("factory", "322", "donation")) == -400
    assert _balance(ledger.account("factory", "102")) == 700


def test_a_year_carried_over_by_two_at_once_is_carried_once(committed, monkeypatch):
    with transaction.atomic():
        ledger = build()
        ledger.income("factory", "a", 1_000)
    actor, union = ledger.world.actors["factory-treasurer"], ledger.world.unions["factory"]
    plain, first_has_read = balances.all_at_end_of, Event()

    def slow(*asked):
        found = plain(*asked)
        if not first_has_read.is_set():
            first_has_read.set()
            sleep(1)
        return found

    monkeypatch.setattr(balances, "all_at_end_of", slow)

    def carry(turn):
        if turn:
            first_has_read.wait()
        try:
            with context.acting(actor):
                return years.carry_over(
                    actor=actor, at=AT.replace(year=2027, month=1), union=union, year=2026
                )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        posted = list(pool.map(carry, range(2)))

    assert [len(entries) for entries in posted] == [1, 0]
    income = Account.objects.using("bulk").get(union_id=union.pk, code="402", fund="own")
    assert income.balance == 0


def test_closed_days_are_opened_again_from_above_by_sql_too(ledger):
    union, since = ledger.world.unions["factory"], date(2026, 10, 31)
    books.close_through(actor=ledger.world.act("factory-treasurer"), at=AT, union=union, day=since)
    book = Book.objects.filter(pk=union.pk)

    for day in (None, date(2026, 9, 30)):
        with pytest.raises(IntegrityError, match="opened again from above"), transaction.atomic():
            book.update(closed_through=day)
    ledger.world.act("luyang")

    assert book.update(closed_through=None) == 1


def test_a_year_that_runs_is_not_carried_over(ledger):
    with pytest.raises(Refusal) as refused:
        years.carry_over(
            actor=ledger.world.act("factory-treasurer"),
            at=AT,
            union=ledger.world.unions["factory"],
            year=2026,
        )

    assert refused.value.code == "year_not_over"


def test_accounts_are_of_the_chart_and_a_fund(ledger):
    actor, union = ledger.world.act("factory-treasurer"), ledger.world.unions["factory"]
    for code, fund, refusal in (("999", "own", "no_such_account"), ("102", "nobody", "no_such_fund")):
        with pytest.raises(Refusal) as refused:
            books.open_account(actor=actor, at=AT, union=union, code=code, fund=fund)
        assert refused.value.code == refusal
