"""The donor, and whoever reads what a union discloses, sees what became of a donation; nobody else does."""

import re
from datetime import date

import pytest
from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.catalogue import parameters
from zhijia.dues.queries import donations as queries
from zhijia.dues.services import thanking
from zhijia.dues.tests.donations.world import TODAY, became_of, comes_in, looked_up, promise, spend
from zhijia.dues.tests.world import AT
from zhijia.ledger.services import posting
from zhijia.payments.models import Receipt


def test_the_donor_reads_what_became_of_it_first_in_first_out(dues):
    first, second = promise(dues), promise(dues, 500, donor="新河公司")
    comes_in(dues, first, 1000)
    comes_in(dues, second, 500, "B2", date(2026, 4, 1))
    spend(dues, 700, date(2026, 5, 6))
    spend(dues, 400, date(2026, 6, 7), role="activity_expenditure")

    told, other = became_of(first), became_of(second)

    assert told is not None
    assert other is not None
    assert [(use.month, use.words, use.fen) for use in told.uses] == [
        (date(2026, 5, 1), "职工服务支出", 700_00),
        (date(2026, 6, 1), "职工活动支出", 300_00),
    ]
    assert told.left == 0
    assert ([use.fen for use in other.uses], other.left) == ([100_00], 400_00)


@pytest.mark.parametrize(("most", "fen"), [(1, []), (2, [300_00])])
def test_a_fund_that_moves_too_much_is_not_said_to_be_at_hand(dues, monkeypatch, most, fen):
    donation = comes_in(dues, promise(dues), 1000)
    spend(dues, 300, date(2026, 5, 6))
    spend(dues, 200, date(2026, 6, 7))
    value = parameters.value
    monkeypatch.setattr(
        "zhijia.dues.queries.donations.parameters.value",
        lambda key, **more: most if key == "ledger.walk_entries" else value(key, **more),
    )

    told, page = became_of(donation), looked_up(dues, donation)

    assert told is not None
    assert ([use.fen for use in told.uses], told.cut) == (fen, True)
    assert "在这里查不到全部去向" in page
    assert "尚未使用" not in page
    assert "仍在账上" not in page


def test_what_was_paid_back_is_not_called_income(dues):
    donation = comes_in(dues, promise(dues), 1000)
    spend(dues, 100, date(2026, 5, 6), role="donation_income")

    told = became_of(donation)

    assert told is not None
    assert [(use.words, use.fen) for use in told.uses] == [("退还捐赠人", 100_00)]


def test_what_was_taken_back_is_not_said_to_be_unused(dues):
    donation = comes_in(dues, promise(dues), 1000)
    with transaction.atomic():
        posting.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, entry_id=Receipt.objects.using("bulk").get().entry_id,
            reason="错账", day=TODAY,
        )  # fmt: skip

    told, page = became_of(donation), looked_up(dues, donation)

    assert told is not None
    assert (told.uses, told.left, told.back, told.cut) == ([], 0, 1000_00, False)
    assert "1,000.00 元已不在基金里" in page
    assert "尚未使用" not in page


def test_money_of_another_fund_is_not_in_its_life(dues):
    donation, other = promise(dues), promise(dues, 500, "worker_development")
    comes_in(dues, donation, 1000)
    comes_in(dues, other, 500, "B2")
    spend(dues, 300, date(2026, 5, 6), fund="worker_development")

    told = became_of(donation)

    assert told is not None
    assert (told.uses, told.left) == ([], 1000_00)


def test_a_wrong_code_and_a_number_nobody_has_get_the_same_answer_by_the_same_way(dues):
    donation = comes_in(dues, promise(dues), 1000)
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
    donation = comes_in(dues, promise(dues, donor="李某"), 1000)
    spend(dues, 700, date(2026, 5, 6))
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
    comes_in(dues, promise(dues), 1000)
    for month in (5, 6, 7):
        spend(dues, 100, date(2026, month, 6))
    spend(dues, 50, date(2026, 8, 6), role="rights_expenditure")

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
    comes_in(dues, promise(dues), 1000)
    spend(dues, 100, date(2026, 5, 6))

    (fund,) = queries.disclosed(dues.world.unions["luyang"], 2027, today=TODAY)

    assert (fund.before, fund.came, fund.gone, fund.left) == (900_00, 0, 0, 900_00)
