"""A sample is kept as drawn, from the audit's own days; drawn again it is the same; risks come from vouchers too."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.test import override_settings

from zhijia.auditing import rules
from zhijia.auditing.models import Item, Sample
from zhijia.auditing.queries import candidates, papers, risks
from zhijia.auditing.services import sampling
from zhijia.auditing.tests.world import A_DAY, AT, build
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Entry
from zhijia.ledger.rules import Line
from zhijia.ledger.services import posting
from zhijia.ledger.services.posting import Source
from zhijia.ledger.spending_models import Flag, Voucher
from zhijia.payments.models import Alarm
from zhijia.payments.services import batching, paying
from zhijia.payments.services.payees import Payee

DAY = date(2026, 5, 6)
TODAY = date(2026, 11, 25)


@pytest.fixture
def audits(db):
    return build()


@pytest.mark.parametrize("method", ["random", "stratified"])
def test_a_sample_drawn_again_is_the_same(audits, method):
    sample = audits.drawn(audits.in_the_field(), method, 5)

    again = sampling.again(sample, candidates.numbered(sample.population))

    assert sorted(again) == sorted(sample.items.values_list("number", flat=True))
    assert len(again) == 5
    assert rules.digest(sample.population, sample.amounts) == sample.digest


def test_what_is_posted_afterwards_changes_nothing(audits):
    sample = audits.drawn(audits.in_the_field(), "random", 5)
    audits.ledger.income("factory", "later", 500, day=date(2026, 3, 3))
    audits.act("chen")

    again = sampling.again(sample, candidates.numbered(sample.population))

    assert sorted(again) == sorted(sample.items.values_list("number", flat=True))


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
        lambda: Item.objects.update(number=1),
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


def _holding(audits, numbers, *codes, subject="entry"):
    audits.act("chen")
    rules_there = risks.of_subject(subject, TODAY)
    return risks.holding([rules_there[f"risk.{code}"] for code in codes], numbers, TODAY)


def test_rules_about_vouchers_find_their_entries(audits):
    flagged = _voucher(audits, code="cap_exceeded", prohibition="extra_bonuses")
    settled = _voucher(audits, prohibition="gifts_banquets")
    Flag.objects.filter(voucher__entry=settled).update(settled_at=AT)
    paid = [_voucher(audits, payee="宏达商行") for _ in range(5)]
    some = [flagged, settled, *paid]

    assert _holding(audits, some, "flagged") == {flagged: ("risk.flagged",)}
    assert _holding(audits, some, "same_payee") == dict.fromkeys(paid, ("risk.same_payee",))


def test_one_payee_fewer_is_none(audits):
    paid = [_voucher(audits, payee="宏达商行") for _ in range(4)]

    assert _holding(audits, paid, "same_payee") == {}


@pytest.mark.parametrize(
    ("day", "fen", "code", "holds"),
    [
        (DAY, 100_000, "round_sum", True),
        (DAY, 100_001, "round_sum", False),
        (date(2026, 10, 31), 100, "entered_late", False),
        (date(2026, 3, 1), 100, "entered_late", True),
        (date(2026, 12, 22), 100, "year_end", True),
        (date(2026, 12, 21), 100, "year_end", False),
    ],
)
def test_rules_about_entries_find_them_to_the_day_and_the_fen(audits, day, fen, code, holds):
    bank, spent = audits.ledger.account("factory", "102"), audits.ledger.account("factory", "501")
    number = posting.post(
        actor=audits.act("factory-treasurer"), at=max(AT, AT.replace(year=day.year, month=day.month, day=day.day)),
        union=audits.world.unions["factory"], day=day, kind="voucher", source=Source("test", "one"),
        lines=[Line(spent, fen), Line(bank, -fen)],
    )  # fmt: skip

    assert _holding(audits, [number], code) == ({number: (f"risk.{code}",)} if holds else {})


def test_income_is_no_risk_however_round(audits):
    number = audits.ledger.income("factory", "round", 100_000_000)

    assert _holding(audits, [number], "round_sum", "entered_late") == {}


def test_what_was_taken_back_is_worth_a_look(audits):
    bank, spent = audits.ledger.account("factory", "102"), audits.ledger.account("factory", "501")
    number = audits.ledger.post("factory", "wrong", (spent, 5), (bank, -5))
    posting.take_back(
        actor=audits.act("factory-treasurer"), at=AT, entry_id=number, day=date(2026, 11, 20), reason="错"
    )

    assert _holding(audits, [number], "taken_back") == {number: ("risk.taken_back",)}


def test_a_committee_finds_nothing_by_rules_in_books_it_does_not_read(audits):
    elsewhere = audits.ledger.income("mill", "elsewhere", 100_000)

    assert _holding(audits, [elsewhere], "round_sum") == {}


def test_every_risk_has_its_words(audits):
    audits.act("chen")
    there = risks.choices(TODAY)

    assert len(there) == 14
    assert all(label and label != code for code, label in there)
    told = risks.told([code for code, _label in there], TODAY, "zh-hans")
    assert all(risk.words for risk in told if risk.code.startswith("risk."))
    assert not set(papers.words_of([code for code, _label in there])) & {code for code, _label in there}


def test_a_sample_by_risk_keeps_what_held_then(audits):
    entry = _voucher(audits, prohibition="gifts_banquets")
    sample = audits.drawn(audits.in_the_field(), "risk", 50)
    audits.act("factory-treasurer")
    Flag.objects.filter(voucher__entry=entry).update(settled_at=AT)
    audits.act("chen")

    assert "risk.flagged" in sample.items.get(number=entry).flags
    assert entry in sampling.again(sample, candidates.numbered(sample.population))
    assert sample.terms["risks"]["risk.flagged"] == 1
    assert _holding(audits, [entry], "flagged") == {}


def test_the_risks_that_were_chosen_are_drawn_by_alone(audits):
    entry = _voucher(audits, prohibition="gifts_banquets")
    audit = audits.in_the_field()

    sample = _drawn(audits, audit, method="risk", chosen=["risk.flagged"])

    assert list(sample.items.values_list("number", flat=True)) == [entry]
    assert sample.terms["risks"] == {"risk.flagged": 1}
    with pytest.raises(Refusal) as told:
        _drawn(audits, audit, method="risk", chosen=["member.active"])
    assert told.value.code == "no_such_risk"


def test_risks_of_the_other_kind_alone_are_told_as_such(audits):
    audit = audits.in_the_field()
    of = {subject: next(iter(risks.of_subject(subject, TODAY))) for subject in ("entry", "payment")}

    for subject, other in (("entry", "payment"), ("payment", "entry")):
        with pytest.raises(Refusal) as told:
            _drawn(audits, audit, method="risk", subject=subject, chosen=[of[other]])
        assert told.value.code == "risks_of_the_other"


def test_nothing_to_draw_says_of_what_and_why(audits):
    audit = audits.in_the_field()

    said = {}
    for name, more in {
        "no entry": {"accounts": ["999"]},
        "no risk": {"method": "risk", "chosen": ["risk.flagged"]},
        "no payment": {"subject": "payment"},
    }.items():
        with pytest.raises(Refusal) as told:
            _drawn(audits, audit, **more)
        said[name] = (told.value.code, str(told.value))

    assert {code for code, _words in said.values()} == {"nothing_to_draw"}
    assert len({words for _code, words in said.values()}) == 3


def _drawn(audits, audit, **more):
    said = {"method": "random", "size": 50, "once": uuid4(), **more}
    return sampling.draw(actor=audits.act("chen"), at=AT + 5 * A_DAY, engagement_id=audit.pk, **said)


def _ordered(audits, number, amount=123_456, name="宏达商行", at=AT - 30 * A_DAY):
    """A payment of the factory that was ordered last month and waits."""
    return paying.ordered(
        actor=audits.act("factory-treasurer"), at=at, union=audits.world.unions["factory"],
        source=Source("test", str(number)), payee=Payee(name, "4563510000000000011", "中国银行"), amount=amount,
        fund="own", spent_on="503", title="慰问品",
    )  # fmt: skip


def test_payments_are_drawn_too_whatever_became_of_them(audits):
    orders = [_ordered(audits, number) for number in range(3)]
    _ordered(audits, "later", at=AT)
    batching.stop(actor=audits.act("factory-treasurer"), at=AT, payment_id=orders[0].pk, reason="重复")

    sample = _drawn(audits, audits.in_the_field(), subject="payment", size=2)

    assert sample.population == sorted(order.pk for order in orders)
    assert sample.amounts == [123_456] * 3
    again = sampling.again(sample, candidates.numbered(sample.population, subject="payment"))
    assert sorted(again) == sorted(sample.items.values_list("number", flat=True))
    assert len(again) == 2


def test_payments_are_drawn_by_their_own_risks(audits):
    _ordered(audits, "odd")
    round_sum, alarmed, again = (
        _ordered(audits, "round", 100_000),
        _ordered(audits, "alarm"),
        _ordered(audits, "again"),
    )
    place = {"union_id": alarmed.union_id, "county_id": alarmed.county_id}
    Alarm.objects.create(payment=alarmed, payee=alarmed.payee, kind="kin", raised_at=AT, **place)
    numbers = [round_sum.pk, alarmed.pk, again.pk]

    sample = _drawn(audits, audits.in_the_field(), subject="payment", method="risk")

    flags = {item.number: item.flags for item in sample.items.all() if item.number in numbers}
    assert "risk.payment_round_sum" in flags[round_sum.pk]
    assert "risk.payment_alarm" in flags[alarmed.pk]
    assert not any(flag.startswith("risk.round") for flag in flags[round_sum.pk])
    assert set(sample.terms["risks"]) == {*risks.of_subject("payment", TODAY), "rest_day", "split"}


def test_a_rule_the_federation_writes_is_a_risk_at_once(audits, tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "risk.own.yaml").write_text(
        "code: risk.own\nlabel: {en: Nine, zh: 带九}\nversion: 1\nsource: test\nconfidence: D\nsubject: entry\n"
        "purpose: audit\nsince: 2026-11-21\ntext: 'entry.spends && entry.amount % 10 == 9'\n",
        encoding="utf-8",
    )
    bank, spent = audits.ledger.account("factory", "102"), audits.ledger.account("factory", "501")
    number = audits.ledger.post("factory", "nine", (spent, 9), (bank, -9), day=DAY)

    with override_settings(CATALOGUE_OVERLAY=str(tmp_path)):
        sample = _drawn(audits, audits.in_the_field(), method="risk", chosen=["risk.own"])
        words = papers.words_of(sample.items.get(number=number).flags)

    assert list(sample.items.values_list("number", flat=True)) == [number]
    assert words == ["带九"]
