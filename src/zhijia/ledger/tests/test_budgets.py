"""Budgets: drafted, adopted, approved from above, raised there alone; the cap holds whoever spends at once."""

import threading
from datetime import date

import psycopg
import pytest
from django.db import connections, transaction

from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import BudgetChange, BudgetLine, Hold
from zhijia.ledger.services import budgets
from zhijia.ledger.services.budgets import Paper
from zhijia.ledger.services.posting import Source
from zhijia.ledger.tests.world import AT, build

PAPER = Paper("庐工办〔2026〕3号", "年度预算")


def _set(ledger, code="501", amount=10_000, fund="own", year=2026):
    return budgets.set_line(
        actor=ledger.world.act("factory-treasurer"), at=AT, union=ledger.world.unions["factory"], year=year,
        code=code, fund=fund, amount=amount,
    )  # fmt: skip


def _adopt(ledger):
    actor = ledger.world.act("factory-treasurer")
    return budgets.adopt(actor=actor, at=AT, union=ledger.world.unions["factory"], year=2026, paper=PAPER)


def _approve(ledger, who="luyang"):
    actor = ledger.world.act(who)
    return budgets.approve(actor=actor, at=AT, union=ledger.world.unions["factory"], year=2026, paper=PAPER)


def _spend(ledger, source, fen, code="501", day=None):
    more = {"day": day} if day else {}
    return ledger.post("factory", source, (ledger.account("factory", code), fen),
                       (ledger.account("factory", "102"), -fen), **more)  # fmt: skip


def _approved(ledger, amount=10_000):
    ledger.income("factory", "in", 1_000_000)
    line = _set(ledger, amount=amount)
    _adopt(ledger)
    _approve(ledger)
    return line


@pytest.fixture
def ledger(db):
    return build()


def test_a_budget_is_drafted_adopted_and_approved_from_above(ledger):
    line = _set(ledger)
    with pytest.raises(NotForYou):
        _approve(ledger, "factory-treasurer")
    with pytest.raises(NotForYou):
        _approve(ledger, "shushan")
    with pytest.raises(Refusal) as early:
        _approve(ledger)
    assert early.value.code == "no_such_budget"

    _adopt(ledger)
    _approve(ledger)

    line.refresh_from_db()
    assert line.state == "approved"
    assert list(BudgetChange.objects.order_by("pk").values_list("kind", flat=True)) == ["adopted", "approved"]


def test_what_was_adopted_is_not_drafted_again(ledger):
    _set(ledger)
    _adopt(ledger)

    with pytest.raises(Refusal) as refused:
        _set(ledger, amount=99)

    assert refused.value.code == "budget_adopted"


def test_spending_is_counted_and_stops_at_the_cap(ledger):
    line = _approved(ledger)
    _spend(ledger, "1", 9_000)

    with pytest.raises(Refusal) as refused:
        _spend(ledger, "2", 1_001)

    assert refused.value.code == "budget_is_not_exceeded"
    line.refresh_from_db()
    assert (line.spent, line.left) == (9_000, 1_000)


def test_nothing_is_spent_without_a_line(ledger):
    _approved(ledger)
    ledger.account("factory", "503")

    with pytest.raises(Refusal) as refused:
        _spend(ledger, "1", 5, code="503")

    assert refused.value.code == "spending_has_a_budget_line"


def test_what_was_spent_before_the_budget_counts(ledger):
    ledger.income("factory", "in", 100_000)
    _spend(ledger, "early", 4_000, day=date(2026, 11, 1))

    line = _set(ledger, amount=3_000)

    line.refresh_from_db()
    assert line.spent == 4_000
    with pytest.raises(Refusal) as refused:
        _adopt(ledger)
    assert refused.value.code == "spent_already"


def test_a_draft_holds_nobody_back(ledger):
    ledger.income("factory", "in", 100_000)
    _set(ledger, amount=1)

    assert _spend(ledger, "1", 500)


def test_what_is_kept_is_not_spent_by_others(ledger):
    line = _approved(ledger)
    actor = ledger.world.act("factory-treasurer")
    hold = budgets.reserve(actor=actor, at=AT, line_id=line.pk, amount=8_000, source=Source("case", "1"))
    budgets.commit(actor=actor, at=AT, hold_id=hold.pk)

    with pytest.raises(Refusal) as refused:
        _spend(ledger, "1", 2_001)
    budgets.spend(actor=ledger.world.act("factory-treasurer"), at=AT, hold_id=hold.pk)
    _spend(ledger, "2", 8_000)

    assert refused.value.code == "budget_is_not_exceeded"
    line.refresh_from_db()
    assert (line.held, line.spent, line.left) == (0, 8_000, 2_000)


