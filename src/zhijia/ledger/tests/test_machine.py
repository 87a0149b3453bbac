"""The ledger against a model a child could keep: posting, taking back, closing, opening again, keeping money of a
budget, transfers, carrying over, splitting and merging, at random, in two unions and two funds. What the model would
not do, the ledger refuses; what it does, both do alike. Every rule has to be done and refused in a run."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account, BudgetLine
from zhijia.ledger.queries import balances
from zhijia.ledger.services import books, budgets, mergers, posting, transfers, years
from zhijia.ledger.services.budgets import Paper
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Transfer
from zhijia.ledger.tests.world import AT, DAY, Ledger
from zhijia.registry.tests import world as registry_world

UNIONS, FUNDS = ("factory", "mill"), ("own", "donation")
OTHER = {"factory": "mill", "mill": "factory"}
YEAR_END = date(2025, 12, 31)
DAYS = st.sampled_from([date(2025, 8, 1), YEAR_END, date(2026, 4, 1), date(2026, 11, 19), DAY])
PAST = st.sampled_from(
    [date(2025, 2, 1), date(2025, 7, 1), date(2025, 8, 1), YEAR_END, date(2026, 4, 1), DAY]
)
FEN = st.integers(-1_000, 5_000)
SUM = st.integers(0, 4_000)
BEGUN = 20_000
BUDGET = 9_000
TURNS = 50
HELD = """
SELECT 'account', union_id, code, fund, partner_id, balance, 0 FROM ledger_account WHERE balance <> 0
UNION ALL SELECT 'line', 0, '', fund, 0, spent, held FROM ledger_budget_line
UNION ALL SELECT 'hold', id, state, '', 0, 0, 0 FROM ledger_hold"""
TEMPORARY = ("402", "501", "403", "508")
ROLES = {"up": ("due_to_upper", "201", "contribution_income", "402"),
         "down": ("subsidy_expenditure", "508", "upper_subsidy_income", "403"),
         "split": ("carried_freely", "322", "carried_freely", "322")}  # fmt: skip


class Rolled(Exception):
    """Ends the example: its transaction is rolled back."""


class Play(Ledger):
    """Two unions' books since last year, one of them with an approved budget; somebody over both."""

    since = date(2025, 1, 1)

    def __init__(self):
        super().__init__()
        registry_world.appoint(self.world, "province", "treasurer", "all")
        self.numbers = {
            (union, code, fund): self.account(union, code, fund)
            for union in UNIONS for code in ("102", "402", "501") for fund in FUNDS
        }  # fmt: skip
        union, actor = self.world.unions["factory"], self.world.act("factory-treasurer")
        for fund in FUNDS:
            budgets.set_line(actor=actor, at=AT, union=union, year=2026, code="501", fund=fund, amount=BUDGET)
        budgets.adopt(actor=actor, at=AT, union=union, year=2026, paper=Paper("1"))
        above = self.world.act("luyang")
        budgets.approve(actor=above, at=AT, union=union, year=2026, paper=Paper("2"))


