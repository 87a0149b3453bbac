"""What sharing leaves owed to other unions is paid once, to their own account, and stands in the books of both."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues import verify
from zhijia.dues.models import Outside
from zhijia.dues.services import remitting, reversing
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Book, Entry, Hold
from zhijia.ledger.queries import passing
from zhijia.ledger.queries.sums import Scope
from zhijia.payments import channels
from zhijia.payments.models import Batch, Payment
from zhijia.payments.services import bank_accounts, batching, releasing, sending
from zhijia.payments.tests.world import CHANNEL, Told
from zhijia.registry.models import Union
from zhijia.registry.tests import world as registry_world

LATER = AT + timedelta(hours=25)
ABOVE, BELOW = Outside.ABOVE, Outside.BELOW
SHARE = 360_00


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.bank = Told()
        channels.announce(CHANNEL, lambda: made.bank)
        for name in ("first", "second"):
            registry_world.appoint(made.world, "luyang", "treasurer", f"luyang-{name}")
        made.accounts = {
            name: _account(made, name, place) for place, name in enumerate(("luyang", "province"))
        }
    made.take(made.line("factory", "1600.00"), made.line("mill", "800.00"))
    made.share()
    return made


def _account(dues, name, place):
    return bank_accounts.open_one(
        actor=dues.world.act(f"{name}-treasurer"), at=AT, union=dues.world.unions[name], bank="晨光银行",
        holder=f"{name}工会", number=synthetic_account(20 + place), channel=CHANNEL,
    )  # fmt: skip


def _remit(dues, to="province", way=ABOVE, expected=SHARE, who="luyang-treasurer"):
    with transaction.atomic():
        return remitting.remit(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"],
            partner_id=dues.world.unions[to].pk, way=way, expected=expected,
        )  # fmt: skip


def _due(dues, way=ABOVE):
    with transaction.atomic():
        dues.world.act("luyang-treasurer")
        found, _more = remitting.due(dues.world.unions["luyang"], way=way, rows=50)
    names = {union.pk: name for name, union in dues.world.unions.items()}
    return {names[one.partner.pk]: one.fen for one in found}


def _stop(dues, payment):
    with transaction.atomic():
        batching.stop(
            actor=dues.world.act("luyang-treasurer"), at=AT, payment_id=payment.pk, reason="账号有误"
        )


def _goes_out(dues):
    """Two others release what waits, and the bank pays it."""
    with transaction.atomic():
        batch = batching.put_together(
            actor=dues.world.act("luyang-first"), at=LATER, bank_account=dues.accounts["luyang"]
        )
    for who in ("luyang-first", "luyang-second"):
        with transaction.atomic():
            releasing.release(actor=dues.world.act(who), at=LATER, batch_id=batch.pk)
    sending.send(batch_id=batch.pk, clock=lambda: LATER)


def _client(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def _refused(code, *args, **named):
    with pytest.raises(Refusal) as told:
        _remit(*args, **named)
    assert told.value.code == code


def test_a_run_says_what_it_leaves_owed_to_each_other_union(dues):
    above, below = _due(dues), _due(dues, BELOW)

    assert above["province"] == SHARE == dues.balance("luyang", "201", "province")
    assert set(below) == {"factory", "mill", "shushan"}
    assert below == {name: dues.balance("luyang", "202", name) for name in below}
    assert not verify.outside_is_settled_once().differences


def test_what_is_paid_stands_in_the_books_of_both_and_nothing_is_owed(dues):
    payment = _remit(dues)
    _goes_out(dues)

    payment.refresh_from_db(using="bulk")
    assert (payment.state, payment.amount, payment.code) == (Payment.State.PAID, SHARE, "201")
    (sent,) = dues.bank.seen
    assert sent.account == synthetic_account(21)
    assert dues.balance("luyang", "201", "province") == dues.balance("province", "112", "luyang") == 0
    purposes = Entry.objects.using("bulk").filter(source="payment").values_list("purpose", flat=True)
    luyang, province = (dues.world.unions[name].pk for name in ("luyang", "province"))
    assert set(purposes) == {f"out:{province}", f"in:{luyang}"}
    assert "province" not in _due(dues)
    with transaction.atomic():
        dues.world.act("province-treasurer")
        assert (
            passing.one_sided(Scope(dues.world.unions["province"], below=True), LATER.date(), rows=10) == []
        )


def test_it_is_ordered_once_however_often_it_is_asked_for(dues):
    _remit(dues)

    _refused("nothing_owed", dues)
    assert Payment.objects.using("bulk").count() == 1
    assert not verify.outside_is_settled_once().differences


def test_two_who_order_at_once_order_it_once(dues):
    together, said = threading.Barrier(2), []

    def order(who):
        try:
            with transaction.atomic():
                actor = dues.world.act(who)
                together.wait(10)
                remitting.remit(
                    actor=actor, at=AT, union=dues.world.unions["luyang"],
                    partner_id=dues.world.unions["province"].pk, way=ABOVE, expected=SHARE,
                )  # fmt: skip
            said.append("ordered")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=order, args=(who,)) for who in ("luyang-treasurer", "luyang-first")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(said) == ["nothing_owed", "ordered"]
    assert Payment.objects.using("bulk").count() == 1


def test_a_payment_that_was_stopped_leaves_it_owed_again(dues):
    for _time in range(2):
        _stop(dues, _remit(dues))
        assert _due(dues)["province"] == SHARE

    _remit(dues)
    assert Payment.objects.using("bulk").exclude(state="stopped").count() == 1


def test_what_came_meanwhile_is_looked_at_first(dues):
    dues.take(dues.line("factory", "100.00", day="2026-11-13"))
    dues.share()

    _refused("sum_changed", dues)
    assert _remit(dues, expected=SHARE + 15_00).amount == SHARE + 15_00


def test_a_share_that_is_taken_back_after_it_was_paid_is_set_off(dues):
    contribution = dues.take(dues.line("factory", "100.00", day="2026-11-13"))[0]
    dues.share()
    _remit(dues, expected=SHARE + 15_00)
    with transaction.atomic():
        reversing.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, contribution_id=contribution.pk, reason="错"
        )

    assert _due(dues)["province"] == -15_00
    _refused("nothing_owed", dues, expected=-15_00)
    assert not verify.outside_is_settled_once().differences


def test_a_union_without_an_account_is_asked_for_one(dues):
    _refused("partner_without_account", dues, to="factory", way=BELOW, expected=_due(dues, BELOW)["factory"])
    page = _client(dues, "luyang-treasurer").get(_address(dues)).content.decode()

    assert "对方先在“付款”里登记银行账户" in page
    assert not Payment.objects.using("bulk").exists()


def test_what_stands_above_is_not_owed_as_below(dues):
    _refused("nothing_owed", dues, way=BELOW)
    with pytest.raises(NotForYou):
        _remit(dues, way="other")


@pytest.mark.parametrize("who", ["province-treasurer", "city-treasurer"])
def test_who_it_is_owed_to_reads_it_and_orders_nothing(dues, who):
    with pytest.raises(NotForYou) as told:
        _remit(dues, who=who)
    with pytest.raises(NotForYou):
        _remit_each(dues, SHARE, way=ABOVE, who=who)

    assert told.value.code == "not_own_union"
    client, there = _client(dues, who), [dues.world.unions["luyang"].code]
    page = client.get(_address(dues)).content.decode()
    assert "由本工会财务人员提交" in page
    assert reverse("dues:remit", args=there) not in page
    client.post(reverse("dues:remit", args=there), _typed(dues))
    assert not Payment.objects.using("bulk").exists()


@pytest.mark.parametrize("who", ["mill-treasurer", "factory-treasurer", "shushan", "luyang"])
def test_only_the_collecting_unions_treasurer_orders_it(dues, who):
    with pytest.raises(NotForYou):
        _remit(dues, who=who)
    answer = _client(dues, who).post(
        reverse("dues:remit", args=[dues.world.unions["luyang"].code]), _typed(dues)
    )
    assert answer.status_code == 404
    assert not Payment.objects.using("bulk").exists()


def test_no_line_of_the_budget_is_asked_for_what_is_owed(dues):
    with transaction.atomic():
        dues.world.act("luyang-treasurer")
        Book.objects.filter(pk=dues.world.unions["luyang"].pk).update(budget_from=2026)

    _remit(dues)
    _goes_out(dues)

    assert Payment.objects.using("bulk").get().state == Payment.State.PAID
    assert not Hold.objects.using("bulk").exists()


def test_not_another_union_by_hand(dues):
    with pytest.raises(DatabaseError), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute("UPDATE dues_outside SET partner_id = partner_id + 1")
    with pytest.raises(DatabaseError, match="outside_says_which_union"), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute(
            "INSERT INTO dues_outside (union_id, county_id, distribution_id, beneficiary, amount)"
            " SELECT union_id, county_id, distribution_id, 'above', 1 FROM dues_outside LIMIT 1"
        )


def _address(dues):
    return reverse("dues:outside", args=[dues.world.unions["luyang"].code])


def _typed(dues, **other):
    return {"partner": str(dues.world.unions["province"].pk), "way": ABOVE, "expected": str(SHARE), **other}


def test_the_page_orders_it_and_says_what_is_wrong(dues):
    client, there = _client(dues, "luyang-treasurer"), [dues.world.unions["luyang"].code]
    address = reverse("dues:remit", args=there)

    assert dues.world.unions["province"].name in client.get(_address(dues)).content.decode()
    changed = client.post(address, _typed(dues, expected="1"), follow=True)
    assert "金额刚刚有变化" in changed.content.decode()
    unclear = client.post(address, _typed(dues, partner="x"), follow=True)
    assert "没有提交付款" in unclear.content.decode()
    assert not Payment.objects.using("bulk").exists()

    key = {"once": "01a200a1-c253-7b3b-ba62-1b3c9e1a4f07"}
    for _click in range(2):
        assert client.post(address, _typed(dues, **key)).status_code == 302

    assert Payment.objects.using("bulk").get().partner_id == dues.world.unions["province"].pk
    assert client.get(address).status_code == 405


def _remit_each(dues, expected, way=BELOW, who="luyang-treasurer"):
    with transaction.atomic():
        return remitting.remit_each(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"], way=way, expected=expected
        )


def _accounts_below(dues, *names):
    with transaction.atomic():
        for place, name in enumerate(names):
            _account(dues, name, 10 + place)
    return sum(_due(dues, BELOW)[name] for name in names)


def test_all_that_is_owed_below_is_ordered_at_once_to_whoever_has_an_account(dues):
    fen = _accounts_below(dues, "factory", "mill")
    left = _due(dues, BELOW)["shushan"]

    numbers = _remit_each(dues, fen)

    made = Payment.objects.using("bulk").filter(pk__in=numbers)
    assert sorted(made.values_list("partner_id", "amount", "code", "state", "payee__tail")) == sorted(
        (
            dues.world.unions[name].pk,
            dues.balance("luyang", "202", name),
            "202",
            "waiting",
            synthetic_account(30 + place)[-4:],
        )
        for place, name in enumerate(("factory", "mill"))
    )
    assert _due(dues, BELOW) == {"shushan": left}
    assert not verify.outside_is_settled_once().differences
    with pytest.raises(Refusal) as told:
        _remit_each(dues, fen)
    assert told.value.code == "nothing_owed"


def test_a_union_that_is_dissolved_does_not_keep_the_others_from_what_they_are_owed(dues):
    _accounts_below(dues, "factory", "mill")
    Union.objects.using("bulk").filter(pk=dues.world.unions["mill"].pk).update(dissolved_on=AT.date())

    (number,) = _remit_each(dues, _due(dues, BELOW)["factory"])

    assert Payment.objects.using("bulk").get(pk=number).partner_id == dues.world.unions["factory"].pk


def test_what_was_ordered_at_once_goes_out_in_one_batch_and_stands_in_the_books_of_both(dues):
    _remit_each(dues, _accounts_below(dues, "factory", "mill"))
    _goes_out(dues)

    assert {one.account for one in dues.bank.seen} == {synthetic_account(30), synthetic_account(31)}
    assert dues.balance("luyang", "202", "factory") == dues.balance("factory", "111", "luyang") == 0
    assert Payment.objects.using("bulk").filter(state="paid").values("batch_id").distinct().count() == 1


def test_a_payment_of_many_that_was_stopped_is_owed_and_ordered_again(dues):
    fen = _accounts_below(dues, "factory", "mill")
    number = _remit_each(dues, fen)[0]
    stopped = Payment.objects.using("bulk").get(pk=number)
    _stop(dues, stopped)

    (again,) = _remit_each(dues, stopped.amount)

    assert Payment.objects.using("bulk").get(pk=again).partner_id == stopped.partner_id


def test_one_union_or_many_take_as_many_statements(dues):
    with transaction.atomic():
        registry_world.appoint(dues.world, "shushan", "treasurer", "shushan-treasurer")
    counted = []
    for names in (("factory",), ("mill", "shushan")):
        fen = _accounts_below(dues, *names)
        with CaptureQueriesContext(connections["bulk"]) as captured:
            _remit_each(dues, fen)
        counted.append(len(captured))

    assert counted[0] == counted[1]


def test_two_who_order_all_at_once_order_it_once(dues):
    fen = _accounts_below(dues, "factory", "mill")
    together, said = threading.Barrier(2), []

    def order(who):
        try:
            with transaction.atomic():
                actor = dues.world.act(who)
                together.wait(10)
                remitting.remit_each(
                    actor=actor, at=AT, union=dues.world.unions["luyang"], way=BELOW, expected=fen
                )
            said.append("ordered")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=order, args=(who,)) for who in ("luyang-treasurer", "luyang-first")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(said) == ["nothing_owed", "ordered"]
    assert Payment.objects.using("bulk").count() == 2


def test_the_page_orders_all_at_once_into_one_batch(dues):
    fen = _accounts_below(dues, "factory", "mill")
    client, there = _client(dues, "luyang-treasurer"), [dues.world.unions["luyang"].code]
    address, typed = reverse("dues:remit_each", args=there), {"way": BELOW, "expected": str(fen)}

    assert address in client.get(_address(dues)).content.decode()
    assert "金额刚刚有变化" in client.post(address, {**typed, "expected": "1"}, follow=True).content.decode()
    assert "没有提交付款" in client.post(address, {**typed, "expected": "x"}, follow=True).content.decode()
    answer = client.post(address, typed)

    batch = Batch.objects.using("bulk").get()
    assert answer["Location"] == reverse("payments:batch", args=[batch.pk])
    assert batch.payments.count() == 2
    assert client.get(address).status_code == 405
