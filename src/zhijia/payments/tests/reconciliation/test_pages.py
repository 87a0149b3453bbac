"""Differences first on the page, each with what to do; a statement is read in there."""

from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.payments.models import Statement
from zhijia.payments.tests.reconciliation.given import PLANTED, plant, reconcile, sent


def test_the_page_shows_what_differs_with_what_to_do(payments, bank):
    plant(payments, bank)
    reconcile()
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))
    address = reverse("payments:reconciliation", args=[payments.union.code])

    shown = client.get(address).content.decode()

    assert shown.count("What to do about it") == len(PLANTED) + 1
    assert "The bank booked it twice" in shown
    assert client.get(reverse("payments:reconciliation_here")).url == address


def test_a_union_that_read_no_statement_is_not_told_that_all_agrees(payments, known_bank):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))

    shown = client.get(reverse("payments:reconciliation", args=[payments.union.code])).content.decode()

    assert "No statement of the bank has been read in yet." in shown
    assert "say the same" not in shown


def test_a_statement_is_read_in_on_the_page(payments, known_bank):
    sent(payments, known_bank, [""])
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))
    address = reverse("payments:reconciliation", args=[payments.union.code])
    day = days.business_day(days.now())
    _status, content = known_bank.channel()._called(
        "GET", f"/statements/1302000000000000001/{day}?profile=fixed"
    )
    from django.core.files.uploadedfile import SimpleUploadedFile

    def post(content, profile="fixed"):
        file = SimpleUploadedFile("s.txt", content)
        return client.post(address, {"account": payments.account.pk, "profile": profile, "file": file})

    assert post(content[:-5]).status_code == 422
    assert post(content, "csv").status_code == 422
    assert post(content).status_code == 302
    assert Statement.objects.using("bulk").get().count == 1
