"""Money for a union goes to the account that union named, as a member's: another one rings, cools and voids."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.ledger.services.posting import Source
from zhijia.notices.models import Message
from zhijia.payments.models import Alarm, Batch, PayeeAccount, Payment
from zhijia.payments.services import bank_accounts, batching, paying, releasing, rosters
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.rosters import Due, Spent
from zhijia.payments.tests.test_pages import client_of
from zhijia.payments.tests.world import AT, LATER, build, refused
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.world import dissolve

FIRST, SECOND = "1302000000000000027", "1302000000000000035"
SPENT = Spent("own", "subsidy_expenditure", "项目补助")


@pytest.fixture
def payments(db, monkeypatch):
    """Nothing is committed here, so that the vault is not read beside it: numbers are those that were typed."""
    typed = {}
    seal = bank_accounts.vault.seal

    def sealed(kind, row, clear, **more):
        typed[row] = clear
        seal(kind, row, clear, **more)

    monkeypatch.setattr(bank_accounts.vault, "seal", sealed)
    monkeypatch.setattr(bank_accounts, "number_inside", typed.__getitem__)
    return build()


def order(payments, source="1", amount=40_000, to="mill", **more):
    union = payments.world.unions[to]
    return paying.ordered(
        actor=payments.act("chair"), at=AT, union=payments.union, source=Source("grant", source), amount=amount,
        payee=Payee(union.name), fund="own", title="项目补助", partner_id=union.pk,
        **{"spent_on": "subsidy_expenditure", **more},
    )  # fmt: skip


def change(payments, account, *, who="mill-treasurer", stepped_up=True, reason="开户行变更", at=LATER):
    actor = replace(payments.act(who), stepped_up=stepped_up)
    return bank_accounts.receive_on(
        actor=actor, at=at, union=payments.world.unions["mill"], bank_account_id=account.pk, reason=reason
    )


def test_the_first_account_a_union_writes_down_is_the_one_it_is_paid_on(payments):
    payments.union_account("mill")

    payment = order(payments)

    assert (payment.payee.tail, payment.payee.of_union, payment.payee_name) == (FIRST[-4:], True, "mill工会")
    assert (payment.payee.usable_from, payment.person_id) == (AT, None)


def test_without_an_account_it_waits_until_the_union_writes_one_down(payments):
    payment = order(payments)
    assert payment.payee is None

    payments.union_account("mill")

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    assert (payment.payee.tail, payment.payee_name) == (FIRST[-4:], "mill工会")
    payments.act("mill-treasurer")
    (told,) = Message.objects.filter(kind="union_payment_needs_account")
    assert told.user_id == payments.world.actors["mill-treasurer"].user_id


def test_another_account_opens_the_batch_again_rings_and_waits(payments):
    payments.union_account("mill")
    second = payments.union_account("mill", SECOND, "基建户")
    payment = order(payments)
    batch = payments.batch(LATER)
    payments.release(batch, "factory-treasurer", at=LATER)

    change(payments, second)

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    batch.refresh_from_db()
    assert (payment.payee.tail, payment.batch_id, batch.state) == (SECOND[-4:], None, Batch.State.OPEN)
    assert Alarm.objects.get(payment=payment).kind == Alarm.Kind.CHANGED
    with refused("nothing_can_go"):
        payments.batch(LATER)
    later = payment.not_before + timedelta(minutes=1)
    again = payments.batch(later)
    with refused("alarm_open"):
        payments.release(again, at=later)


def test_what_is_ordered_in_the_moment_an_account_is_named_goes_to_that_one(payments, monkeypatch):
    payments.union_account("mill")
    second = payments.union_account("mill", SECOND, "基建户")
    payment = order(payments)
    monkeypatch.setattr(bank_accounts.payees, "follow", lambda **_said: None)  # neither saw the other
    change(payments, second)

    later = LATER + timedelta(days=9)
    batch = payments.batch(later)

    payment.refresh_from_db()
    assert (payment.payee.tail, payment.batch_id) == (SECOND[-4:], batch.pk)
    with refused("alarm_open"):
        payments.release(batch, at=later)


def test_what_is_ordered_in_the_moment_the_first_account_is_named_does_not_wait_for_ever(
    payments, monkeypatch
):
    payment = order(payments)
    monkeypatch.setattr(bank_accounts.payees, "follow", lambda **_said: None)
    payments.union_account("mill")

    batch = payments.batch(LATER)

    payment.refresh_from_db()
    assert (payment.payee.tail, payment.batch_id) == (FIRST[-4:], batch.pk)


def test_a_second_account_alone_changes_nothing(payments):
    payments.union_account("mill")
    payment = order(payments)

    payments.union_account("mill", SECOND, "基建户")

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    assert payment.payee.tail == FIRST[-4:]


def test_the_same_account_named_again_is_once(payments):
    account = payments.union_account("mill")

    change(payments, account, stepped_up=False, reason="")

    assert PayeeAccount.objects.filter(of_union=True, union_id=payments.world.unions["mill"].pk).count() == 1


def test_a_change_needs_a_reason_the_password_and_the_right(payments):
    payments.union_account("mill")
    second = payments.union_account("mill", SECOND, "基建户")

    with refused("reason_missing"):
        change(payments, second, reason=" ")
    with pytest.raises(NeedsStepUp):
        change(payments, second, stepped_up=False)
    with pytest.raises(NotForYou):
        change(payments, second, who="factory-treasurer")
    with pytest.raises(NotForYou):
        change(payments, payments.account)  # an account of another union


def test_the_others_who_keep_the_accounts_of_the_union_hear_of_it(payments):
    registry_world.appoint(payments.world, "mill", "treasurer", "mill-second")
    payments.union_account("mill")
    second = payments.union_account("mill", SECOND, "基建户")

    change(payments, second)

    payments.act("mill-second")
    (told,) = Message.objects.filter(kind="union_account_changed")
    assert told.user_id == payments.world.actors["mill-second"].user_id


def test_whoever_named_the_account_does_not_release_what_goes_there(payments):
    couriers = payments.world.unions["couriers"]
    registry_world.appoint(payments.world, "factory", "grassroots_officer", "chair_two")
    treasurer = payments.world.actors["factory-treasurer"].user_id
    registry_world.give(payments.act("founder"), treasurer, "treasurer", couriers)
    bank_accounts.open_one(
        actor=payments.act("factory-treasurer"), at=AT, union=couriers, bank="工商银行", holder="快递工会",
        number=FIRST, channel=payments.account.channel,
    )  # fmt: skip
    order(payments, to="couriers")
    batch = payments.batch(LATER)

    with refused("own_account"):
        releasing.release(actor=payments.act("factory-treasurer"), at=LATER, batch_id=batch.pk)
    assert payments.release(batch, "chair_two", "cashier", at=LATER).state == Batch.State.RELEASED


def test_what_the_bank_gave_back_is_paid_anew_to_the_account_named_since(payments):
    payments.union_account("mill")
    second = payments.union_account("mill", SECOND, "基建户")
    payment = order(payments)
    payments.release(payments.batch(LATER), at=LATER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_payment SET state = 'sending', attempt = 1, sent_at = now()")
        cursor.execute("UPDATE payments_payment SET state = 'returned'")
    change(payments, second)

    again = batching.anew(actor=payments.act("factory-treasurer"), at=LATER, payment_id=payment.pk)

    assert again.payee.tail == SECOND[-4:]


@pytest.mark.parametrize(
    ("to", "spent_on", "code"),
    [
        ("mill", "worker_service_expenditure", "no_other_side"),
        ("factory", "subsidy_expenditure", "same_union"),
    ],
)
def test_what_the_books_of_both_cannot_say_is_not_ordered(payments, to, spent_on, code):
    with refused(code):
        order(payments, to=to, spent_on=spent_on)


def test_nothing_is_ordered_for_a_union_that_is_dissolved(payments):
    dissolve(payments.world, "mill")

    with refused("union_dissolved"):
        order(payments)


def test_the_same_source_for_another_union_is_refused(payments):
    order(payments)

    with refused("ordered_differently"):
        order(payments, to="couriers")


def test_a_list_pays_members_and_unions_in_one_go(payments, django_assert_max_num_queries):
    payments.union_account("mill")
    unions = payments.world.unions
    person = payments.member("ding", 1)
    dues = [
        Due(1, None, unions["mill"].name, 3_000, partner_id=unions["mill"].pk),
        Due(2, None, unions["couriers"].name, 2_000, partner_id=unions["couriers"].pk),
        Due(3, person, "丁", 1_000),
    ]
    asked = {
        "actor": payments.act("chair"),
        "at": AT,
        "union": payments.union,
        "source": Source("drive", "7"),
    }

    made = rosters.ordered(**asked, dues=dues, spent=SPENT)
    with django_assert_max_num_queries(4):
        again = rosters.ordered(**asked, dues=dues, spent=SPENT)

    assert [one.pk for one in made] == [one.pk for one in again]
    assert [(one.amount, one.payee.tail if one.payee else None) for one in made] == [
        (3_000, FIRST[-4:]), (2_000, None), (1_000, None)
    ]  # fmt: skip
    with refused("ordered_differently"):
        rosters.ordered(**asked, dues=[replace(dues[1], partner_id=unions["mill"].pk)], spent=SPENT)


def test_sql_pays_a_union_on_no_account_but_the_one_it_named(payments):
    payments.union_account("mill")
    payment = order(payments)
    other = payments.order().payee

    with (
        pytest.raises(IntegrityError, match="payment_to_a_union_goes_to_the_account_it_named"),
        transaction.atomic(),
    ):
        Payment.objects.filter(pk=payment.pk).update(payee=other)


@pytest.mark.parametrize("role", ["default", "bulk"])
def test_sql_sends_no_payment_that_waits_to_another_union(committed, role):
    with transaction.atomic():
        payments = build()
        payment = order(payments)
    couriers = payments.world.unions["couriers"].pk

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=role):
        Payment.objects.using(role).filter(pk=payment.pk).update(partner_id=couriers)


def test_the_account_of_a_union_is_not_moved_to_another(payments, owner_sql):
    payments.union_account("mill")
    payments.act("mill-treasurer")

    with pytest.raises(Exception, match=r"payments_payee_account|permission denied"), transaction.atomic():
        PayeeAccount.objects.filter(of_union=True).update(union_id=payments.union.pk)


def test_a_bill_shows_the_earlier_account_while_another_one_cools(committed):
    with transaction.atomic():
        payments = build()
        payments.union_account("mill")
        second = payments.union_account("mill", SECOND, "基建户")
    with transaction.atomic():
        row = change(payments, second)
    mill = payments.world.unions["mill"].pk

    before = bank_accounts.to_pay_into(mill, at=LATER)
    after = bank_accounts.to_pay_into(mill, at=row.usable_from)

    assert (before[2], after[2]) == (FIRST, SECOND)


def test_a_treasurer_chooses_on_which_account_the_union_is_paid(payments):
    second = payments.union_account("factory", SECOND, "基建户")
    page = reverse("payments:bank_accounts", args=[payments.union.code])
    typed = {"account": str(second.pk), "reason": "开户行变更", "once": str(uuid.uuid4())}
    treasurer = client_of(payments, "factory-treasurer")

    before = client_of(payments, "factory-treasurer", stepped_up=False).post(page, typed)
    strange = client_of(payments, "mill-treasurer").post(page, typed)
    answers = [treasurer.post(page, typed | {"once": str(uuid.uuid4())}) for _twice in range(2)]
    shown = treasurer.get(page).content.decode()

    assert before["Location"].startswith(reverse("accounts:step_up"))
    assert (strange.status_code, [one.status_code for one in answers]) == (404, [302, 302])
    assert "开户行变更" in shown
    payments.act("factory-treasurer")
    tails = PayeeAccount.objects.filter(of_union=True).order_by("set_at").values_list("tail", flat=True)
    assert list(tails) == [payments.account.tail, SECOND[-4:]]


def test_a_union_dissolved_meanwhile_is_not_paid(payments):
    payments.union_account("mill")
    order(payments)
    batch = payments.batch(LATER)
    dissolve(payments.world, "mill", at=LATER)

    with refused("union_dissolved"):
        payments.release(batch, at=LATER)
