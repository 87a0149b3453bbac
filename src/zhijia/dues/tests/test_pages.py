"""Contributions on pages: found by those with a right there, and by nobody else; a form keeps what was typed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues.models import Bill, CollectionFile, Distribution
from zhijia.dues.tests.world import HEADINGS, build
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_account
from zhijia.payments.models import Receivable
from zhijia.payments.services import bank_accounts


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.declare()
    return made


def _client(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def _at(dues, name, union="luyang"):
    return reverse(f"dues:{name}", args=[dues.world.unions[union].code])


def _bill():
    return reverse("dues:bill", args=[Bill.objects.using("bulk").get().pk])


@pytest.mark.parametrize("name", ["union", "files", "came_in", "match"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("luyang-treasurer", 200), ("luyang", 200), ("factory-treasurer", 404), ("shushan", 404)],
)
def test_a_union_is_opened_by_who_has_a_right_there(dues, name, who, status):
    assert _client(dues, who).get(_at(dues, name)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("factory-treasurer", 200), ("luyang", 200), ("mill-treasurer", 404), ("shushan", 404)],
)
def test_a_bill_is_opened_by_the_union_and_those_above(dues, who, status):
    assert _client(dues, who).get(_bill()).status_code == status


def test_the_bill_says_how_the_sum_came_about(dues):
    page = _client(dues, "factory-treasurer").get(_bill()).content.decode()

    assert "80,000.00" in page
    assert "1,600.00" in page
    assert Bill.objects.using("bulk").get().reference in page


def test_the_bill_names_the_account_whole_so_that_one_can_pay(dues):
    expects = Receivable.objects.using("bulk").get(pk=Bill.objects.using("bulk").get().receivable_id).union_id
    number = synthetic_account(5)
    with transaction.atomic():
        name, union = next(one for one in dues.world.unions.items() if one[1].pk == expects)
        bank_accounts.open_one(
            actor=dues.world.act(f"{name}-treasurer"), at=days.now(), union=union, title="一般户", bank="晨光银行",
            holder=union.name, number=number, channel="http",
        )  # fmt: skip

    page = _client(dues, "factory-treasurer").get(_bill()).content.decode()

    assert number in page


def _declare(dues, who="factory-treasurer", month=202609, **typed):
    address = reverse(
        "dues:declare", args=[dues.world.unions["factory"].code, dues.employers["factory"].pk, month]
    )
    return _client(dues, who).post(address, {"staff": "10", "wages": "1234.50", **typed})


def test_a_month_is_declared_on_the_page(dues):
    answer = _declare(dues)

    assert answer.status_code == 302
    assert Bill.objects.using("bulk").get(month=202609).amount == 24_69


def test_a_bill_past_its_day_is_overdue_in_the_list_too(dues, monkeypatch):
    bill = Bill.objects.using("bulk").get()
    at = datetime.combine(bill.due_on, time(12), tzinfo=UTC)
    client = _client(dues, "factory-treasurer")

    for day, overdue in ((at, False), (at + timedelta(days=1), True)):
        monkeypatch.setattr(days, "now", lambda day=day: day)
        page = client.get(_at(dues, "union", "factory")).content.decode()
        assert ("已超期" in page, "待缴" in page) == (overdue, not overdue)


@pytest.mark.parametrize("typed", [{"wages": ""}, {"wages": "12.345"}, {"staff": "-1"}, {"staff": "0"}])
def test_what_is_typed_wrong_stays_with_a_sentence(dues, typed):
    answer = _declare(dues, **typed)

    assert answer.status_code == 422
    assert not Bill.objects.using("bulk").filter(month=202609).exists()


def test_a_stranger_declares_nothing(dues):
    assert _declare(dues, who="mill-treasurer").status_code == 404
    assert _declare(dues, who="luyang").status_code == 404


def test_a_file_is_sent_looked_at_taken_over_and_shared(dues):
    from zhijia.dues.services import collecting, distributing
    from zhijia.kernel import days

    client = _client(dues, "luyang-treasurer")
    text = "\n".join([HEADINGS, dues.line("factory", "1600.00"), "x,,2026-10,2026-10,1,1,2026-11-12"])
    sent = SimpleUploadedFile("tax.csv", text.encode())
    answer = client.post(_at(dues, "files"), {"file": sent})
    file = CollectionFile.objects.using("bulk").get()
    assert answer.headers["Location"] == reverse("dues:file", args=[file.pk])
    assert client.get(answer.headers["Location"]).status_code == 200

    client.post(reverse("dues:decide_file", args=[file.pk]), {"answer": "confirm"})
    collecting.take(at=days.now(), file_id=file.pk)
    client.post(_at(dues, "share"))
    run = Distribution.objects.using("bulk").get()
    distributing.work(at=days.now(), distribution_id=run.pk)

    assert client.get(reverse("dues:run", args=[run.pk])).status_code == 200
    number = run.splits.using("bulk").get().contribution_id
    for who, status in (("luyang-treasurer", 200), ("factory-treasurer", 200), ("mill-treasurer", 404)):
        assert _client(dues, who).get(reverse("dues:contribution", args=[number])).status_code == status
    back = client.post(reverse("dues:contribution", args=[number]), {"reason": "wrong"})
    assert back.status_code == 302


def test_a_file_of_something_else_is_refused_with_a_sentence(dues):
    client = _client(dues, "luyang-treasurer")

    answer = client.post(_at(dues, "files"), {"file": SimpleUploadedFile("tax.csv", b"a,b\n1,2\n")})

    assert answer.status_code == 422
    assert not CollectionFile.objects.using("bulk").exists()


def test_what_a_file_must_hold_is_said_in_the_language_of_the_reader(dues):
    client = _client(dues, "luyang-treasurer")
    client.cookies["language"] = "en"

    page = client.get(_at(dues, "files")).content.decode()

    assert "Headings: " in page


def test_who_only_reads_sends_nothing(dues):
    answer = _client(dues, "luyang").post(
        _at(dues, "files"), {"file": SimpleUploadedFile("tax.csv", HEADINGS.encode())}
    )

    assert answer.status_code in (403, 404)
    assert _client(dues, "luyang").post(_at(dues, "share")).status_code == 404
