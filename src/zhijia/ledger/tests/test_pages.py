"""The books on pages: for whoever holds the right there, and nobody else; what is typed wrong stays with a sentence."""

import io
import uuid

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import definitions
from zhijia.ledger.models import BudgetLine, Entry
from zhijia.ledger.services import transfers
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Transfer
from zhijia.ledger.tests.world import AT, DAY, build


@pytest.fixture
def ledger(db):
    made = build()
    made.income("factory", "1", 700)
    return made


def _client(ledger, who):
    client = Client()
    client.force_login(User.objects.get(pk=ledger.world.actors[who].user_id))
    return client


def _address(ledger, name, union="factory"):
    return reverse(f"ledger:{name}", args=[ledger.world.unions[union].code])


PAGES = ["book", "entries", "voucher", "open_account", "close", "budget", "statement", "below"]


@pytest.mark.parametrize("name", PAGES)
def test_a_treasurer_opens_every_page_of_their_union(ledger, name):
    assert _client(ledger, "factory-treasurer").get(_address(ledger, name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["mill-treasurer", "couriers", "shushan"])
def test_nobody_else_finds_them(ledger, name, who):
    assert _client(ledger, who).get(_address(ledger, name)).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("book", 200), ("entries", 200), ("voucher", 404), ("reopen", 200)]
)
def test_the_union_above_reads_and_opens_again(ledger, name, status):
    assert _client(ledger, "luyang").get(_address(ledger, name)).status_code == status


def test_an_entry_of_another_union_is_not_found(ledger):
    number = Entry.objects.get().pk

    assert _client(ledger, "factory-treasurer").get(reverse("ledger:entry", args=[number])).status_code == 200
    assert _client(ledger, "mill-treasurer").get(reverse("ledger:entry", args=[number])).status_code == 404


def _voucher(ledger, **typed):
    bank, income = ledger.account("factory", "102"), ledger.account("factory", "402")
    today = "2026-11-20"
    return {"once": str(uuid.uuid4()), "day": today, "note": "拨缴经费", "rows": "4", "account_0": bank,
            "debit_0": "12.50", "account_1": income, "credit_1": "12.50"} | typed  # fmt: skip


def test_a_voucher_is_posted_once_however_often_it_is_sent(ledger):
    typed, client = _voucher(ledger), _client(ledger, "factory-treasurer")

    for _ in range(2):
        assert client.post(_address(ledger, "voucher"), typed).status_code == 302

    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"credit_1": "12.49"}, {"debit_0": "-3"}, {"debit_0": "1.234"}, {"account_1": ""}, {"account_0": "99999999"},
     {"day": "2026-13-01"}, {"day": "2999-01-01"}, {"note": ""}, {"debit_0": "9" * 30}, {"debit_0": "拾元"}],
)  # fmt: skip
def test_what_is_typed_wrong_stays_with_a_sentence(ledger, wrong):
    answer = _client(ledger, "factory-treasurer").post(_address(ledger, "voucher"), _voucher(ledger, **wrong))

    assert answer.status_code == 422
    assert "拨缴经费" in answer.content.decode() or "note" in wrong
    assert Entry.objects.count() == 1


def test_debits_that_differ_from_credits_are_told_with_their_sums(ledger):
    answer = _client(ledger, "factory-treasurer").post(
        _address(ledger, "voucher"), _voucher(ledger, debit_0="１２３", credit_1="1,122")
    )

    assert answer.status_code == 422
    assert "本级经费：借方 123.00 元，贷方 1,122.00 元" in answer.content.decode()


def test_more_lines_keep_what_was_typed(ledger):
    answer = _client(ledger, "factory-treasurer").post(
        _address(ledger, "voucher"), _voucher(ledger, more="1", credit_1="7.77")
    )

    assert answer.status_code == 200
    assert "7.77" in answer.content.decode()
    assert "account_7" in answer.content.decode()