def test_kept_money_goes_back_once(ledger):
    line = _approved(ledger)
    actor = ledger.world.act("factory-treasurer")
    hold = budgets.reserve(actor=actor, at=AT, line_id=line.pk, amount=8_000, source=Source("case", "1"))

    for _ in range(2):
        budgets.release(actor=actor, at=AT, hold_id=hold.pk)

    line.refresh_from_db()
    assert line.held == 0
    with pytest.raises(Refusal):
        budgets.commit(actor=actor, at=AT, hold_id=hold.pk)


def test_one_source_keeps_once(ledger):
    line = _approved(ledger)
    actor = ledger.world.act("factory-treasurer")
    one, two = (
        budgets.reserve(actor=actor, at=AT, line_id=line.pk, amount=600, source=Source("case", "1"))
        for _ in range(2)
    )

    assert one == two
    with pytest.raises(Refusal) as refused:
        budgets.reserve(actor=actor, at=AT, line_id=line.pk, amount=700, source=Source("case", "1"))
    assert refused.value.code == "held_differently"


def test_only_the_union_above_goes_past_the_cap_and_says_why(ledger):
    line = _approved(ledger)
    with pytest.raises(NotForYou):
        budgets.raise_line(
            actor=ledger.world.act("factory-treasurer"), at=AT, line_id=line.pk, amount=500, paper=PAPER
        )
    with pytest.raises(Refusal):
        budgets.raise_line(
            actor=ledger.world.act("luyang"),
            at=AT,
            line_id=line.pk,
            amount=500,
            paper=Paper("庐工办〔2026〕9号"),
        )

    budgets.raise_line(actor=ledger.world.act("luyang"), at=AT, line_id=line.pk, amount=500, paper=PAPER)

    assert _spend(ledger, "1", 10_500)


def test_a_line_is_raised_once_by_a_document(ledger):
    line = _approved(ledger)

    for _click in range(2):
        budgets.raise_line(actor=ledger.world.act("luyang"), at=AT, line_id=line.pk, amount=500, paper=PAPER)

    line.refresh_from_db()
    assert line.raised == 500


def test_a_budget_is_for_expenditure_in_a_fund(ledger):
    for code, fund in (("102", "own"), ("999", "own"), ("501", "nobody")):
        with pytest.raises(Refusal):
            _set(ledger, code=code, fund=fund)


def test_however_many_ask_at_once_no_more_is_kept_than_is_left(committed):
    with transaction.atomic():
        ledger = build()
        line = _approved(ledger)
    actor = ledger.world.actors["factory-treasurer"]
    kept, refusals = [], []

    def ask(number):
        try:
            with acting(actor):
                budgets.reserve(
                    actor=actor, at=AT, line_id=line.pk, amount=3_000, source=Source("case", str(number))
                )
            kept.append(number)
        except Refusal as refused:
            refusals.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(kept) == 3
    assert set(refusals) == {"budget_exceeded"}
    assert BudgetLine.objects.using("bulk").get(pk=line.pk).held == 9_000
    assert Hold.objects.using("bulk").count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_budget_line SET amount = amount * 2",
        "UPDATE ledger_budget_line SET state = 'draft'",
        "UPDATE ledger_hold SET state = 'reserved'",
        "INSERT INTO ledger_hold (line_id, amount, state, source, source_id, made_at, changed_at, union_id, county_id)"
        " SELECT id, 999999999, 'reserved', 'x', 'x', now(), now(), union_id, county_id FROM ledger_budget_line",
        "INSERT INTO ledger_hold (line_id, amount, state, source, source_id, made_at, changed_at, union_id, county_id)"
        " SELECT id, 1, 'spent', 'x', 'x', now(), now(), union_id, county_id FROM ledger_budget_line",
        "DELETE FROM ledger_hold",
        "DELETE FROM ledger_budget_change",
        "UPDATE ledger_budget_change SET amount = 1",
    ],
)
def test_the_database_keeps_the_budget_whoever_writes(committed, owner_sql, statement):
    with transaction.atomic():
        ledger = build()
        line = _approved(ledger)
        actor = ledger.world.act("factory-treasurer")
        hold = budgets.reserve(actor=actor, at=AT, line_id=line.pk, amount=500, source=Source("case", "1"))
        budgets.release(actor=actor, at=AT, hold_id=hold.pk)

    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)):
        owner_sql(statement)
