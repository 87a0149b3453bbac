"""A sample is kept as drawn, from the audit's own days; drawn again it is the same; risks come from vouchers too."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from zhijia.auditing import rules
from zhijia.auditing.models import Item, Sample
from zhijia.auditing.queries import candidates, flags, papers
from zhijia.auditing.services import sampling
from zhijia.auditing.tests.world import A_DAY, AT, build
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Entry
from zhijia.ledger.rules import Line
from zhijia.ledger.services import posting
from zhijia.ledger.services.posting import Source
from zhijia.ledger.spending_models import Flag, Voucher

DAY = date(2026, 5, 6)


@pytest.fixture
def audits(db):
    return build()


@pytest.mark.parametrize("method", ["random", "stratified"])
def test_a_sample_drawn_again_is_the_same(audits, method):
    sample = audits.drawn(audits.in_the_field(), method, 5)

    again = sampling.again(sample, candidates.numbered(sample.population))

    assert sorted(again) == sorted(sample.items.values_list("entry_id", flat=True))
    assert len(again) == 5
    assert rules.digest(sample.population, sample.amounts) == sample.digest


def test_what_is_posted_afterwards_changes_nothing(audits):
    sample = audits.drawn(audits.in_the_field(), "random", 5)
    audits.ledger.income("factory", "later", 500, day=date(2026, 3, 3))
    audits.act("chen")

    again = sampling.again(sample, candidates.numbered(sample.population))

    assert sorted(again) == sorted(sample.items.values_list("entry_id", flat=True))


def test_entries_of_other_days_and_unions_are_not_drawn_from(audits):
    audits.ledger.income("mill", "mill", 500, day=date(2026, 3, 3))
    audits.ledger.income("factory", "november", 500)

    sample = audits.drawn(audits.in_the_field(), "random", 3)

    entries = Entry.objects.filter(pk__in=sample.population)
    assert {entry.union_id for entry in entries} == {audits.world.unions["factory"].pk}
    assert max(entry.day for entry in entries) <= date(2026, 10, 31)
    assert len(sample.population) == 13


def test_the_accounts_that_were_named_are_drawn_from_alone(audits):
    audit = audits.in_the_field()
    sample = sampling.draw(
        actor=audits.act("chen"), at=AT + 5 * A_DAY, engagement_id=audit.pk, method="random", size=50,
        accounts=["501"], once=uuid4(),
    )  # fmt: skip

    assert len(sample.population) == 12
    assert sample.items.count() == 12


@pytest.mark.parametrize("size", [0, 501])
def test_a_sample_has_a_size_that_can_be_looked_at(audits, size):
    with pytest.raises(Refusal) as told:
        audits.drawn(audits.in_the_field(), "random", size)

    assert told.value.code == "sample_size"


def test_nothing_is_drawn_before_the_field(audits):
    with pytest.raises(Refusal) as told:
        audits.drawn(audits.plan())

    assert told.value.code == "not_in_the_field"


def test_a_sample_is_never_changed_nor_taken_out(audits):
    sample = audits.drawn(audits.in_the_field())

    for act in (
        lambda: Sample.objects.update(seed="00"),
        lambda: Sample.objects.all().delete(),
        lambda: Item.objects.update(entry_id=1),
        lambda: Item.objects.filter(sample=sample).delete(),
    ):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            act()


def test_a_finding_without_words_is_no_working_paper(audits):
    item = audits.drawn(audits.in_the_field()).items.first()
    chen = audits.act("chen")

    with pytest.raises(Refusal) as told:
        sampling.look(actor=chen, at=AT, item_id=item.pk, result="finding")
    with pytest.raises(NotForYou):
        sampling.look(actor=audits.act("fang"), at=AT, item_id=item.pk, result="in_order")

    assert told.value.code == "words_missing"


def _voucher(audits, payee="", code="", prohibition=""):
    """A voucher that was posted; the number of its entry."""
    bank, spent = audits.ledger.account("factory", "102"), audits.ledger.account("factory", "501")
    union, actor = audits.world.unions["factory"], audits.act("factory-treasurer")
    place = {"union_id": union.pk, "county_id": union.county_id}
    voucher = Voucher.objects.create(
        once=uuid4(), year=2026, category="birthday", day=DAY, title="生日慰问", way="goods", payee=payee,
        paid_from_id=bank, amount=100, prepared_by=actor.user_id, prepared_at=AT, **place,
    )  # fmt: skip
    if code or prohibition:
        Flag.objects.create(voucher=voucher, code=code, prohibition=prohibition, raised_at=AT, **place)
    entry = posting.post(
        actor=actor, at=AT, union=union, day=DAY, kind="voucher", source=Source("spending_voucher", str(voucher.pk)),
        lines=[Line(spent, 100), Line(bank, -100)],
    )  # fmt: skip
    Voucher.objects.filter(pk=voucher.pk).update(state="waiting")
    checker = audits.act("factory")
    Voucher.objects.filter(pk=voucher.pk).update(state="checked", checked_by=checker.user_id, checked_at=AT)
    Voucher.objects.filter(pk=voucher.pk).update(state="posted", entry_id=entry, number=voucher.pk % 10_000)
    return entry


def test_flags_of_vouchers_and_the_same_payee_make_entries_worth_a_look(audits):
    flagged = _voucher(audits, code="cap_exceeded", prohibition="extra_bonuses")
    settled = _voucher(audits, prohibition="gifts_banquets")
    Flag.objects.filter(voucher__entry=settled).update(settled_at=AT)
    paid = [_voucher(audits, payee="宏达商行") for _ in range(5)]
    audits.act("chen")

    found = flags.declared([flagged, settled, *paid], times=5)

    assert found == {flagged: ("cap_exceeded", "extra_bonuses"), **dict.fromkeys(paid, ("same_payee",))}
    assert flags.declared([flagged, *paid], times=6).keys() == {flagged}


def test_every_flag_has_its_words():
    known = ["cap_exceeded", "extra_bonuses", "split", "same_payee"]

    assert not set(papers.words_of(known)) & set(known)


def test_a_sample_by_risk_keeps_what_was_flagged_then(audits):
    entry = _voucher(audits, prohibition="gifts_banquets")
    sample = audits.drawn(audits.in_the_field(), "risk", 50)
    audits.act("factory-treasurer")
    Flag.objects.filter(voucher__entry=entry).update(settled_at=AT)
    audits.act("chen")

    assert "gifts_banquets" in sample.items.get(entry_id=entry).flags
    assert entry in sampling.again(sample, candidates.numbered(sample.population))