class Books(RuleBasedStateMachine):
    """Every rule does the same in the ledger and in the model, or is refused by both."""

    play: Play
    done: Counter[str]
    refused: Counter[str]

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.unions = self.play.world.unions
        self.all = self.play.world.act("all")
        self.lines = {line.fund: line.pk for line in BudgetLine.objects.all()}
        self.legs, self.entries, self.taken, self.holds = [], [], set(), {}
        self.sent, self.got = {}, {}
        self.closed = dict.fromkeys(UNIONS, None)
        self.turns = 0
        for union in UNIONS:
            for fund in FUNDS:
                moves = [(("102", fund, None), BEGUN), (("402", fund, None), -BEGUN)]
                self.post_by(union, self.number(), moves, self.play.since)
                self.note(union, self.play.since, moves)

    def number(self):
        self.turns += 1
        return str(self.turns)

    def held(self, key, until=DAY):
        return sum(fen for one, day, fen, _kind in self.legs if one == key and day <= until)

    def spent(self, fund):
        key = ("factory", "501", fund, None)
        return sum(fen for one, day, fen, kind in self.legs if one == key and day.year == 2026 and kind == "")

    def kept(self, fund):
        return sum(
            fen for of, fen, state in self.holds.values() if of == fund and state in {"reserved", "committed"}
        )

    def open(self, union, day):
        return self.closed[union] is None or day > self.closed[union]

    def goes(self, union, day, moves, kind=""):
        """Whether the model would post these lines: (code, fund, partner) and fen."""
        by_fund, after = defaultdict(int), defaultdict(int)
        for (code, fund, partner), fen in moves:
            by_fund[fund] += fen
            after[union, code, fund, partner] += fen
        if (
            not self.open(union, day)
            or len(moves) < 2
            or any(by_fund.values())
            or not all(fen for _key, fen in moves)
        ):
            return False
        if any(key[1] == "102" and self.held(key) + fen < 0 for key, fen in after.items()):
            return False
        if union == "factory" and day.year == 2026 and kind == "":
            spending = [(key, fen) for key, fen in moves if key[0] in {"501", "508"}]
            if any(key[0] == "508" and fen > 0 for key, fen in spending):
                return False
            for fund in FUNDS:
                more = sum(fen for key, fen in spending if key[:2] == ("501", fund))
                if more and self.spent(fund) + more > BUDGET - self.kept(fund):
                    return False
        return True

    def note(self, union, day, moves, kind=""):
        self.legs += [((union, *key), day, fen, kind) for key, fen in moves]

    def does(self, name, allowed, act):
        """Do it, or see it refused; both are counted."""
        if allowed:
            answer = act()
            self.done[name] += 1
            return answer
        with pytest.raises(Refusal), transaction.atomic():
            act()
        self.refused[name] += 1
        return None

    def post_by(self, union, source, moves, day):
        lines = [(self.play.numbers[union, code, fund], fen) for (code, fund, _partner), fen in moves]
        return self.play.post(union, source, *lines, day=day)

    @rule(
        union=st.sampled_from(UNIONS),
        fund=st.sampled_from(FUNDS),
        day=DAYS,
        fen=FEN,
        second=FEN,
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def post(self, union, fund, day, fen, second, off):
        moves = [
            (("102", fund, None), fen),
            (("501", fund, None), second),
            (("402", fund, None), off - fen - second),
        ]
        source = self.number()
        allowed = self.goes(union, day, moves)
        number = self.does("post", allowed, lambda: self.post_by(union, source, moves, day))
        if allowed:
            self.note(union, day, moves)
            self.entries.append((number, union, source, day, moves))

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), more=st.sampled_from([0, 0, 1]))
    def post_again(self, data, more):
        number, union, source, day, moves = data.draw(st.sampled_from(self.entries))
        (first, fen), (second, other), *rest = moves
        same = [(first, fen + more), (second, other - more), *rest]
        answer = self.does("post_again", not more, lambda: self.post_by(union, source, same, day))
        assert answer in {number, None}

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), day=DAYS)
    def take_back(self, data, day):
        number, union, _source, on, moves = data.draw(st.sampled_from(self.entries))
        turned = [(key, -fen) for key, fen in moves]
        actor = self.play.world.act(f"{union}-treasurer")
        again = number in self.taken
        allowed = day >= on and (again or self.goes(union, day, turned))
        act = {"actor": actor, "at": AT, "entry_id": number, "day": day, "reason": "冲销"}
        self.does("take_back", allowed, lambda: posting.take_back(**act))
        if allowed and not again:
            self.taken.add(number)
            self.note(union, day, turned)

    @rule(union=st.sampled_from(UNIONS), day=PAST)
    def close(self, union, day):
        actor = self.play.world.act(f"{union}-treasurer")
        act = {"actor": actor, "at": AT, "union": self.unions[union], "day": day}
        if self.does("close", day < DAY, lambda: books.close_through(**act)):
            self.closed[union] = max(day, self.closed[union] or day)

    @rule(union=st.sampled_from(UNIONS), back=st.integers(-5, 400))
    def reopen(self, union, back):
        actor = self.play.world.act({"factory": "luyang", "mill": "shushan"}[union])
        last = self.closed[union]
        day = (last or DAY) - timedelta(back)
        allowed = last is not None and back > 0
        act = {"actor": actor, "at": AT, "union": self.unions[union], "day": day, "reason": "补记"}
        if self.does("reopen", allowed, lambda: books.reopen_after(**act)):
            self.closed[union] = day if day >= self.play.since else None

    @rule(fund=st.sampled_from(FUNDS), fen=st.integers(0, 8_000))
    def reserve(self, fund, fen):
        actor = self.play.world.act("factory-treasurer")
        allowed = 0 < fen <= BUDGET - self.spent(fund) - self.kept(fund)
        source = Source("case", self.number())
        hold = self.does("reserve", allowed, lambda: budgets.reserve(
            actor=actor, at=AT, line_id=self.lines[fund], amount=fen, source=source))  # fmt: skip
        if hold:
            self.holds[hold.pk] = (fund, fen, "reserved")

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def commit(self, data):
        self.go_on(data, "commit")

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data):
        self.go_on(data, "release")

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def spend(self, data):
        self.go_on(data, "spend")

    def go_on(self, data, step):
        number = data.draw(st.sampled_from(sorted(self.holds)))
        fund, fen, state = self.holds[number]
        to = {"commit": "committed", "release": "released", "spend": "spent"}[step]
        comes = {"reserved"} if step == "commit" else {"reserved", "committed"}
        actor = self.play.world.act("factory-treasurer")
        allowed = state == to or state in comes
        if self.does(step, allowed, lambda: getattr(budgets, step)(actor=actor, at=AT, hold_id=number)):
            self.holds[number] = (fund, fen, to)

    @rule(
        payer=st.sampled_from(UNIONS),
        fund=st.sampled_from(FUNDS),
        fen=SUM,
        day=DAYS,
        way=st.sampled_from(sorted(ROLES)),
    )
    def send(self, payer, fund, fen, day, way):
        receiver, source = OTHER[payer], self.number()
        role, code, *_into = ROLES[way]
        moves = [((code, fund, receiver), fen), (("102", fund, None), -fen)]
        allowed = self.goes(payer, day, moves)
        actor = self.play.world.act(f"{payer}-treasurer")
        transfer = Transfer(
            self.unions[payer], self.unions[receiver], fen, "transfer", Source("test", source)
        )
        act = {"actor": actor, "at": AT, "transfer": transfer, "fund": fund, "role": role, "day": day}
        if self.does("send", allowed, lambda: transfers.send(**act)):
            self.note(payer, day, moves)
            self.sent[source] = (payer, fund, fen, day, way)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), into=st.sampled_from(FUNDS), more=st.sampled_from([0, 0, 0, 1]), day=DAYS)
    def receive(self, data, into, more, day):
        source = data.draw(st.sampled_from(sorted(self.sent)))
        payer, fund, fen, left_on, way = self.sent[source]
        receiver = OTHER[payer]
        _from, _code, role, code = ROLES[way]
        moves = [(("102", into, None), fen + more), ((code, into, payer), -fen - more)]
        stands = self.got.get(source)
        agrees = not more and into == fund and day >= left_on
        allowed = agrees and (stands == day or (stands is None and self.goes(receiver, day, moves)))
        actor = self.play.world.act(f"{receiver}-treasurer")
        transfer = Transfer(
            self.unions[payer], self.unions[receiver], fen + more, "transfer", Source("test", source)
        )
        act = {"actor": actor, "at": AT, "transfer": transfer, "fund": into, "role": role, "day": day}
        if self.does("receive", allowed, lambda: transfers.receive(**act)) and stands is None:
            self.note(receiver, day, moves)
            self.got[source] = day

    @precondition(lambda self: self.turns % 4 == 0)
    @rule(union=st.sampled_from(UNIONS), year=st.sampled_from([2025, 2025, 2026]))
    def carry_over(self, union, year):
        moves = []
        for key in {one for one, day, _fen, _kind in self.legs if one[0] == union and one[1] in TEMPORARY}:
            if left := self.held(key, YEAR_END):
                into = "321" if key[1] == "403" else "322"
                moves += [(key[1:], -left), ((into, key[2], None), left)]
        allowed = year == 2025 and (not moves or self.open(union, YEAR_END))
        actor = self.play.world.act(f"{union}-treasurer")
        act = {"actor": actor, "at": AT, "union": self.unions[union], "year": year}
        if self.does("carry_over", allowed, lambda: years.carry_over(**act)):
            self.note(union, YEAR_END, moves, "carried")

    @precondition(lambda self: self.turns % 4 == 1)
    @rule(union=st.sampled_from(UNIONS), day=st.sampled_from([date(2026, 11, 19), DAY]))
    def hand_over(self, union, day):
        into = OTHER[union]
        left = {
            key: fen
            for key in {one for one, *_rest in self.legs if one[0] == union}
            if (fen := self.held(key))
        }
        later = any(one[0] == union and on > day for one, on, _fen, _kind in self.legs)
        owes = any(key[3] == into for key in left)
        opened = self.open(union, day) and self.open(into, day)
        allowed = not later and not owes and (not left or opened)
        self.play.world.act("all")
        act = {
            "actor": self.all,
            "at": AT,
            "union": self.unions[union],
            "into": self.unions[into],
            "day": day,
        }
        if self.does("hand_over", allowed, lambda: mergers.hand_over(**act)):
            come = Counter()
            for (_union, code, fund, partner), fen in left.items():
                carried = {"403": "321"}.get(code, "322") if code in TEMPORARY else ""
                self.note(union, day, [((code, fund, partner), -fen)], "merged")
                come[carried or code, fund, None if carried else partner] += fen
            self.note(into, day, [(key, fen) for key, fen in come.items() if fen], "merged")

    @invariant()
    def both_hold_the_same(self):
        self.play.world.act("all")
        names = {union.pk: name for name, union in self.unions.items()}
        accounts, lines, holds = {}, {}, set()
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            for what, one, code, fund, other, first, second in cursor.fetchall():
                if what == "account":
                    accounts[names[one], code, fund, names.get(other)] = first
                elif what == "line":
                    lines[fund] = (first, second)
                else:
                    holds.add((one, code))
        model = Counter()
        for key, _day, fen, _kind in self.legs:
            model[key] += fen
        assert accounts == {key: fen for key, fen in model.items() if fen}
        assert sum(model.values()) == 0
        assert all(fen >= 0 for key, fen in model.items() if key[1] == "102")
        assert lines == {fund: (self.spent(fund), self.kept(fund)) for fund in FUNDS}
        assert holds == {(number, state) for number, (_fund, _fen, state) in self.holds.items()}

    def teardown(self):
        self.play.world.act("all")
        for account in Account.objects.exclude(balance=0)[:4]:
            name = next(name for name, union in self.unions.items() if union.pk == account.union_id)
            partner = next(
                (key for key, union in self.unions.items() if union.pk == account.partner_id), None
            )
            for day in (date(2025, 8, 15), YEAR_END, date(2026, 4, 1)):
                held = self.held((name, account.code, account.fund, partner), day)
                assert balances.at_end_of(day, account.pk) == held
        self.atomic.__exit__(Rolled, Rolled(), None)


def _walk(examples, steps, turn=None):
    """Play so many examples, those of this turn where one is named."""
    Books.play, Books.done, Books.refused = Play(), Counter(), Counter()
    seed(turn)(Books)  # none: those derived from the machine itself
    machine = Books.TestCase
    machine.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()


def test_the_ledger_does_what_the_model_does(db):
    """Every rule was done, and refused where the model would not."""
    _walk(200, 30)

    rules = {"post", "post_again", "take_back", "close", "reopen", "reserve", "commit", "release", "spend", "send",
             "receive", "carry_over", "hand_over"}  # fmt: skip
    assert {name for name in rules if not Books.done[name]} == set(), Books.done
    assert {name for name in rules if not Books.refused[name]} == set(), Books.refused


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(TURNS))
def test_the_ledger_does_what_the_model_does_at_length(db, turn):
    """5,000 x 60 in all. Each turn in a transaction of its own: in a single one, what examples rolled back is walked
    through by all that follow, and it never ends."""
    _walk(5_000 // TURNS, 60, turn)