def test_an_entry_is_taken_back_on_its_page(ledger):
    address = reverse("ledger:entry", args=[Entry.objects.get().pk])

    answer = _client(ledger, "factory-treasurer").post(
        address, {"once": str(uuid.uuid4()), "day": "2026-11-20", "reason": "记错了"}
    )

    assert answer.status_code == 302
    assert Entry.objects.filter(corrects__isnull=False).count() == 1


def test_a_budget_goes_its_way_on_pages(ledger):
    treasurer, above = _client(ledger, "factory-treasurer"), _client(ledger, "luyang")
    year = {"year": "2026"}
    treasurer.post(_address(ledger, "budget"), {**year, "code": "501", "fund": "own", "yuan": "100"})
    treasurer.post(
        _address(ledger, "decide_budget"), {**year, "answer": "adopt", "document": "庐工〔2026〕1号"}
    )
    refused = treasurer.post(
        _address(ledger, "decide_budget"), {**year, "answer": "approve", "document": "自批"}
    )
    above.post(
        _address(ledger, "decide_budget"), {**year, "answer": "approve", "document": "庐工〔2026〕2号"}
    )
    line = BudgetLine.objects.get()
    above.post(
        reverse("ledger:raise_line", args=[line.pk]),
        {"yuan": "5", "document": "庐工〔2026〕3号", "reason": "活动增加"},
    )

    line.refresh_from_db()
    assert refused.status_code in {403, 404}
    assert (line.state, line.amount, line.raised) == ("approved", 10_000, 500)


def test_the_entries_of_an_account_come_page_by_page(ledger):
    for number in range(60):
        ledger.income("factory", f"more-{number}", 100 + number)
    client, seen, after = _client(ledger, "factory-treasurer"), [], ""
    account = ledger.account("factory", "102")
    while True:
        page = client.get(_address(ledger, "entries"), {"account": account, "after": after}).context["page"]
        seen += [row.entry.pk for row in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == 61
    assert seen == sorted(seen, reverse=True)


def test_the_entries_of_an_account_say_what_went_in_and_out_of_it_alone(ledger):
    bank, dear, cheap = (ledger.account("factory", code) for code in ("102", "501", "502"))
    ledger.post("factory", "spent", (dear, 450), (cheap, 150), (bank, -600))

    page = _client(ledger, "factory-treasurer").get(_address(ledger, "entries"), {"account": cheap}).context
    at_bank = _client(ledger, "factory-treasurer").get(_address(ledger, "entries"), {"account": bank}).context
    every = _client(ledger, "factory-treasurer").get(_address(ledger, "entries")).context

    assert [(row.debit, row.credit) for row in page["page"].rows] == [(150, 0)]
    assert sorted((row.debit, row.credit) for row in at_bank["page"].rows) == [(0, 600), (700, 0)]
    assert sorted(row.debit for row in every["page"].rows) == [600, 700]


@pytest.mark.parametrize("name", ["open_account", "budget"])
def test_a_fund_nobody_chose_is_bound_to_no_purpose(ledger, name):
    form = _client(ledger, "factory-treasurer").get(_address(ledger, name)).context["form"]

    assert form.fields["fund"].choices[0][0] == "own"


def test_accounts_of_money_bound_to_no_purpose_stand_first(ledger):
    client, own = _client(ledger, "factory-treasurer"), definitions.load().funds["own"].label
    ledger.income("factory", "given", 300, fund="donation")

    form = client.get(_address(ledger, "voucher")).context["form"]
    funds = client.get(_address(ledger, "book")).context["funds"]

    assert form.fields["account_0"].choices[1][0] == str(own)
    assert [fund["label"] for fund in funds] == [own, definitions.load().funds["donation"].label]


def test_a_trial_balance_of_months_that_run_backwards_stays_with_a_sentence(ledger):
    asked = {"since": "2026年11月", "until": "2026/1"}

    page = _client(ledger, "factory-treasurer").get(_address(ledger, "book"), asked)

    assert page.context["form"].errors.keys() == {"until"}
    assert "还没有开设科目" not in page.content.decode()


def test_the_life_of_a_line_opens_for_whoever_may_read_it_alone(ledger):
    number = Entry.objects.get().pk
    address = reverse("ledger:life", args=[number, 1])

    answer = _client(ledger, "factory-treasurer").get(address)

    assert answer.status_code == 200
    assert "7.00" in answer.content.decode()
    assert (
        _client(ledger, "factory-treasurer").get(reverse("ledger:life", args=[number, 9])).status_code == 404
    )
    assert _client(ledger, "mill-treasurer").get(address).status_code == 404


def test_the_ends_of_a_walk_come_page_by_page(ledger):
    bank, cost = ledger.account("factory", "102"), ledger.account("factory", "501")
    for number in range(70):
        ledger.post("factory", f"spent-{number}", (cost, 10), (bank, -10))
    ledger.world.act("factory-treasurer")
    client, seen, after = _client(ledger, "factory-treasurer"), [], ""
    first = Entry.objects.order_by("pk")[0].pk
    while True:
        page = client.get(reverse("ledger:life", args=[first, 2]), {"after": after}).context
        seen += [end["stop"].entry_id for end in page["ends"]]
        after = page["after"]
        if not after:
            break

    assert len(seen) == len(set(seen)) == 70


@pytest.mark.parametrize("kind", ["balance", "result", "budget"])
@pytest.mark.parametrize("form", ["statement", "statement_workbook", "statement_paper"])
def test_statements_are_read_taken_along_and_printed(ledger, kind, form):
    address = _address(ledger, form)

    answer = _client(ledger, "factory-treasurer").get(address, {"kind": kind})

    assert answer.status_code == 200
    assert _client(ledger, "mill-treasurer").get(address, {"kind": kind}).status_code == 404
    if form == "statement_paper":
        assert answer.content.startswith(b"%PDF")
    if form == "statement_workbook":
        cells = [
            cell for row in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0] for cell in row
        ]
        amounts = [cell for cell in cells if cell.number_format == "#,##0.00"]
        assert amounts
        assert {type(cell.value) for cell in amounts} <= {int, float, type(None)}


