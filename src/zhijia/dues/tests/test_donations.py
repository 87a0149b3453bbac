"""A donation comes in like any money, is used as agreed, and its donor reads what became of it; nobody else does."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.dues.models import Donation
from zhijia.dues.queries import donations as queries
from zhijia.dues.services import giving, thanking
from zhijia.dues.services.giving import Promised
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Receipt
from zhijia.payments.services import bank_accounts, paying_in, refunding
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine

TODAY = date(2026, 11, 20)
ONCE = uuid4()


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.bank = bank_accounts.open_one(
            actor=made.world.act("luyang-treasurer"), at=AT, union=made.world.unions["luyang"], bank="晨光银行",
            holder="庐阳区总工会", number=synthetic_account(5), channel="csv",
        )  # fmt: skip
    return made


def _promise(
    dues, yuan=1000, fund="craftsman", once=None, who="luyang-treasurer", donor="晨光公司", purpose="工匠培养"
):
    with transaction.atomic():
        return giving.promise(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"], once=once or uuid4(),
            promised=Promised(donor, yuan * 100, fund, purpose),
        )  # fmt: skip


def _comes_in(dues, donation, yuan, number="B1", day=date(2026, 3, 2)):
    with transaction.atomic():
        actor = dues.world.act("luyang-treasurer")
        (receipt,) = paying_in.came_in(
            at=AT, bank_account=dues.bank, lines=[BankLine(number, day, yuan * 100, donation.donor)]
        )
        paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=donation.receivable_id)
    donation.refresh_from_db(using="bulk")
    return donation


def _spend(dues, yuan, day, fund="craftsman", role="worker_service_expenditure"):
    with transaction.atomic():
        actor, union = dues.world.act("luyang-treasurer"), dues.world.unions["luyang"]
        spent, bank = (
            accounts.for_role(actor=actor, at=AT, union=union, role=one, fund=fund, day=day)
            for one in (role, "bank")
        )
        posting.post(
            actor=actor, at=AT, union=union, day=day, kind="voucher", source=Source("test", uuid4().hex),
            lines=[Line(spent.pk, yuan * 100), Line(bank.pk, -yuan * 100)], note="欧阳兰奖励",
        )  # fmt: skip


def _client(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def _told(donation, code=None):
    return queries.answer(donation.number, code or thanking.spelled(donation.number), today=TODAY)


def test_a_donation_is_expected_once_and_comes_in_by_the_bank(dues):
    donation = _promise(dues, once=ONCE)
    assert _promise(dues, once=ONCE).pk == donation.pk

    _comes_in(dues, donation, 600)
    assert (donation.received, donation.received_on) == (600_00, date(2026, 3, 2))
    _comes_in(dues, donation, 400, "B2", date(2026, 4, 1))

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
        _promise(dues, **wrong)
    assert told.value.code == code
    assert not Donation.objects.using("bulk").exists()


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang", "shushan"])
def test_only_who_keeps_the_books_writes_it_down(dues, who):
    with pytest.raises(NotForYou):
        _promise(dues, who=who)


def test_the_donor_reads_what_became_of_it_first_in_first_out(dues):
    first, second = _promise(dues), _promise(dues, 500, donor="新河公司")
    _comes_in(dues, first, 1000)
    _comes_in(dues, second, 500, "B2", date(2026, 4, 1))
    _spend(dues, 700, date(2026, 5, 6))
    _spend(dues, 400, date(2026, 6, 7), role="activity_expenditure")

    told, other = _told(first), _told(second)

    assert told is not None
    assert other is not None
    assert [(use.month, use.words, use.fen) for use in told.uses] == [
        (date(2026, 5, 1), "职工服务支出", 700_00),
        (date(2026, 6, 1), "职工活动支出", 300_00),
    ]
    assert told.left == 0
    assert ([use.fen for use in other.uses], other.left) == ([100_00], 400_00)


def _looked_up(dues, donation):
    page = Client().post(
        reverse("dues:donations"), {"number": donation.number, "code": thanking.code_of(donation.number)}
    )
    return page.content.decode()


@pytest.mark.parametrize(("most", "fen"), [(1, []), (2, [300_00])])
def test_a_fund_that_moves_too_much_is_not_said_to_be_at_hand(dues, monkeypatch, most, fen):
    donation = _comes_in(dues, _promise(dues), 1000)
    _spend(dues, 300, date(2026, 5, 6))
    _spend(dues, 200, date(2026, 6, 7))
    value = parameters.value
    monkeypatch.setattr(
        "zhijia.dues.queries.donations.parameters.value",
        lambda key, **more: most if key == "ledger.walk_entries" else value(key, **more),
    )

    told, page = _told(donation), _looked_up(dues, donation)

    assert told is not None
    assert ([use.fen for use in told.uses], told.cut) == (fen, True)
    assert "在这里查不到全部去向" in page
    assert "尚未使用" not in page
    assert "仍在账上" not in page


def test_what_was_paid_back_is_not_called_income(dues):
    donation = _comes_in(dues, _promise(dues), 1000)
    _spend(dues, 100, date(2026, 5, 6), role="donation_income")

    told = _told(donation)

    assert told is not None
    assert [(use.words, use.fen) for use in told.uses] == [("退还捐赠人", 100_00)]


def test_what_was_taken_back_is_not_said_to_be_unused(dues):
    donation = _comes_in(dues, _promise(dues), 1000)
    with transaction.atomic():
        posting.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, entry_id=Receipt.objects.using("bulk").get().entry_id,
            reason="错账", day=TODAY,
        )  # fmt: skip

    told, page = _told(donation), _looked_up(dues, donation)

    assert told is not None
    assert (told.uses, told.left, told.back, told.cut) == ([], 0, 1000_00, False)
    assert "1,000.00 元已不在基金里" in page
    assert "尚未使用" not in page


def test_money_of_another_fund_is_not_in_its_life(dues):
    donation, other = _promise(dues), _promise(dues, 500, "worker_development")
    _comes_in(dues, donation, 1000)
    _comes_in(dues, other, 500, "B2")
    _spend(dues, 300, date(2026, 5, 6), fund="worker_development")

    told = _told(donation)

    assert told is not None
    assert (told.uses, told.left) == ([], 1000_00)


def test_a_wrong_code_and_a_number_nobody_has_get_the_same_answer_by_the_same_way(dues):
    donation = _comes_in(dues, _promise(dues), 1000)
    client, address = Client(), reverse("dues:donations")
    asked = (
        (donation.number, "0000-0000-0000"),
        ("202600000000000", thanking.spelled(donation.number)),
        ("x", "é"),
    )

    answers, statements = [], []
    for number, code in asked:
        with CaptureQueriesContext(connections["bulk"]) as captured:
            answer = client.post(address, {"number": number, "code": code})
        statements.append(len(captured))
        said = re.sub(r'"[^"]*"', "", answer.content.decode())
        answers.append((answer.status_code, said))

    assert len(set(answers)) == 1
    assert len(set(statements)) == 1
    assert answers[0][0] == 422
    assert "没有这个编号和查询码对应的捐赠" in answers[0][1]


def test_the_open_page_answers_with_sums_and_nobodys_name(dues):
    donation = _comes_in(dues, _promise(dues, donor="李某"), 1000)
    _spend(dues, 700, date(2026, 5, 6))
    client, address = Client(), reverse("dues:donations")

    page = client.post(address, {"number": donation.number, "code": thanking.code_of(donation.number)})

    text = page.content.decode()
    assert page.status_code == 200
    for words in ("700.00", "300.00", "职工服务支出", "工匠基金"):
        assert words in text
    for name in ("欧阳兰", "李某"):
        assert name not in text
    assert client.post(address, {"number": "", "code": ""}).status_code == 422
    assert dues.world.unions["luyang"].name in client.get(address).content.decode()


def test_the_union_discloses_a_year_with_few_entries_together(dues):
    _comes_in(dues, _promise(dues), 1000)
    for month in (5, 6, 7):
        _spend(dues, 100, date(2026, month, 6))
    _spend(dues, 50, date(2026, 8, 6), role="rights_expenditure")

    (fund,) = queries.disclosed(dues.world.unions["luyang"], 2026, today=TODAY)
    page = Client().get(reverse("dues:disclosed", args=[dues.world.unions["luyang"].code]), {"year": "2026"})

    assert (fund.before, fund.came, fund.gone, fund.left) == (0, 1000_00, 350_00, 650_00)
    assert [(use.name, use.many, use.fen) for use in fund.uses] == [("", 4, 350_00)]
    text = page.content.decode()
    assert "1,000.00" in text
    assert "欧阳兰" not in text
    assert Client().get(reverse("dues:disclosed", args=["340103-0"])).status_code == 404
    assert Client().get(page.request["PATH_INFO"], {"year": "9999999"}).status_code == 200


def test_the_year_after_begins_with_what_was_left(dues):
    _comes_in(dues, _promise(dues), 1000)
    _spend(dues, 100, date(2026, 5, 6))

    (fund,) = queries.disclosed(dues.world.unions["luyang"], 2027, today=TODAY)

    assert (fund.before, fund.came, fund.gone, fund.left) == (900_00, 0, 0, 900_00)


def test_another_use_needs_the_donors_consent(dues):
    donation = _promise(dues)
    with pytest.raises(Refusal) as told, transaction.atomic():
        giving.change_purpose(
            actor=dues.world.act("luyang-treasurer"),
            at=AT,
            donation_id=donation.pk,
            purpose="助学",
            consent=" ",
        )
    assert told.value.code == "consent_missing"

    answer = _client(dues, "luyang-treasurer").post(
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
    donation = _comes_in(dues, _promise(dues), 1000)
    for purpose, consent in (("助学", "5月电话确认"), ("助医", "6月来函"), ("助医", "6月来函")):
        _changes(dues, donation, purpose, consent)

    told = _told(donation)

    assert told is not None
    assert _agreed(donation) == [("助学", "5月电话确认"), ("助医", "6月来函")]
    assert (told.donation.purpose, told.purpose) == ("工匠培养", "助医")
    donor = Client().post(
        reverse("dues:donations"), {"number": donation.number, "code": thanking.code_of(donation.number)}
    )
    at_work = _client(dues, "luyang-treasurer").get(reverse("dues:donation", args=[donation.pk]))
    for page in (donor, at_work):
        for words in ("工匠培养", "助学", "5月电话确认", "助医", "6月来函"):
            assert words in page.content.decode()


@pytest.mark.parametrize("who", ["factory-treasurer", "luyang", "shushan"])
def test_only_who_keeps_the_books_writes_another_use_down(dues, who):
    donation = _promise(dues)

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
    _changes(dues, _promise(dues), "助学", "电话确认")
    with pytest.raises(DatabaseError), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute(statement)


def test_a_donation_is_not_made_another_by_hand(dues):
    _promise(dues)
    with pytest.raises(DatabaseError), transaction.atomic(using="bulk"):
        connections["bulk"].cursor().execute("UPDATE dues_donation SET amount = 1")


@pytest.mark.parametrize(
    ("who", "status"), [("luyang-treasurer", 200), ("luyang", 200), ("factory-treasurer", 404)]
)
def test_its_pages_open_for_who_reads_the_books(dues, who, status):
    donation = _comes_in(dues, _promise(dues), 1000)
    client = _client(dues, who)

    for page, argument in (("union_donations", dues.world.unions["luyang"].code), ("donation", donation.pk)):
        assert client.get(reverse(f"dues:{page}", args=[argument])).status_code == status


def test_the_page_writes_it_down_and_prints_the_receipt(dues):
    client = _client(dues, "luyang-treasurer")
    address = reverse("dues:union_donations", args=[dues.world.unions["luyang"].code])
    typed = {"donor": "晨光公司", "yuan": "1000", "fund": "craftsman", "purpose": "工匠培养"}

    assert client.post(address, {**typed, "yuan": "1.234"}).status_code == 422
    assert client.post(address, {**typed, "fund": "own"}).status_code == 422
    assert _client(dues, "luyang").post(address, typed).status_code in (403, 404)
    assert client.post(address, typed).status_code == 302

    donation = Donation.objects.using("bulk").get()
    paper = reverse("dues:donation_receipt", args=[donation.pk])
    assert client.get(paper).status_code == 302
    _comes_in(dues, donation, 1000)
    assert client.get(paper).content.startswith(b"%PDF")
    assert _client(dues, "luyang").get(paper).status_code == 404


def test_the_receipt_says_what_the_union_kept_of_a_donation(dues):
    donation = _comes_in(dues, _promise(dues), 1000)
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
    donation = _comes_in(dues, _promise(dues), 1000)
    _goes_back(dues, donation, back)

    told = _told(donation)

    assert told is not None
    assert (told.given_back, told.kept) == (back * 100, (1000 - back) * 100)
    client, code = _client(dues, "luyang-treasurer"), dues.world.unions["luyang"].code
    page = client.get(reverse("dues:donation", args=[donation.pk])).content.decode()
    for text in ("1,000.00", f"{back * 100 / 100:,.2f}", words):
        assert text in page
    listed = client.get(reverse("dues:union_donations", args=[code])).content.decode()
    assert f"其中已退回：{back:,.2f}" in listed
    assert f"{1000 - back:,.2f}" in _looked_up(dues, donation)


@pytest.mark.parametrize(
    "other", [{"yuan": 1001}, {"fund": "donation"}, {"donor": "别家公司"}, {"purpose": "助学"}]
)
def test_the_same_key_with_another_donation_is_refused_in_words(dues, other):
    _promise(dues, once=ONCE)

    with pytest.raises(Refusal) as told:
        _promise(dues, once=ONCE, **other)

    assert told.value.code == "written_differently"
    assert Donation.objects.using("bulk").count() == 1


def test_a_key_of_another_union_answers_nothing_of_its_donation(dues):
    _promise(dues, once=ONCE)

    with pytest.raises(Refusal) as told, transaction.atomic():
        giving.promise(
            actor=dues.world.act("factory-treasurer"), at=AT, union=dues.world.unions["factory"], once=ONCE,
            promised=Promised("晨光公司", 1000_00, "craftsman", "工匠培养"),
        )  # fmt: skip

    assert told.value.code == "written_differently"


def test_a_promise_that_came_in_is_still_the_same_promise(dues):
    donation = _comes_in(dues, _promise(dues, once=ONCE), 1000)

    assert _promise(dues, once=ONCE).pk == donation.pk
