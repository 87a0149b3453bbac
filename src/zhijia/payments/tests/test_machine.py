"""Payments against a model a child could keep: ordered, released, sent to a bank that pays, refuses, keeps silent or
gives back; asked for, agreed with the bank's file, paid anew, stopped. Whatever comes in whatever order, the bank pays
each at most once a round, exactly once what is paid, and the books say the same to the fen."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhijia.kernel.errors import Refusal
from zhijia.payments.channels import Answer, Said, Unanswered
from zhijia.payments.models import Payment
from zhijia.payments.services import answering, asking, batching, sending
from zhijia.payments.tests.world import AT, Payments, build

MOODS = ("pays", "refuses", "pays in silence", "loses it")
STOPPED_FROM = {"waiting", "ready", "failed", "returned"}
_BOOKS = """
SELECT account.code, sum(leg.amount)::bigint FROM ledger_leg leg
JOIN ledger_account account ON account.id = leg.account_id
JOIN ledger_entry entry ON entry.id = leg.entry_id WHERE entry.kind = 'payment' GROUP BY 1"""


class Bank:
    """A bank of its own books: what it paid, refused and gave back, by reference."""

    def __init__(self):
        self.mood, self.booked, self.says = "pays", Counter(), {}

    def send(self, instruction):
        """Take it as its mood is."""
        if self.mood == "loses it":
            raise Unanswered
        said = Said.FAILED if self.mood == "refuses" else Said.PAID
        self.booked[instruction.reference] += said == Said.PAID
        self.says[instruction.reference] = Answer(instruction.reference, said, "B1", AT)
        if self.mood == "pays in silence":
            raise Unanswered
        return self.says[instruction.reference]

    def ask(self, reference):
        """What it knows."""
        return self.says.get(reference, Answer(reference, Said.NOT_FOUND))


class Moves(RuleBasedStateMachine):
    """Every rule leads where the model says, or is refused where the model would not."""

    play: Payments
    bank: Bank
    done: Counter[str]
    refused: Counter[str]
    turns = 0

    def __init__(self):
        super().__init__()
        self.model = {}

    def does(self, name, allowed, act):
        """Do it, or see it refused; both are counted."""
        if allowed:
            with transaction.atomic():
                answer = act()
            self.done[name] += 1
            return answer
        with pytest.raises(Refusal), transaction.atomic():
            act()
        self.refused[name] += 1
        return None

    def some(self, data):
        return data.draw(st.sampled_from(sorted(self.model)))

    @rule(fen=st.integers(0, 500))
    def order(self, fen):
        Moves.turns += 1
        made = self.does("order", fen > 0, lambda: self.play.order(str(self.turns), amount=fen))
        if made:
            self.model[made.pk] = "waiting"

    @rule(mood=st.sampled_from(MOODS))
    def release_and_send(self, mood):
        waiting = [number for number, state in self.model.items() if state == "waiting"]
        self.bank.mood = mood

        def act():
            batch = batching.put_together(
                actor=self.play.act("factory-treasurer"),
                at=AT,
                bank_account=self.play.account,
                payment_ids=waiting,
            )
            return self.play.release(batch)

        batch = self.does("release", bool(waiting), act)
        if batch is None:
            return
        for _twice in range(2):
            sending.send(batch_id=batch.pk, clock=lambda: AT)
        became = {"pays": "paid", "refuses": "failed"}.get(mood, "unknown")
        self.model |= dict.fromkeys(waiting, became)

    @precondition(lambda self: "unknown" in self.model.values())
    @rule(agrees=st.booleans())
    def ask(self, agrees):
        """The bank is asked; where its file of the day agrees too, what it lost goes again, and is paid."""
        self.bank.mood = "pays"
        if agrees:
            asking.ask(at=AT + timedelta(minutes=3), more=lambda: True)
            answering.agree(bank_account_id=self.play.account.pk, day=AT.date(), seen=sorted(self.bank.says))
        asking.go_on(clock=lambda: AT + timedelta(minutes=6), more=lambda: True)
        for number, state in self.model.items():
            if state == "unknown" and (agrees or self.bank.says.get(self.reference(number))):
                self.model[number] = "paid"
        self.done["ask"] += 1

    @precondition(lambda self: "paid" in self.model.values())
    @rule(data=st.data(), times=st.integers(1, 2))
    def give_back(self, data, times):
        number = data.draw(st.sampled_from(sorted(n for n, state in self.model.items() if state == "paid")))
        reference = self.reference(number)
        answer = Answer(reference, Said.RETURNED, "B1", AT, "account closed")
        for _late in range(times):
            answering.take(at=AT, answers=[answer])
        answering.take(at=AT, answers=[Answer(reference, Said.PAID, "B1", AT)])
        self.bank.booked[reference], self.bank.says[reference] = 0, answer
        self.model[number] = "returned"
        self.done["give_back"] += 1

    @precondition(lambda self: self.model)
    @rule(data=st.data(), fitting=st.booleans())
    def anew(self, data, fitting):
        returned = sorted(number for number, state in self.model.items() if state == "returned")
        number = data.draw(st.sampled_from(returned)) if fitting and returned else self.some(data)
        allowed = self.model[number] == "returned"
        if self.does("anew", allowed, lambda: batching.anew(
            actor=self.play.act("factory-treasurer"), at=AT, payment_id=number)):  # fmt: skip
            self.model[number] = "waiting"

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def stop(self, data):
        number = self.some(data)
        state = self.model[number]
        allowed = state in STOPPED_FROM | {"stopped"}
        if self.does("stop", allowed, lambda: batching.stop(
            actor=self.play.act("cashier"), at=AT, payment_id=number, reason="重复")):  # fmt: skip
            self.model[number] = "stopped"

    def reference(self, number):
        return Payment.objects.using("bulk").values_list("reference", flat=True).get(pk=number)

    @invariant()
    def bank_and_books_say_the_same(self):
        stands = {one.pk: one for one in Payment.objects.using("bulk").all()}
        assert {number: stands[number].state for number in self.model} == self.model
        assert all(times <= 1 for times in self.bank.booked.values())
        paid = {one.reference for one in stands.values() if one.state == "paid"}
        assert {reference for reference, times in self.bank.booked.items() if times} - paid <= {
            one.reference for one in stands.values() if one.state == "unknown"
        }
        assert all(self.bank.booked[reference] == 1 for reference in paid)
        fen = sum(one.amount for one in stands.values() if one.state == "paid")
        with connections["bulk"].cursor() as cursor:
            cursor.execute(_BOOKS)
            assert {code: sum_ for code, sum_ in cursor.fetchall() if sum_} == (
                {"102": -fen, "503": fen} if fen else {}
            )

    def teardown(self):
        """What this example left open is asked for or stopped: the next begins with nothing under way."""
        if "unknown" in self.model.values():
            self.ask(agrees=True)
        for number in [number for number, state in self.model.items() if state in STOPPED_FROM]:
            with transaction.atomic():
                batching.stop(actor=self.play.act("cashier"), at=AT, payment_id=number, reason="结束")


def _walk(examples, steps):
    """Play so many examples; every move was done, and refused where the model would not. What is committed stays for
    the next example, so that none is played again to make it shorter."""
    Moves.done, Moves.refused = Counter(), Counter()
    with transaction.atomic():
        Moves.play, Moves.bank = build(), Bank()
        Moves.play.ledger.income("factory", "more", 900_000_000)
    Moves.play.bank = Moves.bank
    machine = Moves.TestCase
    machine.settings = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    machine("runTest").runTest()
    assert {
        name for name in ("order", "release", "ask", "give_back", "anew", "stop") if not Moves.done[name]
    } == set()
    assert {name for name in ("order", "release", "anew", "stop") if not Moves.refused[name]} == set()


def test_payments_do_what_the_model_does(committed):
    _walk(20, 30)


@pytest.mark.slow
def test_payments_do_what_the_model_does_at_length(committed):
    _walk(200, 30)