def test_a_statement_of_days_that_run_backwards_stays_with_a_sentence(ledger):
    asked = {"kind": "result", "since": "2026-11-20", "until": "2026-01-01"}
    client = _client(ledger, "factory-treasurer")

    assert "table" not in client.get(_address(ledger, "statement"), asked).context
    assert client.get(_address(ledger, "statement_paper"), asked).status_code == 404


def test_the_unions_below_are_listed_for_the_union_above(ledger):
    above = _client(ledger, "luyang").get(_address(ledger, "below", "luyang"))

    assert above.status_code == 200
    assert [row["state"] for row in above.context["rows"]] == ["behind", "none"]
    assert above.context["totals"].at_hand == 700
    assert _client(ledger, "shushan").get(_address(ledger, "below", "luyang")).status_code == 404


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("none", ["庐阳区快递行业工会联合会"]),
        ("behind", ["晨光机械工会"]),
        ("over", []),
        ("unbudgeted", ["晨光机械工会"]),
    ],
)
def test_unions_below_that_need_a_look_are_found(ledger, only, names):
    page = _client(ledger, "luyang").get(_address(ledger, "below", "luyang"), {"only": only}).context

    assert [row["union"].name for row in page["rows"]] == names


def test_accounts_towards_other_unions_are_one_row_of_the_trial_balance(ledger):
    unions = ledger.world.unions
    for number, name in enumerate(("luyang", "mill")):
        transfers.send(
            actor=ledger.world.act("factory-treasurer"), at=AT, fund="own", role="due_to_upper", day=DAY,
            transfer=Transfer(unions["factory"], unions[name], 100, "remittance", Source("test", str(number))),
        )  # fmt: skip

    page = _client(ledger, "factory-treasurer").get(_address(ledger, "book"))

    (row,) = [one["row"] for fund in page.context["funds"] for one in fund["rows"] if one["row"].partners]
    assert (row.partners, row.account_id, row.debit) == (2, None, 200)
