"""A list that was granted is paid line by line: each line once, as many statements for twelve lines as for three."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhijia.audit.models import Entry
from zhijia.catalogue import ports
from zhijia.ledger.models import BudgetLine, Hold
from zhijia.ledger.tests.world import AT
from zhijia.payments.models import Event, Payment
from zhijia.payments.services import outcomes
from zhijia.payments.tests.test_outcomes import GIVEN, budget
from zhijia.payments.tests.world import build, refused

CASE = "0197f000-0000-7000-8000-000000000002"


@dataclass
class Line:
    number: int
    person_id: UUID | None
    granted: int


@dataclass
class Listed:
    """A union's case with a list, as a room that decides hands it over."""

    union_id: int
    lines: list[Line]
    pk: str = CASE
    code: str = "condolence_list"
    number: str = "340103-2"
    person_id: None = None
    amount: int = field(init=False)

    def __post_init__(self):
        self.amount = sum(line.granted for line in self.lines)


@pytest.fixture
def payments(db, monkeypatch):
    monkeypatch.setitem(ports._functions, outcomes.LINES, lambda case: case.lines)
    return build()


def listed(payments, many, *, fen=1_000, accounts=True, since=100):
    people = [
        payments.member(
            f"甲{since + serial}", since + serial, f"62170000000000{serial:04d}9" if accounts else ""
        )
        for serial in range(many)
    ]
    return Listed(
        payments.union.pk, [Line(number, person, fen * number) for number, person in enumerate(people, 1)]
    )


def pay(payments, case):
    return outcomes.pay(actor=payments.act("factory"), at=AT, case=case, given=GIVEN)


def test_each_line_is_paid_once_however_often_it_is_asked(payments):
    case = listed(payments, 3, accounts=False)

    first, again = pay(payments, case), pay(payments, case)

    assert [one.pk for one in first] == [one.pk for one in again]
    assert [(one.instalment, one.amount, one.person_id) for one in first] == [
        (line.number, line.granted, line.person_id) for line in case.lines
    ]
    assert {one.reference[:2] for one in first} == {"ZJ"}
    payments.act("factory-treasurer")
    assert Event.objects.filter(happened="ordered").count() == 3


def test_a_line_that_came_to_nothing_is_not_paid(payments):
    case = listed(payments, 2, accounts=False)
    case.lines[0].granted = 0

    assert [one.instalment for one in pay(payments, case)] == [2]


def test_a_line_that_is_granted_differently_is_refused_whole(payments):
    case = listed(payments, 2, accounts=False)
    pay(payments, case)
    case.lines[1].granted += 1

    with refused("ordered_differently"):
        pay(payments, case)


def test_a_line_that_names_nobody_is_refused_and_nothing_is_ordered(payments):
    case = listed(payments, 2, accounts=False)
    case.lines[1].person_id = None

    with refused("line_names_nobody"):
        pay(payments, case)
    payments.act("factory-treasurer")
    assert Payment.objects.count() == 0


def test_twelve_lines_cost_as_many_statements_as_three(payments):
    few, many = listed(payments, 3), listed(payments, 12, since=200)
    many.pk = CASE.replace("2", "3")
    counts = []
    for case in (few, many):
        actor = payments.act("factory")
        with CaptureQueriesContext(connection) as seen:
            outcomes.pay(actor=actor, at=AT, case=case, given=GIVEN)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 20


def test_the_budget_keeps_the_money_of_all_lines_or_of_none(payments):
    budget(payments, 60)
    case = listed(payments, 3, accounts=False)

    pay(payments, case)

    payments.act("factory-treasurer")
    assert BudgetLine.objects.get().held == 6_000
    assert sorted(Hold.objects.values_list("amount", "state")) == [
        (fen, Hold.State.COMMITTED) for fen in (1_000, 2_000, 3_000)
    ]
    assert Payment.objects.filter(hold_id__isnull=True).count() == 0
    case.pk = CASE.replace("2", "4")
    case.lines = case.lines[:1]
    with refused("budget_exceeded"):
        pay(payments, case)


def test_each_line_has_its_line_on_the_trail(committed, monkeypatch):
    monkeypatch.setitem(ports._functions, outcomes.LINES, lambda case: case.lines)
    with transaction.atomic():
        payments = build()
        ordered = pay(payments, listed(payments, 3, accounts=False))

    told = Entry.objects.using("sealer").filter(action="payment.order")

    assert {(one.subject_id, one.person_id, one.detail["fen"]) for one in told} == {
        (str(one.pk), one.person_id, one.amount) for one in ordered
    }
    assert {one.user_id for one in told} == {payments.world.actors["factory"].user_id}
