"""Statements: of one union and merged upward, to the day, with what partners say of each other left out and named."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations_with_replacement

import pytest

from zhijia.kernel.errors import NotForYou
from zhijia.ledger import statement_rules
from zhijia.ledger.models import Account
from zhijia.ledger.queries import balances, passing, statements, sums
from zhijia.ledger.queries.sums import Scope
from zhijia.ledger.services import accounts, transfers, years
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Transfer
from zhijia.ledger.statement_rules import Given
from zhijia.ledger.tests.test_life import Chain
from zhijia.ledger.tests.world import AT, DAY, SINCE

D1, D2, D3 = date(2026, 3, 1), date(2026, 3, 15), date(2026, 10, 2)
LATER = AT.replace(year=2027, month=1, day=5)
DAYS = [date(2025, 12, 31), SINCE, D1, date(2026, 3, 14), D2, date(2026, 3, 31), date(2026, 10, 1), D3, DAY]


@pytest.fixture
def chain(db):
    made = Chain()
    made.income("factory", "wage", 100_000, day=D1)
    made.income("couriers", "wage-2", 50_000, day=D2)
    made.move("factory", "luyang", 40_000, "up", D2)
    made.move("luyang", "couriers", 5_000, "down", D3)
    made.spend("factory", "fair", 7_000, day=D3)
    made.income("factory", "gift", 900, fund="donation", day=D3)
    return made


def _scope(chain, union, *, below=False, fund=""):
    return Scope(chain.world.unions[union], below, fund)


def _sheet(chain, union, day=DAY, who="all", **scope):
    actor = chain.world.act(who)
    return statements.balance_sheet(actor=actor, scope=_scope(chain, union, **scope), day=day)


def _result(chain, union, since=SINCE, until=DAY, **scope):
    actor = chain.world.act("all")
    return statements.result(actor=actor, scope=_scope(chain, union, **scope), since=since, until=until)


def _lines(section):
    return {main: line.fen for (_chart, main), line in section.lines.items() if line.fen}


def test_a_balance_sheet_says_what_a_union_has_and_owes(chain):
    sheet = _sheet(chain, "factory")

    assert _lines(sheet.assets) == {"102": 53_900}
    assert _lines(sheet.liabilities) == {"201": -40_000}
    assert sheet.result == 93_900
    assert sheet.assets.fen == sheet.liabilities.fen + sheet.net_assets.fen + sheet.result


@pytest.mark.parametrize("union", ["factory", "luyang"])
def test_the_sums_of_a_day_are_those_of_each_account(chain, union):
    chain.world.act("all")
    scope = _scope(chain, union)
    for day in DAYS:
        one_by_one = Counter()
        for account in Account.objects.filter(union_id=scope.union.pk):
            one_by_one[account.code, account.fund] += balances.at_end_of(day, account.pk)

        found = {(one.code, one.fund): one.fen for one in sums.at_end_of(day, scope)}

        assert found == {key: fen for key, fen in one_by_one.items() if fen}


def test_what_came_over_some_days_is_what_the_balances_differ_by(chain):
    chain.world.act("all")
    scope = _scope(chain, "luyang", below=True)

    def told(found):
        return Counter({(one.chart, one.code, one.fund, one.inside): one.fen for one in found})

    for since, until in combinations_with_replacement(DAYS, 2):
        differ = told(sums.at_end_of(until, scope))
        differ.subtract(told(sums.at_end_of(since - timedelta(1), scope)))

        found = told(sums.over(since, until, scope))

        assert found == {key: fen for key, fen in differ.items() if fen}


def test_merged_upward_what_partners_gave_each_other_is_left_out(chain):
    apart = _result(chain, "luyang", below=True)

    assert _lines(apart.income) == {"402": 100_000 + 50_000 + 40_000 + 900}
    assert _lines(apart.expenditure) == {"501": 7_000}
    assert apart.expenditure.left_out == apart.income.left_out == 5_000
    assert apart.apart == 0
    assert apart.over == apart.income.fen - apart.expenditure.fen


def test_what_partners_say_differently_is_a_line_and_names_them(chain):
    unions = chain.world.unions
    transfers.send(
        actor=chain.world.act("luyang-treasurer"), at=AT, fund="own", role="subsidy_expenditure", day=DAY,
        transfer=Transfer(unions["luyang"], unions["couriers"], 300, "subsidy", Source("test", "lost")),
    )  # fmt: skip
    actor = chain.world.act("all")
    scope = _scope(chain, "luyang", below=True)

    found = statements.result(actor=actor, scope=scope, since=SINCE, until=DAY)
    named = statements.apart(actor=actor, scope=scope, since=SINCE, until=DAY)

    assert found.apart == 300
    assert [(one.debtor_id, one.creditor_id, one.fen) for one in named] == [
        (unions["luyang"].pk, unions["couriers"].pk, 300)
    ]
    assert found.over == found.income.fen - found.expenditure.fen - found.apart


def test_what_one_owes_the_other_is_left_out_of_both_sides(chain):
    for union, role, partner, turn in (
        ("factory", "due_to_upper", "luyang", 1), ("luyang", "due_from_lower", "factory", -1),
    ):  # fmt: skip
        actor = chain.world.act(f"{union}-treasurer")
        towards = accounts.for_role(
            actor=actor, at=AT, union=chain.world.unions[union], role=role, fund="own", day=DAY,
            partner=chain.world.unions[partner],
        )  # fmt: skip
        other = chain.account(union, "402")
        chain.post(union, f"owed-{union}", (other, turn * 60_000), (towards.pk, -turn * 60_000))

    sheet = _sheet(chain, "luyang", below=True)
    alone = _sheet(chain, "luyang")

    assert sheet.assets.left_out == 60_000
    assert sheet.liabilities.left_out == 20_000
    assert sheet.apart == 40_000
    assert sheet.assets.fen + sheet.apart == sheet.liabilities.fen + sheet.net_assets.fen + sheet.result
    assert alone.assets.left_out == 0


def test_a_fund_alone_is_a_statement_of_its_own(chain):
    assert _lines(_sheet(chain, "factory", fund="donation").assets) == {"102": 900}


def test_a_year_carried_over_keeps_its_result(chain):
    before = _result(chain, "factory")
    years.carry_over(
        actor=chain.world.act("factory-treasurer"), at=LATER, union=chain.world.unions["factory"],
        year=2026,
    )  # fmt: skip

    after = _result(chain, "factory", until=date(2026, 12, 31))
    sheet = _sheet(chain, "factory", day=date(2026, 12, 31))

    assert after == before
    assert sheet.result == 0
    assert sheet.net_assets.fen == before.over


@pytest.mark.parametrize("who", ["mill-treasurer", "shushan", "founder"])
def test_nobody_else_reads_them(chain, who):
    with pytest.raises(NotForYou):
        _sheet(chain, "factory", who=who)


def test_a_right_at_one_union_is_none_over_those_beside_it(chain):
    with pytest.raises(NotForYou):
        _sheet(chain, "luyang", who="factory-treasurer", below=True)


def test_the_books_behind_a_statement_are_counted(chain):
    actor = chain.world.act("all")

    found = statements.coverage(actor=actor, scope=_scope(chain, "luyang", below=True), day=DAY)

    assert (found.unions, found.kept, found.closed) == (3, 3, 0)


def test_a_statement_of_many_unions_is_one_statement(chain, django_assert_num_queries):
    chain.world.act("all")

    with django_assert_num_queries(1):
        sums.at_end_of(D2, _scope(chain, "province", below=True))


def test_transfers_one_side_alone_has_booked_are_named(chain):
    unions = chain.world.unions
    lost = Transfer(unions["luyang"], unions["couriers"], 300, "subsidy", Source("test", "lost"))
    found = Transfer(unions["luyang"], unions["factory"], 70, "subsidy", Source("test", "found"))
    transfers.send(
        actor=chain.world.act("luyang-treasurer"), at=AT, fund="own", role="subsidy_expenditure", day=DAY,
        transfer=lost,
    )  # fmt: skip
    transfers.receive(
        actor=chain.world.act("factory-treasurer"), at=AT, fund="own", role="upper_subsidy_income", day=DAY,
        transfer=found,
    )  # fmt: skip
    chain.world.act("all")

    named = passing.one_sided(_scope(chain, "luyang", below=True), DAY, rows=9)

    assert [(one.union_id, one.partner_id, one.fen, one.sent) for one in named] == [
        (unions["luyang"].pk, unions["couriers"].pk, 300, True),
        (unions["factory"].pk, unions["luyang"].pk, 70, False),
    ]
    assert passing.one_sided(_scope(chain, "luyang", below=True), D3, rows=9) == []


GIVEN = Given("c", "102", "asset", 100, False)


@pytest.mark.parametrize(
    ("given", "assets", "liabilities", "result", "apart"),
    [
        ([GIVEN, Given("c", "201", "liability", -100, False)], 100, 100, 0, 0),
        ([GIVEN, Given("c", "402", "income", -100, False)], 100, 0, 100, 0),
        ([GIVEN._replace(left_out=True), Given("c", "201", "liability", -100, True)], 0, 0, 0, 0),
        ([GIVEN._replace(left_out=True), Given("c", "402", "income", -100, False)], 0, 0, 100, 100),
    ],
)
def test_a_balance_sheet_always_balances(given, assets, liabilities, result, apart):
    sheet = statement_rules.sheet(given)

    assert (sheet.assets.fen, sheet.liabilities.fen, sheet.result, sheet.apart) == (
        assets, liabilities, result, apart
    )  # fmt: skip
    assert sheet.assets.fen + sheet.apart == sheet.liabilities.fen + sheet.net_assets.fen + sheet.result
