"""Money a union pays to another stands in the books of both, and is left out where both are in one statement."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.ledger.models import Account, Entry, Leg
from zhijia.ledger.queries import life, passing, statements
from zhijia.ledger.queries.sums import Scope
from zhijia.ledger.services import books
from zhijia.ledger.services.posting import Source
from zhijia.payments import under_way, verify
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import Arrival
from zhijia.payments.services import answering, asking, paying, sending
from zhijia.payments.services.payees import Payee
from zhijia.payments.tests.world import AT, LATER, Payments
from zhijia.registry.tests import world as registry_world

DAY = date(2026, 11, 20)
SINCE = date(2026, 1, 1)
FEN = 40_000
CLOSED_UNTIL, DAYS = LATER.replace(day=25), timedelta(days=1)


@pytest.fixture
def payments(committed):
    with transaction.atomic():
        made = Payments()
        registry_world.appoint(made.world, "province", "treasurer", "above")
        registry_world.appoint(made.world, "couriers", "treasurer", "couriers-treasurer")
        for receiver in ("mill", "couriers"):
            made.union_account(receiver)
    return made


def _order(payments, receiver="mill", role="subsidy_expenditure"):
    """The factory's union pays another union; two people release it. The payment."""
    with transaction.atomic():
        payment = paying.ordered(
            actor=payments.act("chair"), at=AT, union=payments.union, source=Source("test", receiver), amount=FEN,
            payee=Payee(receiver), fund="own", spent_on=role, title="补助",
            partner_id=payments.world.unions[receiver].pk,
        )  # fmt: skip
    with transaction.atomic():
        batch = payments.batch(LATER)
    with transaction.atomic():
        payments.release(batch, at=LATER)
    return payment, batch


def _paid(payments, **named):
    payment, batch = _order(payments, **named)
    sending.send(batch_id=batch.pk, clock=lambda: LATER)
    return payment


def _together(payments):
    """What came in and was spent in all unions of the province together."""
    with transaction.atomic():
        actor = payments.act("above")
        scope = Scope(payments.world.unions["province"], below=True)
        return statements.result(actor=actor, scope=scope, since=SINCE, until=LATER.date())


def _held(union, code, partner):
    account = Account.objects.using("bulk").get(union_id=union.pk, code=code, partner_id=partner.pk)
    return account.balance


def test_both_books_name_each_other(payments):
    payment = _paid(payments)

    factory, mill = payments.union, payments.world.unions["mill"]
    assert (_held(factory, "508", mill), _held(mill, "403", factory)) == (FEN, -FEN)
    purposes = Entry.objects.using("bulk").filter(source="payment").values_list("purpose", flat=True)
    assert set(purposes) == {f"out:{mill.pk}", f"in:{factory.pk}"}
    assert verify.paid_is_posted().differences == ()
    assert payment.partner_id == mill.pk


def test_merged_upward_it_is_left_out(payments):
    before = _together(payments)

    _paid(payments)

    after = _together(payments)
    assert (after.income.fen, after.expenditure.fen) == (before.income.fen, before.expenditure.fen)
    with transaction.atomic():
        payments.act("above")
        scope = Scope(payments.world.unions["province"], below=True)
        assert passing.one_sided(scope, LATER.date(), rows=10) == []


def test_what_came_back_is_taken_back_on_both_sides(payments):
    payment = _paid(payments)
    payment.refresh_from_db(using="bulk")

    answering.take(at=LATER, answers=[Answer(payment.reference, Said.RETURNED, "B9", LATER, "户名不符")])

    factory, mill = payments.union, payments.world.unions["mill"]
    assert (_held(factory, "508", mill), _held(mill, "403", factory)) == (0, 0)


def test_a_union_without_books_gets_no_entry(payments):
    _paid(payments, receiver="couriers")

    assert _held(payments.union, "508", payments.world.unions["couriers"]) == FEN
    assert Entry.objects.using("bulk").filter(source="payment").count() == 1


def _close_the_mill(payments):
    with transaction.atomic():
        actor, mill = payments.act("mill-treasurer"), payments.world.unions["mill"]
        books.close_through(actor=actor, at=CLOSED_UNTIL, union=mill, day=CLOSED_UNTIL.date() - DAYS)


def _tried_again(at):
    asking.go_on(clock=lambda: at, more=lambda: True)


def _came(payments):
    return [
        (entry.day, entry.union_id)
        for entry in Entry.objects.using("bulk").filter(purpose=f"in:{payments.union.pk}")
    ]


def _waiting():
    return Arrival.objects.using("bulk").filter(settled_at__isnull=True)


