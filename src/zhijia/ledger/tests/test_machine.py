"""The ledger against a model a child could keep: random posting, taking back, closing, opening again and carrying over,
in two unions and two funds. What the model would not do, the ledger refuses; what it does, both do alike."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account
from zhijia.ledger.queries import balances
from zhijia.ledger.services import books, posting
from zhijia.ledger.tests.world import AT, DAY, Ledger

UNIONS, FUNDS, CODES = ("factory", "mill"), ("own", "donation"), ("102", "402", "501")
DAYS = st.sampled_from([date(2026, 3, 31), date(2026, 4, 1), date(2026, 8, 15), date(2026, 11, 19), DAY])
FEN = st.integers(-50_000, 50_000)


class Rolled(Exception):
    """Ends the example: its transaction is rolled back."""


class Books(RuleBasedStateMachine):
    """Every rule does the same in the ledger and in the model, or is refused by both."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.ledger = Ledger()
        self.legs = []
        self.entries = []
        self.taken = set()
        self.closed = dict.fromkeys(UNIONS, None)

    @initialize()
    def begin(self):
        self.accounts = {
            (union, code, fund): self.ledger.account(union, code, fund)
            for union in UNIONS for code in CODES for fund in FUNDS
        }  # fmt: skip
        self.codes = {number: key for key, number in self.accounts.items()}

    def held(self, account, until=DAY):
        return sum(amount for number, day, amount in self.legs if number == account and day <= until)

    def allowed(self, union, day, lines):
        by_fund = defaultdict(int)
        for account, amount in lines:
            by_fund[self.codes[account][2]] += amount
        if self.closed[union] is not None and day <= self.closed[union]:
            return False
        if any(by_fund.values()) or len(lines) < 2 or any(not amount for _, amount in lines):
            return False
        after = defaultdict(int)
        for account, amount in lines:
            after[account] += amount
        return all(
            self.codes[account][1] != "102" or self.held(account) + moved >= 0
            for account, moved in after.items()
        )

    @rule(
        union=st.sampled_from(UNIONS),
        fund=st.sampled_from(FUNDS),
        day=DAYS,
        fen=FEN,
        second=FEN,
        off=st.booleans(),
    )
    def post(self, union, fund, day, fen, second, off):
        bank, income, cost = (self.accounts[union, code, fund] for code in CODES)
        lines = [(bank, fen), (cost, second), (income, -fen - second + (1 if off else 0))]
        source = str(len(self.entries))
        if self.allowed(union, day, lines):
            number = self.ledger.post(union, source, *lines, day=day)
            self.entries.append((number, union, day, lines))
            self.legs += [(account, day, amount) for account, amount in lines]
        else:
            with pytest.raises(Refusal):
                self.ledger.post(union, source, *lines, day=day)

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def post_again(self, data):
        number, union, day, lines = data.draw(st.sampled_from(self.entries))
        place = [one[0] for one in self.entries].index(number)
        if self.closed[union] is None or day > self.closed[union]:
            assert self.ledger.post(union, str(place), *lines, day=day) == number

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), day=DAYS)
    def take_back(self, data, day):
        number, union, on, lines = data.draw(st.sampled_from(self.entries))
        turned = [(account, -amount) for account, amount in lines]
        actor = self.ledger.world.act(f"{union}-treasurer")

        def do():
            posting.take_back(actor=actor, at=AT, entry_id=number, day=day, reason="冲销")

        if day < on:
            with pytest.raises(Refusal):
                do()
        elif number in self.taken:
            do()
        elif self.allowed(union, day, turned):
            do()
            self.taken.add(number)
            self.legs += [(account, day, amount) for account, amount in turned]
        else:
            with pytest.raises(Refusal):
                do()

    @rule(union=st.sampled_from(UNIONS), day=DAYS)
    def close(self, union, day):
        actor = self.ledger.world.act(f"{union}-treasurer")
        if day >= DAY:
            with pytest.raises(Refusal):
                books.close_through(actor=actor, at=AT, union=self.ledger.world.unions[union], day=day)
            return
        books.close_through(actor=actor, at=AT, union=self.ledger.world.unions[union], day=day)
        self.closed[union] = max(day, self.closed[union] or day)

    @rule(union=st.sampled_from(UNIONS), days=st.integers(1, 200))
    def reopen(self, union, days):
        above = {"factory": "luyang", "mill": "shushan"}[union]
        actor = self.ledger.world.act(above)
        if self.closed[union] is None:
            return
        day = max(self.closed[union] - timedelta(days), date(2026, 1, 1))
        if day >= self.closed[union]:
            return
        books.reopen_after(actor=actor, at=AT, union=self.ledger.world.unions[union], day=day, reason="补记")
        self.closed[union] = day

    @invariant()
    def balances_agree(self):
        if not hasattr(self, "accounts"):
            return
        for union in UNIONS:
            self.ledger.world.act(f"{union}-treasurer")
            kept = dict(
                Account.objects.filter(union_id=self.ledger.world.unions[union].pk).values_list(
                    "pk", "balance"
                )
            )
            for key, account in self.accounts.items():
                if key[0] == union:
                    assert kept[account] == self.held(account)
                    assert key[1] != "102" or kept[account] >= 0
        assert sum(amount for _, _, amount in self.legs) == 0

    def teardown(self):
        for key, account in getattr(self, "accounts", {}).items():
            self.ledger.world.act(f"{key[0]}-treasurer")
            for day in (date(2026, 3, 31), date(2026, 8, 15), DAY):
                assert balances.at_end_of(day, account) == self.held(account, day)
        self.atomic.__exit__(Rolled, Rolled(), None)


def _walk(examples, steps):
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
    _walk(20, 30)


@pytest.mark.slow
def test_the_ledger_does_what_the_model_does_at_length(db):
    _walk(300, 60)
