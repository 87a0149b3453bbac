"""Money of the budget: reserved when somebody first agrees, committed when it is granted, free again when it is not;
the cap holds whoever agrees at once, and only the union above raises it (DUE-14)."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.ledger import verify
from zhijia.ledger.models import BudgetLine, Hold
from zhijia.ledger.services import budgets
from zhijia.ledger.services.budgets import Paper
from zhijia.ledger.tests.world import Ledger
from zhijia.matters.models import Case
from zhijia.matters.services import deciding, handing_in
from zhijia.matters.tests.world import AT, aid, asked, defined, here
from zhijia.payments.models import Payment
from zhijia.registry.tests.world import appoint, member

PAYS = {
    "port": "payments.pay",
    "given": {"payer": "own", "fund": "own", "spent_on": "worker_service_expenditure"},
}


class Aid(Ledger):
    """The ledger's world; a member of the factory asks, its union and the county decide, its union pays."""

    def __init__(self, yuan: int = 2_000) -> None:
        super().__init__()
        member(self.world, "member", "factory", serial=41)
        appoint(self.world, "city", "county_reviewer")
        union = self.world.unions["factory"]
        treasurer = self.world.act("factory-treasurer")
        budgets.set_line(
            actor=treasurer, at=AT, union=union, year=AT.year, code="503", fund="own", amount=yuan * 100
        )
        budgets.adopt(actor=treasurer, at=AT, union=union, year=AT.year, paper=Paper("1号"))
        budgets.approve(actor=self.world.act("luyang"), at=AT, union=union, year=AT.year, paper=Paper("2号"))

    def agree(self, case: Case, who: str = "factory", amount: int | None = None) -> None:
        """Somebody agrees where the case is."""
        actor = self.world.act(who)
        deciding.approve(actor=actor, at=AT, step_id=here(case).pk, amount=amount)

    def line(self) -> BudgetLine:
        """The line of the budget as it stands."""
        self.world.act("factory-treasurer")
        return BudgetLine.objects.get()

    def holds(self) -> list[tuple[str, int, str]]:
        """What was kept of it, in order."""
        self.world.act("factory-treasurer")
        return list(Hold.objects.order_by("pk").values_list("source", "amount", "state"))


@pytest.fixture(autouse=True)
def matter(tmp_path: Path) -> Iterator[None]:
    with defined(tmp_path, aid(outcomes=[PAYS])):
        yield


@pytest.fixture
def aided(db: Any) -> Aid:
    return Aid()


def test_what_is_asked_for_takes_nothing_and_what_was_agreed_to_is_reserved(aided: Aid) -> None:
    case = asked(aided.world)
    assert aided.holds() == []

    aided.agree(case)

    assert aided.holds() == [("case", 120_000, "reserved")]
    assert (aided.line().held, aided.line().left) == (120_000, 80_000)


def test_what_is_granted_is_committed_by_its_payment(aided: Aid) -> None:
    case = asked(aided.world)
    aided.agree(case)
    aided.agree(case, "luyang")

    assert aided.holds() == [("case", 120_000, "released"), ("payment", 120_000, "committed")]
    assert aided.line().held == 120_000
    assert Payment.objects.get().amount == 120_000


def test_less_is_reserved_once_less_is_agreed_to(aided: Aid) -> None:
    case = asked(aided.world, sum_yuan="1500")
    aided.agree(case)

    aided.agree(case, "luyang", amount=90_000)

    assert aided.holds()[-1] == ("payment", 90_000, "committed")
    assert aided.line().held == 90_000


@pytest.mark.parametrize("way", ["refused", "withdrawn"])
def test_what_is_not_granted_is_free_again_whoever_ends_it(aided: Aid, way: str) -> None:
    case = asked(aided.world)
    aided.agree(case)

    if way == "refused":
        deciding.refuse(actor=aided.world.act("luyang"), at=AT, step_id=here(case).pk, reason="不符合条件")
    else:
        handing_in.withdraw(actor=aided.world.act("member"), at=AT, case_id=case.pk)

    assert aided.holds() == [("case", 120_000, "released")]
    assert aided.line().held == 0


def test_who_agrees_beyond_the_budget_hears_what_is_left_and_the_union_above_can_raise_it(aided: Aid) -> None:
    member(aided.world, "second", "factory", serial=42)
    first = asked(aided.world)
    aided.agree(first)
    actors = aided.world.actors
    actors["member"], actors["first"] = actors["second"], actors["member"]
    case = asked(aided.world)

    with pytest.raises(Refusal) as told, transaction.atomic():
        aided.agree(case)
    budgets.raise_line(
        actor=aided.world.act("luyang"),
        at=AT,
        line_id=aided.line().pk,
        amount=40_000,
        paper=Paper("3号", "追加"),
    )
    aided.agree(case)

    assert (told.value.code, told.value.details["left"]) == ("budget_exceeded", 80_000)
    assert aided.line().left == 0


def test_nobody_frees_what_is_reserved_for_a_case_under_way(aided: Aid) -> None:
    case = asked(aided.world)
    aided.agree(case)
    aided.world.act("member")

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT matters_give_back(%s, now())", [case.pk])

    assert aided.holds() == [("case", 120_000, "reserved")]


def test_where_books_ask_for_no_budget_nothing_is_reserved(db: Any) -> None:
    aided = Aid.__new__(Aid)
    Ledger.__init__(aided)
    member(aided.world, "member", "factory", serial=41)
    case = asked(aided.world)

    aided.agree(case)
    aided.agree(case, "luyang")

    assert aided.holds() == []


def test_however_many_agree_at_once_no_more_is_reserved_than_there_is(committed: Any) -> None:
    with transaction.atomic():
        aided = Aid()
        steps, mine = [], aided.world.actors["member"]
        for number in range(4):
            member(aided.world, f"asks-{number}", "factory", serial=50 + number)
            aided.world.actors["member"] = aided.world.actors[f"asks-{number}"]
            steps.append(here(asked(aided.world, sum_yuan="900")).pk)
        aided.world.actors["member"] = mine
    actor, codes = aided.world.actors["factory"], []

    def run(step: int) -> None:
        try:
            with acting(actor):
                deciding.approve(actor=actor, at=AT, step_id=step)
        except Refusal as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == ["budget_exceeded"] * 2
    with whole():
        assert BudgetLine.objects.using("bulk").get().held == 180_000
        assert Case.objects.using("bulk").filter(state="open").count() == 4
    assert verify.budgets_are_what_is_spent().differences == ()
