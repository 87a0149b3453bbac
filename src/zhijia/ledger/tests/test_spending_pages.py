"""Spending on pages: what is allowed is said before anything is typed; wrong typing stays with a sentence."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.ledger.services.spending import deciding
from zhijia.ledger.spending_models import Flag, Kin, Voucher
from zhijia.ledger.tests.spending_world import PDF, build
from zhijia.ledger.tests.world import AT


@pytest.fixture
def books(db):
    return build()


def _client(books, who="factory-treasurer"):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=books.world.actors[who].user_id))
    return client


def _address(books, name, union="factory"):
    return reverse(f"ledger:{name}", args=[books.world.unions[union].code])


PAGES = ["vouchers", "new_spending", "allowances", "flags", "kin"]


@pytest.mark.parametrize("name", PAGES)
def test_a_treasurer_opens_every_page_of_their_union(books, name):
    books.prepared(fen=200_001)

    assert _client(books).get(_address(books, name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "ding"])
def test_nobody_else_finds_them(books, name, who):
    assert _client(books, who).get(_address(books, name)).status_code == 404


@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "ding"])
def test_nobody_else_finds_a_voucher_or_its_paper(books, who):
    voucher = books.prepared()
    paper = reverse("files:stored_file", args=[voucher.files.get().file_id])

    assert _client(books, who).get(reverse("ledger:spending", args=[voucher.pk])).status_code == 404
    assert _client(books, who).get(paper).status_code == 404


@pytest.mark.parametrize("who", ["factory-treasurer", "factory-checker", "factory", "luyang"])
def test_those_who_check_it_read_a_voucher_and_its_paper(books, who):
    voucher = books.prepared()
    paper = reverse("files:stored_file", args=[voucher.files.get().file_id])

    page = _client(books, who).get(reverse("ledger:spending", args=[voucher.pk]))

    assert page.status_code == 200
    assert "丁大勇" in page.content.decode()
    assert b"".join(_client(books, who).get(paper)) == PDF


def test_what_is_allowed_is_said_before_anything_is_typed(books):
    books.posted(fen=20_000)

    page = _client(books).get(_address(books, "new_spending") + "?for=holiday").content.decode()

    assert "2,000.00" in page
    assert "200.00" in page
    assert "1,800.00" in page
    assert "各地不同" in page


def _typed(books, **more):
    said = {
        "once": str(uuid.uuid4()), "day": "2026-11-20", "title": "中秋慰问", "occasion": "mid_autumn", "way": "goods",
        "payee": "惠民商店", "paid_from": books.account("factory", "102"), "who": "listed", "each": "200",
        "roster": "丁大勇\n文秀兰 150.50",
    }  # fmt: skip
    return {**said, **more}


def test_a_voucher_is_typed_once_however_often_it_is_sent(books):
    typed, client = _typed(books), _client(books)

    for _ in range(2):
        answer = client.post(_address(books, "new_spending") + "?for=holiday", typed)
        assert answer.status_code == 302

    assert sorted(Voucher.objects.get().lines.values_list("amount", flat=True)) == [15_050, 20_000]


@pytest.mark.parametrize(
    "wrong",
    [
        {"roster": ""}, {"roster": "张三"}, {"each": "", "roster": "丁大勇"}, {"each": "-1"}, {"each": "1.234"},
        {"day": "2026-13-01"}, {"day": "2999-01-01"}, {"occasion": "halloween"}, {"way": "cash"}, {"title": ""},
        {"paid_from": "99999999"}, {"paid_from": "x"}, {"who": "nobody"}, {"who": "everybody", "each": ""},
        {"roster": "丁大勇\n丁大勇"},
    ],
)  # fmt: skip
def test_what_is_typed_wrong_stays_with_a_sentence(books, wrong):
    answer = _client(books).post(_address(books, "new_spending") + "?for=holiday", _typed(books, **wrong))

    assert answer.status_code == 422
    assert "惠民商店" in answer.content.decode()
    assert not Voucher.objects.exists()


def test_a_voucher_goes_its_way_on_pages(books):
    client, checker = _client(books), _client(books, "factory")
    client.post(_address(books, "new_spending") + "?for=holiday", _typed(books))
    number = Voucher.objects.get().pk
    step, page = reverse("ledger:spending_goes_on", args=[number]), reverse("ledger:spending", args=[number])

    assert client.post(step, {"answer": "hand_in"}).status_code == 422
    paper = SimpleUploadedFile("invoice.pdf", PDF, "application/pdf")
    assert client.post(reverse("ledger:add_spending_file", args=[number]), {"file": paper}).status_code == 302
    assert client.post(step, {"answer": "hand_in"}).status_code == 302
    assert client.post(step, {"answer": "check"}).status_code == 422
    assert checker.post(step, {"answer": "give_back", "reason": ""}).status_code == 422
    assert checker.post(step, {"answer": "check"}).status_code == 302
    assert checker.post(step, {"answer": "post"}).status_code in (403, 404)
    assert client.post(step, {"answer": "post"}).status_code == 302
    assert client.post(step, {"answer": "nonsense"}).status_code == 404

    assert "2026年第1号" in client.get(page).content.decode()


def test_a_draft_is_changed_on_its_page(books):
    voucher = books.prepared(fen=200_001)
    client, address = _client(books), reverse("ledger:change_spending", args=[voucher.pk])
    assert "2000.01" in client.get(address).content.decode()

    assert client.post(address, _typed(books)).status_code == 302

    assert Voucher.objects.get().amount == 35_050
    assert not Flag.objects.filter(settled_at=None).exists()


def test_a_flag_is_set_and_settled_on_pages(books):
    voucher = books.posted()
    address = reverse("ledger:flag_spending", args=[voucher.pk])
    assert (
        _client(books, "factory").post(address, {"prohibition": "nonsense", "note": "x"}).status_code == 422
    )

    _client(books, "factory").post(address, {"prohibition": "unrelated", "note": "与活动无关"})
    flag = Flag.objects.get(user_id__isnull=False)
    _client(books, "luyang").post(reverse("ledger:settle_flag", args=[flag.pk]), {"note": "已核实"})

    assert Flag.objects.get(pk=flag.pk).settled_note == "已核实"


def test_a_relative_is_declared_and_ended_on_pages(books):
    said = {
        "officer": "丁大勇",
        "relation": "spouse",
        "name": "王小明",
        "works_for": "惠民商店",
        "day": "2026-11-20",
    }
    client, address = _client(books), _address(books, "kin")
    assert client.post(address, {**said, "officer": "张三"}).status_code == 422

    for _ in range(2):
        assert client.post(address, said).status_code == 302
    kin = Kin.objects.get()
    assert _client(books, "mill-treasurer").post(reverse("ledger:end_kin", args=[kin.pk])).status_code == 404
    assert client.post(reverse("ledger:end_kin", args=[kin.pk])).status_code == 302

    assert "王小明" not in client.get(address).content.decode()


def test_a_posted_voucher_is_taken_back_on_its_page(books):
    voucher = books.posted()
    step = reverse("ledger:spending_goes_on", args=[voucher.pk])
    said = {"answer": "take_back", "day": "2026-11-20", "reason": "", "once": str(uuid.uuid4())}
    assert _client(books).post(step, said).status_code == 422

    assert _client(books).post(step, {**said, "reason": "重复"}).status_code == 302

    assert Voucher.objects.get(pk=voucher.pk).state == "taken_back"
    assert deciding.take_back(
        actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk, day=AT.date(), reason="x"
    )
