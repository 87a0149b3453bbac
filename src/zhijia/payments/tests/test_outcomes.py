"""What a granted request comes to: a payment in the decision's own transaction, its money kept in the budget, seen on
the case."""

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue.matter_rules import Outcome
from zhijia.kernel.actors import Actor
from zhijia.ledger.models import BudgetLine, Hold
from zhijia.ledger.services import budgets
from zhijia.ledger.services.budgets import Paper
from zhijia.ledger.tests.world import AT
from zhijia.matters.models import Case
from zhijia.notices.models import Message
from zhijia.payments.models import Payment
from zhijia.payments.services import batching, outcomes
from zhijia.payments.tests.world import OWN, build, refused

GIVEN = {"payer": "own", "fund": "own", "spent_on": "worker_service_expenditure"}


@pytest.fixture
def payments(db):
    return build()


class Granted:
    """A case as a room that decides hands it over."""

    def __init__(self, payments, person, amount=5_000):
        self.pk, self.code, self.number = "0197f000-0000-7000-8000-000000000001", "degree_support", "340103-1"
        self.union_id, self.person_id, self.amount = payments.union.pk, person, amount


def budget(payments, yuan):
    """An approved budget of the factory's union with one line for services."""
    treasurer, above = payments.act("factory-treasurer"), "luyang"
    budgets.set_line(
        actor=treasurer, at=AT, union=payments.union, year=2026, code="503", fund="own", amount=yuan * 100
    )
    budgets.adopt(actor=treasurer, at=AT, union=payments.union, year=2026, paper=Paper("1号"))
    budgets.approve(actor=payments.act(above), at=AT, union=payments.union, year=2026, paper=Paper("2号"))


def test_a_granted_case_is_paid_once_however_often_it_is_asked(payments):
    case = Granted(payments, payments.member("ding", 1, OWN))
    officer = payments.act("factory")

    (first,) = outcomes.pay(actor=officer, at=AT, case=case, given=GIVEN)
    (again,) = outcomes.pay(actor=officer, at=AT, case=case, given=GIVEN)

    assert first.pk == again.pk
    assert (first.amount, first.code, first.payee_name) == (5_000, "503", "张小丰")
    assert first.title.endswith("340103-1")


def test_a_case_granted_without_an_amount_pays_nothing(payments):
    case = Granted(payments, payments.member("ding", 1), amount=None)

    assert outcomes.pay(actor=payments.act("factory"), at=AT, case=case, given=GIVEN) == []


def test_the_level_above_pays_where_the_matter_says_so(payments):
    case = Granted(payments, payments.member("ding", 1))

    (payment,) = outcomes.pay(
        actor=payments.act("luyang"), at=AT, case=case, given={**GIVEN, "payer": "county"}
    )

    assert payment.union_id == payments.world.unions["luyang"].pk


def test_whoever_has_named_no_account_is_asked_for_it(payments):
    person = payments.member("ding", 1)
    outcomes.pay(actor=payments.act("factory"), at=AT, case=Granted(payments, person), given=GIVEN)
    payments.act("ding")

    assert Message.objects.filter(kind="payment_needs_account", person_id=person).count() == 1


def test_the_budget_keeps_the_money_until_it_is_stopped(payments):
    budget(payments, 60)
    case = Granted(payments, payments.member("ding", 1, OWN))
    (payment,) = outcomes.pay(actor=payments.act("factory"), at=AT, case=case, given=GIVEN)
    payments.act("factory-treasurer")
    line = BudgetLine.objects.get()
    assert (line.held, line.left, Hold.objects.get().state) == (5_000, 1_000, Hold.State.COMMITTED)

    batching.stop(actor=payments.act("cashier"), at=AT, payment_id=payment.pk, reason="重复申请")

    line.refresh_from_db()
    assert (line.held, line.left) == (0, 6_000)


def test_a_decision_beyond_the_budget_is_refused_with_what_is_left(payments):
    budget(payments, 40)
    case = Granted(payments, payments.member("ding", 1, OWN))

    with refused("budget_exceeded"):
        outcomes.pay(actor=payments.act("factory"), at=AT, case=case, given=GIVEN)


def test_the_case_shows_where_its_money_is(payments):
    payments.member("ding", 1, OWN)
    actor: Actor = payments.act("ding")
    case = Case.objects.filter(user_id=actor.user_id).first()
    payments.act("factory")
    payment = payments.order(person="ding")
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))

    before = client.get(reverse("matters:case", args=[case.pk])).content.decode()
    payments.act("chair")
    made = Granted(payments, actor.person_id)
    made.pk = str(case.pk)
    outcomes.pay(actor=payments.act("factory"), at=AT, case=made, given=GIVEN)
    after = client.get(reverse("matters:case", args=[case.pk])).content.decode()

    assert OWN[-4:] not in before
    assert OWN[-4:] in after
    assert Payment.objects.filter(case_id=case.pk).count() <= 1
    assert payment.case_id is None


TO_UNION = {"to": "union", "payer": "county", "fund": "own", "spent_on": "subsidy_expenditure"}


class GrantedToUnion(Granted):
    """A case the factory's union asked in for itself."""

    def __init__(self, payments, amount=5_000):
        super().__init__(payments, None, amount)
        self.asking_union_id = payments.union.pk


def test_the_union_that_asked_is_paid_by_the_level_above_on_its_own_account(payments):
    case = GrantedToUnion(payments)

    (first,) = outcomes.pay(actor=payments.act("luyang"), at=AT, case=case, given=TO_UNION)
    (again,) = outcomes.pay(actor=payments.act("luyang"), at=AT, case=case, given=TO_UNION)

    assert first.pk == again.pk
    assert (first.union_id, first.partner_id) == (payments.world.unions["luyang"].pk, payments.union.pk)
    assert first.payee.tail == payments.account.tail


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (TO_UNION, []),
        (GIVEN, []),
        ({**TO_UNION, "to": "anybody"}, ["anybody"]),
        ({**TO_UNION, "payer": "own"}, ["does not pay itself"]),
        ({**TO_UNION, "spent_on": "worker_service_expenditure"}, ["no other side"]),
    ],
)
def test_a_definition_says_what_a_payment_to_a_union_lacks(given, said):
    found = list(outcomes.fits(None, Outcome(port="payments.pay", given=given)))

    assert [words in str(one) for words, one in zip(said, found, strict=True)] == [True] * len(said)