def test_closed_books_of_the_receiver_hold_up_nothing(payments):
    mill = payments.world.unions["mill"]
    _close_the_mill(payments)

    payment = _paid(payments)

    payment.refresh_from_db(using="bulk")
    assert (payment.state, payment.unposted) == ("paid", "")
    assert verify.paid_is_posted().differences == ()
    with transaction.atomic():
        payments.act("above")
        (one,) = passing.one_sided(
            Scope(payments.world.unions["province"], below=True), LATER.date(), rows=10
        )
    assert (one.union_id, one.partner_id, one.fen, one.sent) == (payments.union.pk, mill.pk, FEN, True)


def test_what_closed_books_refused_stands_in_the_next_open_days_once(payments):
    _close_the_mill(payments)
    payment = _paid(payments)
    assert _waiting().get().broken == "leg_falls_on_an_open_day"

    _tried_again(LATER)
    assert (_came(payments), _waiting().count()) == ([], 1)
    for _ in range(2):
        _tried_again(CLOSED_UNTIL)

    mill = payments.world.unions["mill"]
    assert _came(payments) == [(CLOSED_UNTIL.date(), mill.pk)]
    kept = Arrival.objects.using("bulk").get()
    assert (kept.payment_id, kept.settled_at) == (payment.pk, CLOSED_UNTIL)
    assert Entry.objects.using("bulk").get(pk=kept.entry_id).union_id == mill.pk
    with transaction.atomic():
        payments.act("above")
        scope = Scope(payments.world.unions["province"], below=True)
        assert passing.one_sided(scope, CLOSED_UNTIL.date(), rows=10) == []


def test_what_closed_books_refused_stands_once_they_are_opened_from_above(payments):
    _close_the_mill(payments)
    _paid(payments)

    with transaction.atomic():
        mill = payments.world.unions["mill"]
        actor = payments.act("province")
        books.reopen_after(actor=actor, at=LATER, union=mill, day=date(2026, 10, 31), reason="漏记来款")
    _tried_again(LATER)

    assert _came(payments) == [(LATER.date(), mill.pk)]


def test_what_went_back_before_it_stood_is_expected_no_more(payments):
    _close_the_mill(payments)
    payment = _paid(payments)
    payment.refresh_from_db(using="bulk")

    answering.take(at=LATER, answers=[Answer(payment.reference, Said.RETURNED, "B9", LATER, "户名不符")])
    _tried_again(CLOSED_UNTIL)

    assert _came(payments) == []
    kept = Arrival.objects.using("bulk").get()
    assert (kept.settled_at, kept.entry_id) == (LATER, None)


def test_what_went_back_after_it_stood_is_taken_back_once_the_books_are_open(payments):
    payment = _paid(payments)
    payment.refresh_from_db(using="bulk")
    _close_the_mill(payments)

    answering.take(at=LATER, answers=[Answer(payment.reference, Said.RETURNED, "B9", LATER, "户名不符")])
    factory, mill = payments.union, payments.world.unions["mill"]
    assert (_held(mill, "403", factory), _waiting().get().is_back) == (-FEN, True)
    for _ in range(2):
        _tried_again(CLOSED_UNTIL)

    assert (_held(mill, "403", factory), _waiting().count()) == (0, 0)
    assert Entry.objects.using("bulk").filter(purpose="returned_in").count() == 1


def test_the_receiver_reads_what_its_books_refuse_and_nobody_hands_them_over_meanwhile(payments):
    _close_the_mill(payments)
    _paid(payments)
    mill = payments.world.unions["mill"]

    shown = {}
    for who, union in (("mill-treasurer", mill), ("factory-treasurer", payments.union)):
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(pk=payments.world.actors[who].user_id))
        shown[who] = client.get(reverse("payments:reconciliation", args=[union.code])).content.decode()
    with transaction.atomic():
        payments.act("mill-treasurer")
        assert under_way.many(union=mill) == 1
        payments.act("factory-treasurer")
        assert not Arrival.objects.exists()

    assert "Paid by other unions, and not in your books" in shown["mill-treasurer"]
    assert "The books are closed on that day." in shown["mill-treasurer"]
    assert "not in your books" not in shown["factory-treasurer"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments_arrival SET settled_at = NULL, entry_id = NULL",
        "UPDATE payments_arrival SET amount = 1",
        "DELETE FROM payments_arrival",
    ],
)
def test_what_was_refused_and_settled_stays_as_it_was(payments, owner_sql, change):
    _close_the_mill(payments)
    _paid(payments)
    _tried_again(CLOSED_UNTIL)

    with pytest.raises(Exception, match=r"is settled|refused|payments_arrival"):
        owner_sql(change)


def test_the_money_is_followed_to_the_other_union(payments):
    payment = _paid(payments)
    payment.refresh_from_db(using="bulk")

    with transaction.atomic():
        actor = payments.act("above")
        leg = Leg.objects.select_related("entry", "account").get(entry_id=payment.entry_id, number=1)
        walk = life.forward(actor, life.start_of(leg), LATER.date())

    assert [(stop.end, stop.union_id, stop.fen) for stop in walk.stops] == [
        ("at_hand", payments.world.unions["mill"].pk, FEN)
    ]
