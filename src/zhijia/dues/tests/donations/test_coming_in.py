"""A donation is expected once, comes in like any money, and is nobody else's."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction

from zhijia.dues.models import Donation
from zhijia.dues.services import giving
from zhijia.dues.services.giving import Promised
from zhijia.dues.tests.donations.world import comes_in, promise
from zhijia.dues.tests.world import AT
from zhijia.kernel.errors import NotForYou, Refusal

ONCE = uuid4()


def test_a_donation_is_expected_once_and_comes_in_by_the_bank(dues):
    donation = promise(dues, once=ONCE)
    assert promise(dues, once=ONCE).pk == donation.pk

    comes_in(dues, donation, 600)
    assert (donation.received, donation.received_on) == (600_00, date(2026, 3, 2))
    comes_in(dues, donation, 400, "B2", date(2026, 4, 1))

    assert (donation.received, donation.received_on) == (1000_00, date(2026, 3, 2))
    assert dues.balance("luyang", "102") == 1000_00


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"fund": "own"}, "no_fund_for_donations"),
        ({"fund": "nothing"}, "no_fund_for_donations"),
        ({"yuan": 0}, "donation_unclear"),
        ({"yuan": -5}, "donation_unclear"),
        ({"donor": " "}, "donation_unclear"),
        ({"purpose": ""}, "donation_unclear"),
    ],
)
def test_what_is_no_donation_is_refused(dues, wrong, code):
    with pytest.raises(Refusal) as told:
        promise(dues, **wrong)
    assert told.value.code == code
    assert not Donation.objects.using("bulk").exists()


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang", "shushan"])
def test_only_who_keeps_the_books_writes_it_down(dues, who):
    with pytest.raises(NotForYou):
        promise(dues, who=who)


def test_a_donation_is_not_made_another_by_hand(dues):
    promise(dues)
    with pytest.raises(DatabaseError), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute("UPDATE dues_donation SET amount = 1")


@pytest.mark.parametrize(
    "other", [{"yuan": 1001}, {"fund": "donation"}, {"donor": "别家公司"}, {"purpose": "助学"}]
)
def test_the_same_key_with_another_donation_is_refused_in_words(dues, other):
    promise(dues, once=ONCE)

    with pytest.raises(Refusal) as told:
        promise(dues, once=ONCE, **other)

    assert told.value.code == "written_differently"
    assert Donation.objects.using("bulk").count() == 1


def test_a_key_of_another_union_answers_nothing_of_its_donation(dues):
    promise(dues, once=ONCE)

    with pytest.raises(Refusal) as told, transaction.atomic():
        giving.promise(
            actor=dues.world.act("factory-treasurer"), at=AT, union=dues.world.unions["factory"], once=ONCE,
            promised=Promised("晨光公司", 1000_00, "craftsman", "工匠培养"),
        )  # fmt: skip

    assert told.value.code == "written_differently"


def test_a_promise_that_came_in_is_still_the_same_promise(dues):
    donation = comes_in(dues, promise(dues, once=ONCE), 1000)

    assert promise(dues, once=ONCE).pk == donation.pk
