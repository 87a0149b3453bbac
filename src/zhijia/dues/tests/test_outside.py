"""What sharing leaves owed outside is settled once, by a payment; a line of the tax office is taken by one union."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues import verify
from zhijia.dues.models import CollectionFile, Outside
from zhijia.dues.services import reversing, settling
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment
from zhijia.payments.services import batching
from zhijia.payments.services.payees import Payee

PAYEE = Payee("全国总工会", synthetic_account(3), "晨光银行")


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
    made.take(made.line("factory", "1600.00"), made.line("mill", "800.00"))
    made.share()
    return made


def _settle(dues, expected=120_00, who="luyang-treasurer", union="luyang", beneficiary="national"):
    with transaction.atomic():
        return settling.settle(
            actor=dues.world.act(who), at=AT, union=dues.world.unions[union], beneficiary=beneficiary,
            expected=expected, payee=PAYEE,
        )  # fmt: skip


def _owed(dues):
    with transaction.atomic():
        dues.world.act("luyang-treasurer")
        return [(one.beneficiary, one.fen) for one in settling.owed(dues.world.unions["luyang"])]


def _client(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def test_a_run_says_what_it_leaves_owed_to_nobody_in_the_register(dues):
    assert _owed(dues) == [("national", 120_00)]
    assert dues.balance("luyang", "221") == 120_00
    assert not verify.outside_is_settled_once().differences


def test_it_is_settled_by_one_payment_however_often_it_is_asked_for(dues):
    payment = _settle(dues)

    assert (payment.amount, payment.code) == (120_00, "221")
    assert _owed(dues) == []
    with pytest.raises(Refusal) as told:
        _settle(dues)
    assert told.value.code == "nothing_owed"
    assert Payment.objects.using("bulk").count() == 1
    assert not verify.outside_is_settled_once().differences


def test_what_came_meanwhile_is_looked_at_first(dues):
    dues.take(dues.line("factory", "100.00", day="2026-11-13"))
    dues.share()

    with pytest.raises(Refusal) as told:
        _settle(dues)
    assert told.value.code == "sum_changed"
    assert _settle(dues, 125_00).amount == 125_00


def test_a_share_that_is_taken_back_lessens_it(dues):
    contribution = dues.take(dues.line("factory", "100.00", day="2026-11-13"))[0]
    dues.share()
    with transaction.atomic():
        reversing.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, contribution_id=contribution.pk, reason="错"
        )

    assert _owed(dues) == [("national", 120_00)]
    assert not verify.outside_is_settled_once().differences


def test_a_payment_that_was_stopped_leaves_it_owed_again(dues):
    payments = []
    for _time in range(3):
        payments.append(_settle(dues).pk)
        with transaction.atomic():
            batching.stop(
                actor=dues.world.act("luyang-treasurer"), at=AT, payment_id=payments[-1], reason="账号有误"
            )
        assert _owed(dues) == [("national", 120_00)]

    assert len(set(payments)) == 3


@pytest.mark.parametrize("who", ["factory-treasurer", "shushan", "luyang"])
def test_only_the_collecting_unions_treasurer_settles(dues, who):
    with pytest.raises(NotForYou):
        _settle(dues, who=who)
    assert _client(dues, who).get(_address(dues)).status_code == 404


def test_not_twice_by_hand_either(dues):
    _settle(dues)
    with pytest.raises(DatabaseError, match="settles this already"):
        _by_hand("UPDATE dues_outside SET payment_id = NULL")
    with pytest.raises(DatabaseError):
        _by_hand("UPDATE dues_outside SET amount = 1")


def _by_hand(statement):
    with transaction.atomic(using="bulk"):
        from django.db import connections

        connections["bulk"].cursor().execute(statement)


def _address(dues):
    return reverse("dues:outside", args=[dues.world.unions["luyang"].code])


def _national():
    return Outside.objects.using("bulk").get(beneficiary="national")


def test_the_page_orders_it_and_says_what_is_wrong(dues):
    client = _client(dues, "luyang-treasurer")
    typed = {"beneficiary": "national", "expected": "12000", "name": "全国总工会", "bank": "晨光银行"}

    assert "120.00" in client.get(_address(dues)).content.decode()
    assert client.post(_address(dues), {**typed, "account": "1"}).status_code == 422
    assert client.post(_address(dues), {**typed, "account": ""}).status_code == 422
    whole = {**typed, "account": synthetic_account(3)}
    seen_before = client.post(_address(dues), {**whole, "expected": "11000"}, follow=True)
    assert "金额刚刚有变化" in seen_before.content.decode()
    assert 'value="12000"' in seen_before.content.decode()
    answer = client.post(_address(dues), whole)

    assert answer.status_code == 302
    assert "这里没有应付的款项" in client.post(_address(dues), whole, follow=True).content.decode()
    assert _national().payment_id == Payment.objects.using("bulk").get().pk
    run = _national().distribution_id
    assert _address(dues) in client.get(reverse("dues:run", args=[run])).content.decode()


def test_a_line_another_union_took_is_not_taken_and_says_so(dues):
    file = dues.check(dues.line("factory", "1600.00"), dues.line("couriers", "10.00"), union="city")

    assert file.good_count == 1
    assert file.lines.using("bulk").get(row=2).problem == "taken_elsewhere"
    assert (
        len(dues.take(dues.line("factory", "1600.00"), dues.line("couriers", "10.00"), union="province")) == 1
    )


def test_two_unions_that_were_sent_the_same_line_take_it_once(dues):
    line = dues.line("couriers", "77.00")
    first, second = dues.check(line, union="luyang"), dues.check(line, union="city")
    from zhijia.dues.services import collecting

    for file, union in ((first, "luyang"), (second, "city")):
        with transaction.atomic():
            collecting.confirm(actor=dues.world.act(f"{union}-treasurer"), at=AT, file_id=file.pk)

    assert [collecting.take(at=AT, file_id=file.pk) for file in (first, second)] == [1, 0]
    second = CollectionFile.objects.using("bulk").get(pk=second.pk)
    assert (second.good_count, second.lines.using("bulk").get().problem) == (0, "taken_elsewhere")
    assert not verify.received_is_shared_or_held().differences


def test_the_database_takes_a_line_once_whoever_brings_it(dues):
    copied = """
      INSERT INTO dues_contribution (union_id, county_id, source, source_id, payer, credit_code, since, until, base,
        amount, paid_on, taken_at)
      SELECT union_id + 1, county_id, source, source_id || 'x', payer, credit_code, since, until, base, amount, paid_on,
        taken_at FROM dues_contribution LIMIT 1"""
    with pytest.raises(DatabaseError, match="tax_line_once_whoever_brings_it"):
        _by_hand(copied)
    assert connection.is_usable()
