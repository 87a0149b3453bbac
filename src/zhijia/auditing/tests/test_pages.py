"""The pages of audits, from the plan to the end, for each side; nobody else finds them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets.services import cards
from zhijia.audit.models import Entry as TrailEntry
from zhijia.auditing.models import Engagement, Finding, Item, Sample
from zhijia.auditing.tests.world import A_DAY, AT, build
from zhijia.kernel import days
from zhijia.ledger.services.posting import Source
from zhijia.ledger.spending_models import Voucher
from zhijia.payments import words
from zhijia.payments.services import paying
from zhijia.payments.services.payees import Payee

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def clock(monkeypatch):
    """The hands of the clock, which views read."""
    hands = {"at": AT}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    return hands


@pytest.fixture
def audits(db, clock):
    return build()


def _client(audits, who):
    client = Client()
    client.force_login(User.objects.get(pk=audits.world.actors[who].user_id))
    return client


def _new(**more):
    return {"once": str(uuid4()), "kind": "term", "matters": ["budget"], "since": "2026-01-01", "until": "2026-10-31",
            "plan_on": "2026-11-25"} | more  # fmt: skip


@pytest.mark.parametrize(
    "name", ["ledger:book", "ledger:vouchers", "payments:union", "dues:union", "assets:cards"]
)
def test_a_committee_reads_all_the_money_of_a_union_it_audits(audits, name):
    assert (
        _client(audits, "chen").get(reverse(name, args=[audits.world.unions["factory"].code])).status_code
        == 200
    )


def test_an_audit_goes_its_way_on_pages(audits, clock):
    committee, treasurer = _client(audits, "chen"), _client(audits, "factory-treasurer")
    union = audits.world.unions["factory"]
    committee.post(reverse("auditing:plan", args=[audits.world.unions["luyang"].code]),
                   {"since": "2026-01-01", "until": "2030-12-31"})  # fmt: skip
    made = committee.post(reverse("auditing:new", args=[union.code]), _new())
    audit = Engagement.objects.get()
    page, step = reverse("auditing:audit", args=[audit.pk]), reverse("auditing:step", args=[audit.pk])
    assert (made.status_code, made["Location"]) == (302, page)
    assert treasurer.get(page).status_code == 404

    committee.post(step, {"step": "notify"})
    assert treasurer.get(page).status_code == 200
    clock["at"] += 5 * A_DAY
    committee.post(step, {"step": "begin"})
    draw = {"once": str(uuid4()), "subject": "entry", "method": "stratified", "size": "3"}
    drawn = committee.post(reverse("auditing:draw", args=[audit.pk]), draw)
    sample = Sample.objects.get()
    assert drawn["Location"] == reverse("auditing:sample", args=[sample.pk])
    assert committee.get(drawn["Location"], {"again": "1"}).context["again"] is True

    *good, bad = sample.items.order_by("place")
    for item in good:
        committee.post(reverse("auditing:item", args=[item.pk]), {"result": "in_order", "note": ""})
    after = committee.post(
        reverse("auditing:item", args=[bad.pk]),
        {"result": "finding", "note": "无签收表", "page": SimpleUploadedFile("page.png", PNG)},
    )
    found = {"title": "慰问品无签收表", "words": "无签收表", "matter": "budget", "prohibition": "gifts_banquets",
             "yuan": "300.50", "post": "工会主席"}  # fmt: skip
    assert committee.post(after["Location"], found)["Location"] == page
    committee.post(step, {"once": str(uuid4()), "step": "draft", "words": "征求意见稿正文"})
    one = Finding.objects.get()
    finding = reverse("auditing:finding", args=[one.pk])
    assert "征求意见稿正文" in treasurer.get(page).content.decode()
    assert treasurer.get(finding).status_code == 200
    assert treasurer.get(drawn["Location"]).status_code == 404

    treasurer.post(
        reverse("auditing:comment", args=[audit.pk]), {"once": str(uuid4()), "words": "属实，立即整改"}
    )
    committee.post(step, {"once": str(uuid4()), "step": "report", "words": "责令限期整改"})
    report = treasurer.get(reverse("auditing:report", args=[audit.pk]))
    assert report["Content-Type"] == "application/pdf"
    assert report.content[:5] == b"%PDF-"
    treasurer.post(reverse("auditing:prove", args=[one.pk]),
                   {"once": str(uuid4()), "words": "已补签", "yuan": "300.50",
                    "page": SimpleUploadedFile("proof.png", PNG)})  # fmt: skip
    shown = committee.get(finding).content.decode()
    (file_id,) = re.findall(r"/files/([0-9a-f-]{36})", shown)
    assert committee.get(f"/files/{file_id}").status_code == 200
    committee.post(reverse("auditing:decide", args=[one.pk]), {"step": "verify", "yuan": "300.50"})
    committee.post(step, {"step": "close"})

    audit.refresh_from_db()
    one.refresh_from_db()
    assert (audit.state, one.state, one.corrected) == ("closed", "verified", 30_050)
    covered = committee.get(reverse("auditing:plan", args=[audits.world.unions["luyang"].code]))
    assert (covered.status_code, covered.context["percent"]) == (200, 50)
    counts = committee.get(reverse("auditing:here")).context["counts"]
    assert counts == {"covered": 1, "in_hand": 0, "not_yet": 1}


STRANGERS = ["mill-treasurer", "couriers", "other", "shushan"]


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_finds_no_audit(audits, who):
    audit = audits.reported()
    sample = audits.in_the_field(kind="special")
    sample = audits.drawn(sample)
    one = audit.findings.get()
    client = _client(audits, who)

    for name, argument in (
        ("audit", audit.pk), ("report", audit.pk), ("finding", one.pk), ("sample", sample.pk),
        ("item", sample.items.first().pk), ("new_finding", audit.pk),
        ("new", audits.world.unions["factory"].code), ("plan", audits.world.unions["luyang"].code),
    ):  # fmt: skip
        assert client.get(reverse(f"auditing:{name}", args=[argument])).status_code == 404, name


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang"])
def test_the_audited_union_reads_its_part_and_writes_no_papers(audits, who):
    audit = audits.reported()
    one = audit.findings.get()
    client = _client(audits, who)

    assert client.get(reverse("auditing:audit", args=[audit.pk])).status_code == 200
    assert client.get(reverse("auditing:own")).status_code == 200
    step = client.post(reverse("auditing:step", args=[audit.pk]), {"step": "close"})
    decided = client.post(reverse("auditing:decide", args=[one.pk]), {"step": "verify", "yuan": "0"})
    assert {step.status_code, decided.status_code} <= {403, 404}


def test_the_city_reads_what_its_county_audits_and_decides_nothing(audits):
    audit = audits.reported()
    client = _client(audits, "city-committee")

    assert client.get(reverse("auditing:audit", args=[audit.pk])).status_code == 200
    assert client.post(reverse("auditing:step", args=[audit.pk]), {"step": "close"}).status_code in {403, 404}


def test_what_is_typed_wrong_stays_with_a_sentence(audits):
    client = _client(audits, "chen")
    address = reverse("auditing:new", args=[audits.world.unions["factory"].code])

    for wrong in ({"until": "2025-01-01"}, {"matters": []}, {"kind": "own"}, {"kind": "fund"},
                  {"kind": "responsibility"}, {"until": "2999-01-01"}):  # fmt: skip
        answer = client.post(address, _new(**wrong))
        assert answer.status_code == 422, wrong
    assert not Engagement.objects.exists()


def test_too_early_a_step_is_said_on_the_page(audits, clock):
    audit = audits.plan()
    client = _client(audits, "chen")
    step = reverse("auditing:step", args=[audit.pk])
    client.post(step, {"step": "notify"})

    answer = client.post(step, {"step": "begin"}, follow=True)

    assert "通知" in answer.content.decode() or "notice" in answer.content.decode()
    assert Engagement.objects.get().state == "noticed"


def test_opening_an_entry_is_on_the_trail(audits):
    sample = audits.drawn(audits.in_the_field())
    item = sample.items.first()

    _client(audits, "chen").get(reverse("auditing:item", args=[item.pk]))

    audits.act("chen")
    looks = TrailEntry.objects.filter(action="audit.entry.look")
    assert [look.detail["entry"] for look in looks] == [item.number]


def test_two_clicks_draw_one_sample(audits, clock):
    audit = audits.in_the_field()
    clock["at"] += 5 * A_DAY
    client = _client(audits, "chen")
    typed = {"once": str(uuid4()), "subject": "entry", "method": "random", "size": "3"}

    for _ in range(2):
        client.post(reverse("auditing:draw", args=[audit.pk]), typed)

    assert (Sample.objects.count(), Item.objects.count()) == (1, 3)


def test_a_list_costs_the_same_however_long_it_is(audits, django_assert_max_num_queries):
    client = _client(audits, "chen")
    for number in range(6):
        audits.plan(kind="special", until=AT.date() - timedelta(days=20 + number))

    with django_assert_max_num_queries(40):
        assert len(client.get(reverse("auditing:here")).context["rows"]) == 6


@pytest.mark.parametrize("page", ["ledger:vouchers", "payments:union", "assets:cards"])
def test_where_a_union_has_nothing_those_below_that_have_are_named(audits, page):
    factory, luyang = audits.world.unions["factory"], audits.world.unions["luyang"]
    fen = {"union_id": factory.pk, "county_id": factory.county_id}
    actor = audits.act("factory-treasurer")
    if page == "ledger:vouchers":
        Voucher.objects.create(
            once=uuid4(), year=2026, category="birthday", day=audits.task().since, title="生日", way="goods",
            paid_from_id=audits.ledger.account("factory", "102"), amount=100, prepared_by=actor.user_id,
            prepared_at=AT, **fen,
        )  # fmt: skip
    elif page == "payments:union":
        paying.ordered(
            actor=actor, at=AT, union=factory, source=Source("test", "1"),
            payee=Payee("商店", "4563510000000000011", "中国银行"), amount=100, fund="own", spent_on="503", title="x",
        )  # fmt: skip
    else:
        cards.take_up(
            actor=actor, at=AT, union=factory, once=uuid4(),
            new=cards.New(name="投影仪", kind="equipment", came="bought", got_on=AT.date(), cost=720_000,
                          place="职工之家", paid_from=audits.ledger.account("factory", "102")),
        )  # fmt: skip
    address = reverse(page, args=[luyang.code])

    seen = _client(audits, "chen").get(address).content.decode()

    assert reverse(page, args=[factory.code]) in seen
    assert reverse(page, args=[audits.world.unions["mill"].code]) not in seen


def test_a_committee_above_reads_what_those_below_audit(audits, clock):
    audit = audits.plan()

    city = _client(audits, "city-committee").get(reverse("auditing:here")).content.decode()
    other = _client(audits, "other").get(reverse("auditing:here")).content.decode()

    assert reverse("auditing:audit", args=[audit.pk]) in city
    assert "下级经审会正在审的" in city
    assert reverse("auditing:audit", args=[audit.pk]) not in other


def test_a_sample_of_payments_is_drawn_and_looked_at_on_pages(audits, clock):
    paying.ordered(
        actor=audits.act("factory-treasurer"), at=AT - 30 * A_DAY, union=audits.world.unions["factory"],
        source=Source("test", "1"), payee=Payee("宏达商行", "4563510000000000011", "中国银行"), amount=100_000,
        fund="own", spent_on="503", title="慰问品",
    )  # fmt: skip
    audit = audits.in_the_field()
    clock["at"] += 5 * A_DAY
    client = _client(audits, "chen")
    draw = {"once": str(uuid4()), "subject": "payment", "method": "risk", "size": "3"}

    drawn = client.post(reverse("auditing:draw", args=[audit.pk]), draw)
    page = client.get(drawn["Location"], {"again": "1"})
    item = client.get(reverse("auditing:item", args=[Item.objects.get().pk])).content.decode()

    assert page.context["again"] is True
    assert "整数金额" in page.content.decode()
    assert "宏达商行" in item
    assert "没有入账" in item
    assert str(words.STATES["waiting"][0]) in item
