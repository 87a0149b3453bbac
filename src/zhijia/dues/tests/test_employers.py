"""An employer's own side: whoever acts for it declares, sees what is owed and how to pay it; nobody else does."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues import verify
from zhijia.dues.models import Bill, Contribution, Declaration, Distribution
from zhijia.dues.queries import employers as queries
from zhijia.dues.queries.employers import Owed
from zhijia.dues.services import billing, declaring, reversing
from zhijia.dues.services.declaring import Wages
from zhijia.dues.tests.world import AT, CODES, build
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment, Receipt, Receivable
from zhijia.payments.services import bank_accounts, paying_in, refunding
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine
from zhijia.registry.models import Representative, Union
from zhijia.registry.services import representatives


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.acts_for("boss", "factory")
        made.acts_for("other", "mill", county="shushan")
    return made


def _own(dues, who="boss", employer="factory", month=202610, yuan=80_000, staff=10, reason=""):
    with transaction.atomic():
        return declaring.declare_own(
            actor=dues.world.act(who),
            at=AT,
            employer=dues.employers[employer],
            wages=Wages(month, staff, yuan * 100),
            reason=reason,
        )


def _client(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def _account(dues, union="factory", serial=5):
    with transaction.atomic():
        return bank_accounts.open_one(
            actor=dues.world.act(f"{union}-treasurer"), at=AT, union=dues.world.unions[union], bank="晨光银行",
            holder=dues.world.unions[union].name, number=synthetic_account(serial), channel="csv",
        )  # fmt: skip


def test_an_employer_declares_and_its_unions_bill_follows(dues):
    bill = _own(dues)

    assert (bill.amount, bill.union_id) == (1600_00, dues.world.unions["factory"].pk)
    assert Declaration.objects.using("bulk").get().by_employer
    expected = Receivable.objects.using("bulk").get(pk=bill.receivable_id)
    assert (expected.amount, expected.union_id) == (1600_00, dues.world.unions["factory"].pk)


def test_the_same_month_twice_is_once_and_a_correction_needs_a_reason(dues):
    first = _own(dues)
    assert _own(dues).pk == first.pk
    with pytest.raises(Refusal) as told:
        _own(dues, yuan=90_000)
    assert told.value.code == "reason_missing"

    corrected = _own(dues, yuan=90_000, reason="漏报一人")

    assert corrected.amount == 1800_00
    assert Receivable.objects.using("bulk").get(pk=first.receivable_id).called_off_at is not None
    assert Declaration.objects.using("bulk").count() == 2


def test_union_and_employer_correct_each_other(dues):
    with transaction.atomic():
        dues.declare(yuan=80_000)
    assert _own(dues, yuan=90_000, reason="漏报").amount == 1800_00
    with transaction.atomic():
        assert dues.declare(yuan=100_000, reason="核实").amount == 2000_00


def test_where_the_union_keeps_no_books_the_next_above_is_paid(dues):
    bill = _own(dues, "other", "mill")

    assert (
        Receivable.objects.using("bulk").get(pk=bill.receivable_id).union_id == dues.world.unions["city"].pk
    )


@pytest.mark.parametrize("who", ["other", "factory-treasurer", "luyang"])
def test_nobody_declares_for_an_employer_they_do_not_act_for(dues, who):
    with pytest.raises(NotForYou):
        _own(dues, who)
    assert not Declaration.objects.using("bulk").exists()


def test_who_acts_no_more_declares_and_sees_nothing_more(dues):
    bill = _own(dues)
    with transaction.atomic():
        actor = dues.world.act("boss")
        acting = Representative.objects.get(user_id=actor.user_id)
        representatives.end(actor=actor, at=AT, representative_id=acting.pk)

    with pytest.raises(NotForYou):
        _own(dues, month=202609)
    assert _client(dues, "boss").get(reverse("dues:employer_bill", args=[bill.pk])).status_code == 404


def test_a_month_in_which_no_union_covered_it_is_refused(dues):
    with pytest.raises(Refusal) as told:
        _own(dues, month=201912)
    assert told.value.code == "no_union_then"


@pytest.mark.parametrize("table", ["declaration", "bill", "receivable"])
def test_not_by_hand_either_for_another_employer(dues, table):
    bill = _own(dues)
    theirs = dues.employers["mill"].pk
    row = {
        "declaration": Declaration.objects.using("bulk").get(),
        "bill": Bill.objects.using("bulk").get(),
        "receivable": Receivable.objects.using("bulk").get(pk=bill.receivable_id),
    }[table]
    row.pk, row.month, row.reference = None, 202609, "ZJ000000"
    row.employer_id = theirs
    if table == "receivable":
        row.source_id = "x"
    with transaction.atomic():
        dues.world.act("boss")
        with pytest.raises(ProgrammingError, match="row-level security"):
            row.save(using="default", force_insert=True)
        transaction.set_rollback(True)


def test_the_pages_declare_and_tell_how_to_pay(dues):
    account, client = _account(dues), _client(dues, "boss")
    number = bank_accounts.number_inside(account.pk)
    employer = dues.employers["factory"]
    home = client.get(reverse("dues:employers"))
    assert home["Location"] == reverse("dues:employer", args=[employer.pk])

    address = reverse("dues:employer_declare", args=[employer.pk, 202610])
    assert address in client.get(home["Location"]).content.decode()
    assert client.post(address, {"staff": "10", "wages": "12.345"}).status_code == 422
    answer = client.post(address, {"staff": "10", "wages": "80000"})

    bill = Bill.objects.using("bulk").get()
    assert answer["Location"] == reverse("dues:employer_bill", args=[bill.pk])
    page = client.get(answer["Location"]).content.decode()
    assert bill.reference in page
    assert number in page
    assert "1,600.00" in page
    notice = client.get(reverse("dues:employer_notice", args=[bill.pk]))
    assert notice.content.startswith(b"%PDF")


@pytest.mark.parametrize("who", ["other", "factory-treasurer", "luyang"])
def test_a_stranger_finds_no_page_of_it(dues, who):
    bill, employer = _own(dues), dues.employers["factory"].pk
    client = _client(dues, who)

    for page, arguments in (
        ("employer", [employer]),
        ("employer_declare", [employer, 202609]),
        ("employer_bill", [bill.pk]),
        ("employer_notice", [bill.pk]),
    ):
        assert client.get(reverse(f"dues:{page}", args=arguments)).status_code == 404


def test_who_acts_for_nobody_is_led_to_the_letter(dues):
    page = _client(dues, "factory-treasurer").get(reverse("dues:employers"))

    assert reverse("matters:matter", args=["act_for_employer"]) in page.content.decode()


def test_what_came_in_and_what_is_given_back_stand_on_its_page(dues):
    account, bill = _account(dues), _own(dues)
    with transaction.atomic():
        actor = dues.world.act("factory-treasurer")
        (receipt,) = paying_in.came_in(
            at=AT,
            bank_account=account,
            lines=[BankLine("B1", (AT - timedelta(days=1)).date(), 1700_00, "厂")],
        )
        paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=bill.receivable_id)
        refunding.refund(
            actor=actor, at=AT, receipt_id=receipt.pk, amount=100_00, once="1", title="多缴退回", reason="多缴",
            payee=Payee("factory 公司", synthetic_account(8), "晨光银行"),
        )  # fmt: skip
    assert Contribution.objects.using("bulk").get().amount == 1700_00
    assert Receipt.objects.using("bulk").get().refunded == 100_00

    client = _client(dues, "boss")
    page = client.get(reverse("dues:employer", args=[dues.employers["factory"].pk])).content.decode()
    assert "1,600.00" in page
    assert "1,700.00" not in page
    assert "多缴退回" in page
    assert "100.00" in page
    bill_page = client.get(reverse("dues:employer_bill", args=[bill.pk])).content.decode()
    assert "1,700.00" in bill_page
    theirs = _client(dues, "other").get(reverse("dues:employer", args=[dues.employers["mill"].pk]))
    assert "多缴退回" not in theirs.content.decode()
    assert Payment.objects.using("bulk").count() == 1


def test_months_before_are_a_page_away(dues):
    client = _client(dues, "boss")
    address = reverse("dues:employer", args=[dues.employers["factory"].pk])

    first = client.get(address).content.decode()
    older = client.get(address, {"after": "202401"}).content.decode()

    assert "2024年1月" in older
    assert "2024年1月" not in first
    assert client.get(address, {"after": "abc"}).status_code == 200
    assert "2019年" not in client.get(address, {"after": "202001"}).content.decode()
    assert Union.objects.using("bulk").exists()


def test_a_quarter_paid_at_once_leaves_no_month_overdue(dues):
    with transaction.atomic():
        for month in (202607, 202608, 202609):
            dues.declare(month=month)
    dues.take(f"{CODES['factory']},factory,2026-07,2026-09,240000,4800.00,2026-10-12")

    with transaction.atomic():
        dues.world.act("factory-treasurer")
        months, _after = queries.months(dues.employers["factory"], until=202609)
        owed = queries.owed(dues.employers["factory"], AT.date())
        bills = [billing.owed(one) for one in Bill.objects.order_by("month")]

    assert [one.state for one in months[:3]] == ["paid", "paid", "paid"]
    assert (owed, bills) == (Owed(0, 0), [0, 0, 0])


def _came(dues, bill, account):
    with transaction.atomic():
        actor = dues.world.act("factory-treasurer")
        (receipt,) = paying_in.came_in(
            at=AT, bank_account=account, lines=[BankLine("B1", AT.date() - timedelta(days=1), 1700_00, "厂")]
        )
        return paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=bill.receivable_id)


def _goes_back(dues, receipt, fen):
    with transaction.atomic():
        return refunding.refund(
            actor=dues.world.act("factory-treasurer"), at=AT, receipt_id=receipt.pk, amount=fen, once="1",
            title="多缴退回", reason="多缴", payee=Payee("factory 公司", synthetic_account(8), "晨光银行"),
        )  # fmt: skip


@pytest.mark.parametrize(("fen", "left"), [(100_00, 1600_00), (1700_00, 0)])
def test_what_goes_back_to_an_employer_is_not_shared_as_well(dues, fen, left):
    receipt = _came(dues, _own(dues), _account(dues))
    _goes_back(dues, receipt, fen)

    run = dues.share("factory")

    assert (run.state, run.amount) == (Distribution.State.DONE, left)
    assert verify.received_is_shared_or_held().differences == ()


def test_what_was_shared_goes_back_only_once_its_share_was_taken_back(dues):
    receipt = _came(dues, _own(dues), _account(dues))
    dues.share("factory")

    with pytest.raises(Refusal) as told:
        _goes_back(dues, receipt, 1700_00)

    assert told.value.code == "shared_already"
    with transaction.atomic():
        contribution = Contribution.objects.using("bulk").get()
        actor = dues.world.act("factory-treasurer")
        reversing.take_back(actor=actor, at=AT, contribution_id=contribution.pk, reason="多缴")
    assert _goes_back(dues, receipt, 1700_00).amount == 1700_00
    assert _goes_back(dues, receipt, 1700_00).amount == 1700_00
