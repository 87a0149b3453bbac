"""The pages of a donation, its receipt, and what went back."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.dues.models import Donation
from zhijia.dues.services import thanking
from zhijia.dues.tests.donations.world import became_of, browser_of, comes_in, looked_up, promise
from zhijia.dues.tests.world import AT
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Receipt
from zhijia.payments.services import refunding
from zhijia.payments.services.payees import Payee


@pytest.mark.parametrize(
    ("who", "status"), [("luyang-treasurer", 200), ("luyang", 200), ("factory-treasurer", 404)]
)
def test_its_pages_open_for_who_reads_the_books(dues, who, status):
    donation = comes_in(dues, promise(dues), 1000)
    client = browser_of(dues, who)

    for page, argument in (("union_donations", dues.world.unions["luyang"].code), ("donation", donation.pk)):
        assert client.get(reverse(f"dues:{page}", args=[argument])).status_code == status


def test_the_page_writes_it_down_and_prints_the_receipt(dues):
    client = browser_of(dues, "luyang-treasurer")
    address = reverse("dues:union_donations", args=[dues.world.unions["luyang"].code])
    typed = {"donor": "晨光公司", "yuan": "1000", "fund": "craftsman", "purpose": "工匠培养"}

    assert client.get(address).context["form"].fields["fund"].choices[0][0] == "", (
        "nobody chooses for the donor"
    )
    assert client.post(address, {**typed, "yuan": "1.234"}).status_code == 422
    assert client.post(address, {**typed, "fund": "own"}).status_code == 422
    assert browser_of(dues, "luyang").post(address, typed).status_code in (403, 404)
    assert client.post(address, typed).status_code == 302

    donation = Donation.objects.using("bulk").get()
    paper = reverse("dues:donation_receipt", args=[donation.pk])
    assert client.get(paper).status_code == 302
    comes_in(dues, donation, 1000)
    assert client.get(paper).content.startswith(b"%PDF")
    assert browser_of(dues, "luyang").get(paper).status_code == 404


def test_the_receipt_says_what_the_union_kept_of_a_donation(dues):
    donation = comes_in(dues, promise(dues), 1000)
    _goes_back(dues, donation, 400)

    assert b"%PDF" in _paper(dues, donation)
    _goes_back(dues, donation, 600)

    with pytest.raises(Refusal) as told:
        _paper(dues, donation)
    assert told.value.code == "nothing_received"


def _goes_back(dues, donation, yuan):
    with transaction.atomic():
        actor = dues.world.act("luyang-treasurer")
        receipt = Receipt.objects.get(receivable_id=donation.receivable_id)
        refunding.refund(
            actor=actor, at=AT, receipt_id=receipt.pk, amount=yuan * 100, once=uuid4().hex, title="退回捐赠",
            reason="捐赠人要求", payee=Payee("晨光公司", synthetic_account(8), "晨光银行"),
        )  # fmt: skip


def _paper(dues, donation):
    with transaction.atomic():
        return thanking.paper(actor=dues.world.act("luyang-treasurer"), at=AT, donation_id=donation.pk)


@pytest.mark.parametrize(("back", "words"), [(400, "已到账"), (1000, "已退还捐赠人")])
def test_what_went_back_stands_beside_what_came(dues, back, words):
    donation = comes_in(dues, promise(dues), 1000)
    _goes_back(dues, donation, back)

    told = became_of(donation)

    assert told is not None
    assert (told.given_back, told.kept) == (back * 100, (1000 - back) * 100)
    client, code = browser_of(dues, "luyang-treasurer"), dues.world.unions["luyang"].code
    page = client.get(reverse("dues:donation", args=[donation.pk])).content.decode()
    for text in ("1,000.00", f"{back * 100 / 100:,.2f}", words):
        assert text in page
    listed = client.get(reverse("dues:union_donations", args=[code])).content.decode()
    assert f"其中已退回：{back:,.2f}" in listed
    assert f"{1000 - back:,.2f}" in looked_up(dues, donation)
