"""Dues of members: reckoned by their wage, written down once, income of the union that has them, nobody's wage kept."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues.models import MemberMonth
from zhijia.dues.services import members
from zhijia.dues.tests.world import AT, build
from zhijia.facts import queries as facts
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Account

WAGES = [("甲", 5_678_90), ("乙", 9_99)]


@pytest.fixture
def dues(db):
    return build()


def _collect(dues, who="factory-treasurer", union="factory", month=202610, once=None, wages=WAGES):
    there = dues.world.unions[union]
    paid = members.reckoned(union=there, month=month, wages=wages)
    return members.collect(
        actor=dues.world.act(who), at=AT, union=there, month=month, paid=paid, once=once or uuid4()
    )


def test_what_was_collected_is_the_unions_income_once(dues):
    once = uuid4()

    made, again = _collect(dues, once=once), _collect(dues, once=once)

    assert made.pk == again.pk
    assert (made.members, made.amount) == (1, 28_35)
    union = dues.world.unions["factory"]
    assert Account.objects.get(union_id=union.pk, code="401").balance == -28_35
    assert facts.total("dues.received", unions=[union.pk], measure="amount") == 28_35


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"month": 202612}, "month_to_come"),
        ({"wages": [("乙", 9_99)]}, "nobody_owes"),
        ({"union": "luyang", "who": "luyang-treasurer"}, "not_grassroots"),
    ],
)
def test_what_cannot_be_is_refused(dues, more, code):
    with pytest.raises(Refusal) as refused:
        _collect(dues, **more)

    assert refused.value.code == code


@pytest.mark.parametrize("who", ["mill-treasurer", "luyang"])
def test_nobody_else_writes_them_down(dues, who):
    with pytest.raises(NotForYou):
        _collect(dues, who=who)


def test_the_page_reckons_first_and_keeps_no_wage(dues):
    client = Client()
    client.force_login(User.objects.get(pk=dues.world.actors["factory-treasurer"].user_id))
    address = reverse("dues:members", args=[dues.world.unions["factory"].code])
    typed = {"month": "2026-10", "wages": "甲 5678.90\n\n乙\t9.99", "once": str(uuid4())}

    shown = client.post(address, {**typed, "reckon": "1"})
    assert "28.35" in shown.content.decode()
    assert not MemberMonth.objects.exists()
    assert client.post(address, {**typed, "collected": "1"}).status_code == 302
    dues.world.act("factory-treasurer")

    assert MemberMonth.objects.get().amount == 28_35
    assert client.post(address, {**typed, "wages": "甲 many"}).status_code == 422
    assert "5,678.90" not in client.get(address).content.decode()
