"""Payments on pages: for whoever holds the right there and nobody else; a member sees their own money."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from zhijia.accounts.actors import STEPPED_UP_AT
from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.ledger.services import accounts
from zhijia.ledger.tests.world import AT
from zhijia.payments import words
from zhijia.payments.models import Alarm, Batch, PayeeAccount, Payment
from zhijia.payments.queries import payments as queries
from zhijia.payments.tests.world import OTHER, OWN, build


@pytest.fixture
def payments(db):
    return build()


def client_of(payments, who, *, stepped_up=True):
    client = Client()
    client.force_login(User.objects.get(pk=payments.world.actors[who].user_id))
    if stepped_up:
        session = client.session
        session[STEPPED_UP_AT] = days.now().isoformat()
        session.save()
    return client


def address(payments, name):
    return reverse(f"payments:{name}", args=[payments.union.code])


def test_whose_home_is_the_payments_finds_them_by_name_and_is_shown_to_be_there(payments):
    page = client_of(payments, "cashier").get(address(payments, "union")).content.decode()

    here = re.findall(r'<a class="side-item"[^>]*aria-current="page"[^>]*>(.*?)</a>', page, re.DOTALL)
    assert len(here) == 1
    assert "付款" in here[0]


def once(**more):
    return {"once": str(uuid.uuid4()), **more}


@pytest.mark.parametrize("name", ["union", "order", "bank_account", "bank_accounts"])
def test_a_treasurer_opens_every_page_of_their_union(payments, name):
    payments.order()

    assert client_of(payments, "factory-treasurer").get(address(payments, name)).status_code == 200


@pytest.mark.parametrize("who", ["mill-treasurer", "couriers", "shushan"])
def test_nobody_else_finds_payments_batches_or_files(payments, who):
    payment, batch = payments.order(), payments.batch()
    client = client_of(payments, who)

    assert client.get(address(payments, "union")).status_code == 404
    assert client.get(reverse("payments:payment", args=[payment.pk])).status_code == 404
    assert client.get(reverse("payments:batch", args=[batch.pk])).status_code == 404
    for page in ("release", "withdraw", "bank_file"):
        assert client.post(reverse(f"payments:{page}", args=[batch.pk]), once()).status_code == 404
    assert client.post(reverse("payments:stop", args=[payment.pk]), once(reason="x")).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("union", 200), ("order", 404), ("bank_account", 404)])
def test_a_cashier_releases_and_orders_nothing(payments, name, status):
    assert client_of(payments, "cashier").get(address(payments, name)).status_code == status


def test_a_double_click_orders_once(payments):
    client = client_of(payments, "factory-treasurer")
    typed = once(
        name="晨光商店",
        account="4563510000000000011",
        bank="中国银行",
        yuan="12.50",
        title="茶水",
        code="503",
        fund="own",
    )

    first = client.post(address(payments, "order"), typed)
    second = client.post(address(payments, "order"), typed)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    payments.act("factory-treasurer")
    assert Payment.objects.get().amount == 1_250


def test_a_wrong_account_number_stays_with_a_sentence(payments):
    client = client_of(payments, "factory-treasurer")
    typed = once(
        name="晨光商店", account="12", bank="中国银行", yuan="1", title="茶水", code="503", fund="own"
    )

    answer = client.post(address(payments, "order"), typed)

    assert answer.status_code == 422
    assert "茶水" in answer.content.decode()


def test_what_waits_is_put_together_and_released_by_two(payments):
    payment = payments.order()
    treasurer = client_of(payments, "factory-treasurer")
    answer = treasurer.post(address(payments, "put_together"), once(account=payments.account.pk))
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("payments:batch", args=[batch.pk])

    treasurer.post(reverse("payments:release", args=[batch.pk]), once())
    client_of(payments, "cashier").post(reverse("payments:release", args=[batch.pk]), once())

    payments.act("factory-treasurer")
    payment.refresh_from_db()
    assert payment.state == Payment.State.READY
    page = treasurer.get(reverse("payments:batch", args=[batch.pk])).content.decode()
    assert payment.payee_name in page
    assert "4563510000000000011" not in page


def test_the_second_release_asks_for_the_password_again(payments):
    payments.order()
    batch = payments.release(payments.batch(), "factory-treasurer")
    cashier = client_of(payments, "cashier", stepped_up=False)

    answer = cashier.post(reverse("payments:release", args=[batch.pk]), once())

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:step_up"))
    payments.act("cashier")
    batch.refresh_from_db()
    assert batch.state == Batch.State.HALF


def test_two_alarms_of_one_page_are_each_answered(payments):
    payments.order("1", name="晨光商店")
    payments.order("2", name="新河商店")
    batch = payments.batch()
    cashier = client_of(payments, "cashier")
    page = reverse("payments:batch", args=[batch.pk])
    before = cashier.get(page).content.decode().partition("<tbody>")[2]
    assert before.count("有预警") == 2
    on_a_phone = before.partition("only-narrow")[2].partition("</td>")[0]
    payments.act("cashier")
    first = Payment.objects.select_related("payee").order_by("pk").first()
    for words_there in (first.title, first.masked, first.payee.bank, "status-waiting"):
        assert words_there in on_a_phone

    for alarm in Alarm.objects.all():
        cashier.post(reverse("payments:answer_alarm", args=[alarm.pk]), once(reason="同一家公司"))

    payments.act("cashier")
    assert Alarm.objects.filter(answered_at__isnull=False).count() == 2
    assert "有预警" not in cashier.get(page).content.decode().partition("<tbody>")[2]


def test_what_left_a_batch_because_its_account_changed_stands_on_its_page(payments):
    payments.member("ding", 1, OWN)
    payment = payments.order(person="ding")
    payments.order("2")
    batch = payments.release(payments.batch(), "factory-treasurer")
    page = reverse("payments:batch", args=[batch.pk])
    before = client_of(payments, "cashier").get(page).content.decode()

    payments.name_account("ding", OTHER, AT)
    after = client_of(payments, "cashier").get(page).content.decode()

    assert payment.payee_name in before
    assert "本批次已退出的付款" not in before
    assert "本批次已退出的付款" in after
    assert payment.payee_name in after.partition("本批次已退出的付款")[2]
    assert client_of(payments, "mill-treasurer").get(page).status_code == 404


def test_a_banks_reason_is_said_in_the_readers_language_with_its_own_words_beside(payments):
    at = days.now()

    with override("zh-hans"):
        assert words.of_bank("there is not enough money in the account", at) == "付款账户余额不足"
    with override("en"):
        assert words.of_bank("账户已销户", at) == "The payee's account is closed"
    assert words.of_bank("what no bank ever said", at) == words.of_bank("", at) == ""


def test_a_cashiers_first_page_says_what_waits_for_them(payments):
    payments.order()
    client = client_of(payments, "cashier")
    payments.release(payments.batch(), "factory-treasurer")

    home = client.get("/", follow=True)

    assert home.redirect_chain[-1][0] == address(payments, "union")
    assert home.context["for_me"] == 1
    payments.act("cashier")
    assert queries.for_me(payments.union.pk, Payment.objects.get().ordered_by) == 0
    assert client_of(payments, "factory-treasurer").get(address(payments, "union")).context["for_me"] == 0


def test_a_member_names_an_account_and_sees_where_their_money_is(payments):
    payments.member("ding", 1)
    payments.order(person="ding")
    client = client_of(payments, "ding")
    assert reverse("payments:my_account") in client.get(reverse("payments:mine")).content.decode()

    typed = once(bank="建设银行", account=OWN, agreed="on")
    answer = client.post(reverse("payments:my_account"), typed)

    assert answer.status_code == 302
    page = client.get(reverse("payments:mine")).content.decode()
    assert OWN[-4:] in page
    assert OWN not in page
    assert "慰问金" in page


def test_a_payment_says_its_account_in_words_and_no_log_in_of_a_member(payments):
    payments.member("ding", 1)
    payment = payments.order(person="ding")
    client_of(payments, "ding").post(
        reverse("payments:my_account"), once(bank="建设银行", account=OWN, agreed="on")
    )

    page = (
        client_of(payments, "factory-treasurer")
        .get(reverse("payments:payment", args=[payment.pk]))
        .content.decode()
    )

    chart = accounts.chart_on(days.business_day(payment.ordered_at))
    assert f"{payment.code} {chart.account(payment.code).label}" in page
    assert User.objects.get(pk=payments.world.actors["ding"].user_id).login not in page


def test_without_agreement_no_account_is_kept(payments):
    payments.member("ding", 1)
    client = client_of(payments, "ding")

    answer = client.post(reverse("payments:my_account"), once(bank="建设银行", account=OWN))

    assert answer.status_code == 422
    payments.act("ding")
    assert not PayeeAccount.objects.filter(of_union=False).exists()


def test_changing_the_account_needs_the_password_again(payments):
    payments.member("ding", 1, OWN)
    client = client_of(payments, "ding", stepped_up=False)

    answer = client.post(reverse("payments:my_account"), once(bank="建设银行", account=OTHER, agreed="on"))

    assert answer["Location"].startswith(reverse("accounts:step_up"))
    payments.act("ding")
    assert PayeeAccount.objects.filter(of_union=False).count() == 1


def test_another_member_sees_nothing_of_it(payments):
    payments.member("ding", 1, OWN)
    payments.member("lan", 2)
    payments.order(person="ding")

    page = client_of(payments, "lan").get(reverse("payments:mine")).content.decode()

    assert "慰问金" not in page
    assert OWN[-4:] not in page


def test_a_list_of_payments_costs_the_same_however_long_it_is(payments, django_assert_max_num_queries):
    client = client_of(payments, "factory-treasurer")
    payments.order("1")
    client.get(address(payments, "union"))
    for number in range(2, 12):
        payments.order(str(number))

    with django_assert_max_num_queries(45):
        assert client.get(address(payments, "union")).status_code == 200


def test_an_officer_names_an_account_for_a_member_who_asked(payments):
    ding = payments.member("ding", 1)
    page = reverse("payments:name_for", args=[ding])
    typed = once(holder="张小丰", account=OWN, bank="建设银行", reason="本人到窗口，核对身份证")
    officer = client_of(payments, "factory")
    assert officer.get(page).status_code == 200
    wrong = officer.post(page, {**typed, "holder": "别人", "once": str(uuid.uuid4())})

    answer = officer.post(page, typed)

    assert (wrong.status_code, answer.status_code) == (422, 302)
    payments.act("ding")
    assert PayeeAccount.objects.get(of_union=False).set_by == payments.world.actors["factory"].user_id


@pytest.mark.parametrize("who", ["mill", "factory-treasurer", "cashier"])
def test_who_has_no_right_over_a_member_names_no_account(payments, who):
    page = reverse("payments:name_for", args=[payments.member("ding", 1)])

    assert client_of(payments, who).get(page).status_code == 404
