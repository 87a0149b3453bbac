"""What the rules forbid is flagged, and a flag is settled with a reason."""

import pytest

from zhijia.kernel.errors import NotForYou
from zhijia.ledger.services.spending import deciding, flagging, kin, preparing
from zhijia.ledger.spending_models import Flag, Voucher
from zhijia.ledger.tests.spending.given import refuses
from zhijia.ledger.tests.world import AT, DAY


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"fen": 200_001}, "cap_exceeded"),
        ({"way": "cash"}, "way_not_allowed"),
        ({"way": "shopping_card"}, "way_not_allowed"),
        ({"papers": False}, "no_attachment"),
        ({"category": "prizes", "participants": 2}, "too_many_winners"),
        ({"category": "prizes", "participants": 30, "fen": 50_001}, "each_exceeded"),
        ({"category": "cinema", "way": "service", "fen": 10_000}, "beyond_dues"),
        ({"category": "activity", "amount": 1_000_000}, "not_decided"),
    ],
)
def test_what_the_rules_forbid_is_no_farther_than_a_draft_and_is_flagged(books, more, code):
    voucher = books.prepared(**more)

    refuses(code, deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)

    flagged = Flag.objects.filter(voucher=voucher, code=code, settled_at=None).count()
    assert flagged == (code not in flagging.UNFINISHED)
    assert Voucher.objects.get(pk=voucher.pk).state == "draft"


def test_outings_are_paid_from_dues_and_a_shortfall(books):
    dues, bank = books.account("factory", "401"), books.account("factory", "102")
    books.post("factory", "dues", (bank, 10_000), (dues, -10_000))

    books.posted(category="cinema", way="service", fen=15_000)
    voucher = books.prepared(category="cinema", way="service", who=("wen", "lei"), fen=12_501)

    refusal = refuses(
        "beyond_dues", deciding.hand_in, actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk
    )
    assert refusal.details["by"] == 2


def test_a_flag_of_a_rule_is_settled_once_the_draft_is_put_right(books):
    voucher = books.prepared(fen=200_001)

    preparing.rewrite(
        actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk, draft=books.draft(fen=200_000)
    )

    assert not Flag.objects.filter(voucher=voucher, settled_at=None).exists()
    assert Flag.objects.filter(voucher=voucher, code="cap_exceeded").count() == 1


def test_a_flag_is_set_with_a_reason_and_settled_by_a_third(books):
    voucher = books.posted()
    checker = books.act("factory-checker")
    refuses(
        "reason_missing",
        flagging.put,
        actor=checker,
        at=AT,
        voucher_id=voucher.pk,
        prohibition="unrelated",
        note=" ",
    )
    flag = flagging.put(
        actor=checker, at=AT, voucher_id=voucher.pk, prohibition="unrelated", note="与活动无关"
    )
    assert (
        flagging.put(actor=checker, at=AT, voucher_id=voucher.pk, prohibition="unrelated", note="与活动无关")
        == flag
    )

    for who in ("factory-checker", "factory-treasurer"):
        refuses("own_flag", flagging.settle, actor=books.act(who), at=AT, flag_id=flag.pk, note="已核")
    with pytest.raises(NotForYou):
        flagging.settle(actor=books.act("mill-checker"), at=AT, flag_id=flag.pk, note="已核")
    flagging.settle(actor=books.act("luyang"), at=AT, flag_id=flag.pk, note="已核")

    assert Flag.objects.get(pk=flag.pk).settled_note == "已核"


def test_a_payee_on_the_list_of_relatives_raises_an_alarm(books):
    factory = books.world.unions["factory"]
    kin.declare(actor=books.act("factory-treasurer"), at=AT, union=factory, officer="丁大勇", relation="spouse",
                name="王小明", works_for="惠民商店", day=DAY)  # fmt: skip

    voucher = books.prepared(payee="合肥惠民商店")

    assert Flag.objects.filter(voucher=voucher, code="kin").exists()
    deciding.hand_in(actor=books.act("factory-treasurer"), at=AT, voucher_id=voucher.pk)
