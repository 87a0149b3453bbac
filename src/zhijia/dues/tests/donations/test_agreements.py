"""A donation is used as was agreed; another use needs the donor."""

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.dues.queries import donations as queries
from zhijia.dues.services import giving, thanking
from zhijia.dues.tests.donations.world import became_of, browser_of, comes_in, promise
from zhijia.dues.tests.world import AT
from zhijia.kernel.errors import NotForYou, Refusal


def test_another_use_needs_the_donors_consent(dues):
    donation = promise(dues)
    with pytest.raises(Refusal) as told, transaction.atomic():
        giving.change_purpose(
            actor=dues.world.act("luyang-treasurer"),
            at=AT,
            donation_id=donation.pk,
            purpose="助学",
            consent=" ",
        )
    assert told.value.code == "consent_missing"

    answer = browser_of(dues, "luyang-treasurer").post(
        reverse("dues:donation", args=[donation.pk]), {"purpose": "助学", "consent": "2026年11月电话确认"}
    )

    assert answer.status_code == 302
    donation.refresh_from_db(using="bulk")
    assert donation.purpose == "工匠培养"
    assert _agreed(donation) == [("助学", "2026年11月电话确认")]


def _agreed(donation):
    return [(one.purpose, one.consent) for one in queries.agreed(donation, using="bulk")]


def _changes(dues, donation, purpose, consent, who="luyang-treasurer"):
    with transaction.atomic():
        giving.change_purpose(
            actor=dues.world.act(who), at=AT, donation_id=donation.pk, purpose=purpose, consent=consent
        )


def test_each_agreement_stays_and_the_last_one_holds(dues):
    donation = comes_in(dues, promise(dues), 1000)
    for purpose, consent in (("助学", "5月电话确认"), ("助医", "6月来函"), ("助医", "6月来函")):
        _changes(dues, donation, purpose, consent)

    told = became_of(donation)

    assert told is not None
    assert _agreed(donation) == [("助学", "5月电话确认"), ("助医", "6月来函")]
    assert (told.donation.purpose, told.purpose) == ("工匠培养", "助医")
    donor = Client().post(
        reverse("dues:donations"), {"number": donation.number, "code": thanking.code_of(donation.number)}
    )
    at_work = browser_of(dues, "luyang-treasurer").get(reverse("dues:donation", args=[donation.pk]))
    for page in (donor, at_work):
        for words in ("工匠培养", "助学", "5月电话确认", "助医", "6月来函"):
            assert words in page.content.decode()


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang", "shushan"])
def test_only_who_keeps_the_books_writes_another_use_down(dues, who):
    donation = promise(dues)

    with pytest.raises(NotForYou):
        _changes(dues, donation, "助学", "电话确认", who)
    assert _agreed(donation) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dues_donation SET purpose = 'x'",
        "UPDATE dues_donation_agreement SET purpose = 'x'",
        "DELETE FROM dues_donation_agreement",
    ],
)
def test_what_was_agreed_is_not_written_over(dues, statement):
    _changes(dues, promise(dues), "助学", "电话确认")
    with pytest.raises(DatabaseError), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute(statement)
