"""Payments against a model a child could keep: ordered, given back, released, sent by one worker or two to a bank that
pays, refuses, keeps silent or takes half of a file; an account changed on the way; asked for, agreed with the bank's
file, come back, paid anew, stopped; books that are to be handed over. Whatever comes in whatever order, the bank pays
each at most once a round, exactly once what is paid, and the books say the same to the fen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import mergers
from zhijia.ledger.services.posting import Source
from zhijia.ledger.tests.world import DAY
from zhijia.payments import channels
from zhijia.payments.channels import Answer, Said, Unanswered
from zhijia.payments.models import Alarm, BankAccount, Payment, Receipt
from zhijia.payments.services import answering, asking, batching, paying_in, refunding, releasing, sending
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine, Payer
from zhijia.payments.tests.world import AT, CHANNEL, LATER, OTHER, OWN, Payments, build
from zhijia.registry.tests import world as registry_world

MOODS = ("pays", "refuses", "pays in silence", "loses it")
OPEN = {"unknown", "sending"}
STOPPED_FROM = {"waiting", "ready", "failed", "returned"}
NOT_OVER = {"waiting", "ready", *OPEN}
BY_FILE, PAYEE = "machine-file", ("晨光商店", "4563510000000000011", "中国银行")
MEMBER, NUMBERS = "ding", (OWN, OTHER)
DONE = {
    *("order", "order_to_member", "refund", "release", "send", "by_file", "ask", "give_back", "anew", "stop"),
    *("change_account", "hand_over"),
}
REFUSED = {"order", "refund", "release", "anew", "stop", "hand_over"}
_BOOKS = """
SELECT account.code, sum(leg.amount)::bigint FROM ledger_leg leg
JOIN ledger_account account ON account.id = leg.account_id
JOIN ledger_entry entry ON entry.id = leg.entry_id WHERE entry.kind = 'payment' GROUP BY 1"""


class Bank:
    """A bank of its own books: what it paid, refused and gave back, by reference; at its counter or by file."""

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

    def write(self, instructions):
        """A file with these."""
        return " ".join(one.reference for one in instructions).encode()

    def read_results(self, content):
        """It took the first half in, and pays that."""
        some = content.decode().split()
        for reference in some[: (len(some) + 1) // 2]:
            self.booked[reference] += 1
            self.says[reference] = Answer(reference, Said.PAID, "B1", AT)
        return [self.says[reference] for reference in some if reference in self.says]


class Moves(RuleBasedStateMachine):
    """Every rule leads where the model says, or is refused where the model would not."""

    play: Payments
    bank: Bank
    done: Counter[str]
    refused: Counter[str]
    turns = accounts = 0

    def __init__(self):
        super().__init__()
        self.model, self.members, self.cools = {}, set(), set()
        Moves.turns += 1
        with transaction.atomic():
            self.receipt = _came_in(self.play, str(self.turns))

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

    def those(self, *states):
        return [number for number, state in self.model.items() if state in states]

    @rule(fen=st.integers(0, 500))
    def order(self, fen):
        Moves.turns += 1
        made = self.does("order", fen > 0, lambda: self.play.order(str(self.turns), amount=fen))
        if made:
            self.model[made.pk] = "waiting"

    @rule()
    def order_to_member(self):
        Moves.turns += 1
        made = self.does("order_to_member", True, lambda: self.play.order(str(self.turns), person=MEMBER))
        self.members.add(made.pk)
        self.model[made.pk] = "waiting"
        if made.not_before > AT:
            self.cools.add(made.pk)

    @rule(fen=st.integers(1, 4_000))
    def refund(self, fen):
        """So much of what came in goes back: never more than is left of it, with what is on its way."""
        Moves.turns += 1
        self.receipt.refresh_from_db(using="bulk")
        allowed = self.receipt.refunded + fen <= self.receipt.amount
        made = self.does("refund", allowed, lambda: refunding.refund(
            actor=self.play.act("factory-treasurer"), at=AT, receipt_id=self.receipt.pk, amount=fen,
            payee=Payee(*PAYEE), title="退款", reason="多收", once=str(self.turns)))  # fmt: skip
        if made:
            self.model[made.pk] = "waiting"

    @rule(cooled=st.booleans(), looks=st.booleans())
    def release(self, cooled, looks):
        """Put together what can go, answer what rings (or not), and release it. Who ordered a refund releases none."""
        at = LATER if cooled else AT
        going = [one for one in self.those("waiting") if cooled or one not in self.cools]
        rings = Alarm.objects.using("bulk").filter(payment_id__in=going, answered_at__isnull=True)
        open_alarms = list(rings.values_list("pk", flat=True))

        def act():
            actor = self.play.act("factory-treasurer")
            batch = batching.put_together(
                actor=actor, at=at, bank_account=self.play.account, payment_ids=going
            )
            for number in open_alarms if looks else []:
                actor = self.play.act("cashier")
                releasing.answer_alarm(actor=actor, at=at, alarm_id=number, reason="已核实")
            return self.play.release(batch, "second", "cashier", at=at)

        if self.does("release", bool(going) and (looks or not open_alarms), act):
            self.model |= dict.fromkeys(going, "ready")

    @precondition(lambda self: "ready" in self.model.values())
    @rule(mood=st.sampled_from(MOODS), workers=st.integers(1, 2))
    def send(self, mood, workers):
        """What is released goes out, by one job in turn or by two at once."""
        self.bank.mood = mood
        going = self.those("ready")
        batches = self.batches(going)
        if workers == 1:
            for _twice in range(2):
                self.work(batches)
        else:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(self.work_apart, [batches, batches]))
        became = {"pays": "paid", "refuses": "failed"}.get(mood, "unknown")
        self.model |= dict.fromkeys(going, became)
        self.done["send"] += 1

    @precondition(lambda self: "ready" in self.model.values())
    @rule()
    def by_file(self):
        """The file of a batch is carried to the bank, which takes half of it in."""
        batch = self.batches(self.those("ready"))[0]
        going = list(Payment.objects.using("bulk").filter(batch=batch, state="ready").order_by("pk"))
        accounts = BankAccount.objects.using("bulk")
        accounts.update(channel=BY_FILE)
        with transaction.atomic():
            cashier = self.play.act("cashier")
            _name, content = sending.file_of(actor=cashier, at=AT, batch_id=batch)
        with transaction.atomic():
            cashier = self.play.act("cashier")
            sending.read_results(actor=cashier, at=AT, batch_id=batch, content=content)
        accounts.update(channel=CHANNEL)
        self.model |= {one.pk: "paid" if one.reference in self.bank.says else "sending" for one in going}
        for one in Payment.objects.using("bulk").filter(batch=batch, state="paid"):
            self.model[one.pk] = "paid"  # what the file's line answered of earlier silence, too
        self.done["by_file"] += 1

    @precondition(lambda self: OPEN & set(self.model.values()))
    @rule(agrees=st.booleans())
    def ask(self, agrees):
        """The bank is asked; where its file of the day agrees too, what it lost goes again, and is paid."""
        self.bank.mood = "pays"
        asking.ask(at=AT + timedelta(minutes=3), more=lambda: True)
        if agrees:
            seen = sorted(reference for reference, paid in self.bank.booked.items() if paid)
            answering.agree(bank_account_id=self.play.account.pk, day=AT.date(), seen=seen)
            answering.agree(bank_account_id=self.play.account.pk, day=LATER.date(), seen=seen)
        asking.go_on(clock=lambda: AT + timedelta(minutes=6), more=lambda: True)
        for number, state in self.model.items():
            if state == "ready":
                self.model[number] = "paid"
            elif state in OPEN:
                known = agrees or self.bank.says.get(self.reference(number))
                self.model[number] = "paid" if known else "unknown"
        self.done["ask"] += 1

    @precondition(lambda self: "paid" in self.model.values())
    @rule(data=st.data(), times=st.integers(1, 2), anew=st.booleans())
    def give_back(self, data, times, anew):
        number = data.draw(st.sampled_from(sorted(self.those("paid"))))
        self.comes_back(number, times)
        if anew:
            self.pay_anew(number)

    def comes_back(self, number, times):
        reference = self.reference(number)
        answer = Answer(reference, Said.RETURNED, "B1", AT, "account closed")
        for _late in range(times):
            answering.take(at=AT, answers=[answer])
        answering.take(at=AT, answers=[Answer(reference, Said.PAID, "B1", AT)])
        self.bank.booked[reference], self.bank.says[reference] = 0, answer
        self.model[number] = "returned"
        self.done["give_back"] += 1

    @precondition(lambda self: self.members)
    @rule()
    def change_account(self):
        """The member names another account: what is not sent waits again, rings and cools."""
        Moves.accounts += 1
        with transaction.atomic():
            self.play.name_account(MEMBER, NUMBERS[self.accounts % 2])
        stands = Payment.objects.using("bulk").filter(pk__in=self.members)
        before = {number for number in self.members if self.model[number] in ("waiting", "ready")}
        self.cools |= {one.pk for one in stands if one.pk in before and one.not_before > AT}
        self.model |= {one.pk: "waiting" for one in stands if one.pk in before and one.batch_id is None}
        self.done["change_account"] += 1

    @precondition(lambda self: self.model)
    @rule(data=st.data(), any_of_them=st.integers(0, 3))
    def anew(self, data, any_of_them):
        returned = sorted(self.those("returned"))
        number = data.draw(st.sampled_from(returned)) if any_of_them and returned else self.some(data)
        self.pay_anew(number)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), fitting=st.booleans())
    def stop(self, data, fitting):
        gone = sorted(self.those("paid", *OPEN))
        self.stop_it(self.some(data) if fitting or not gone else data.draw(st.sampled_from(gone)))

    def stop_it(self, number):
        one = Payment.objects.using("bulk").get(pk=number)
        allowed = self.model[number] in STOPPED_FROM | {"stopped"}
        allowed = allowed and (one.state != "failed" or one.file_agreed_on is not None)
        if self.does("stop", allowed, lambda: batching.stop(
            actor=self.play.act("cashier"), at=AT, payment_id=number, reason="重复")):  # fmt: skip
            self.model[number] = "stopped"

    @rule()
    def hand_over(self):
        """The books of the union go over to another one once nothing of its money is under way; here they come back."""
        unions = self.play.world.unions

        def act():
            with transaction.atomic():
                actor = self.play.act("above")
                mergers.hand_over(actor=actor, at=AT, union=unions["factory"], into=unions["mill"], day=DAY)
                transaction.set_rollback(True)

        self.does("hand_over", not set(self.model.values()) & NOT_OVER, act)

    def pay_anew(self, number):
        allowed = self.model[number] == "returned"
        made = self.does("anew", allowed, lambda: batching.anew(
            actor=self.play.act("factory-treasurer"), at=AT, payment_id=number))  # fmt: skip
        if made:
            self.model[number] = "waiting"
            if made.not_before > AT:
                self.cools.add(number)

    def batches(self, numbers):
        rows = Payment.objects.using("bulk").filter(pk__in=numbers, state="ready")
        return sorted(set(rows.values_list("batch_id", flat=True)))

    def work(self, batches):
        for batch in batches:
            sending.send(batch_id=batch, clock=lambda: AT)

    def work_apart(self, batches):
        try:
            self.work(batches)
        finally:
            connections.close_all()

    def reference(self, number):
        return Payment.objects.using("bulk").values_list("reference", flat=True).get(pk=number)

    @invariant()
    def bank_and_books_say_the_same(self):
        stands = {one.pk: one for one in Payment.objects.using("bulk").all()}
        assert {number: stands[number].state for number in self.model} == self.model
        assert all(times <= 1 for times in self.bank.booked.values())
        paid = {one.reference for one in stands.values() if one.state == "paid"}
        assert {reference for reference, times in self.bank.booked.items() if times} - paid <= {
            one.reference for one in stands.values() if one.state in OPEN
        }
        assert all(self.bank.booked[reference] == 1 for reference in paid)
        spent = Counter()
        for one in stands.values():
            if one.state == "paid":
                spent[one.code] += one.amount
        fen = sum(spent.values())
        with connections["bulk"].cursor() as cursor:
            cursor.execute(_BOOKS)
            assert {code: sum_ for code, sum_ in cursor.fetchall() if sum_} == (
                {"102": -fen, **spent} if fen else {}
            )
        going_back = [
            one.amount
            for one in stands.values()
            if (one.source, one.source_id) == ("receipt", str(self.receipt.pk)) and one.state != "stopped"
        ]
        assert Receipt.objects.using("bulk").get(pk=self.receipt.pk).refunded == sum(going_back)

    def teardown(self):
        """What this example left open is asked for or stopped: the next begins with nothing under way."""
        if (OPEN | {"failed"}) & set(self.model.values()):
            self.ask(agrees=True)
        for number in self.those(*STOPPED_FROM):
            with transaction.atomic():
                batching.stop(actor=self.play.act("cashier"), at=AT, payment_id=number, reason="结束")


def _came_in(play, number):
    """Money that came in, matched to what was expected: what the refunds of an example are of."""
    treasurer = play.act("factory-treasurer")
    expected = paying_in.expect(
        actor=treasurer, at=AT, union=play.union, source=Source("hall", number), payer=Payer("晨光商店"),
        amount=9_000, fund="own", role="other_income", title="场地费",
    )  # fmt: skip
    line = BankLine(f"L{number}", DAY, 9_000, "晨光商店", "4563510000000000011", "场地费")
    (receipt,) = paying_in.came_in(at=AT, bank_account=play.account, lines=[line])
    return paying_in.match(actor=treasurer, at=AT, receipt_id=receipt.pk, receivable_id=expected.pk)


def _opening():
    """Every move once, and each that can be refused refused: what chance may leave out of a short walk."""
    walk = Moves()
    for fen in (100, 200, 300, 0):
        walk.order(fen=fen)
    walk.order_to_member()
    walk.hand_over()
    for _account in range(2):
        walk.change_account()
    walk.release(cooled=True, looks=True)
    walk.release(cooled=True, looks=True)
    walk.by_file()
    walk.ask(agrees=True)
    first, *_more = walk.those("paid")
    walk.pay_anew(first)
    walk.comes_back(first, 2)
    walk.pay_anew(first)
    for fen in (500, 9_000):
        walk.refund(fen=fen)
    walk.release(cooled=True, looks=True)
    walk.send(mood="pays in silence", workers=2)
    walk.stop_it(first)
    walk.ask(agrees=False)
    walk.order(fen=100)
    walk.stop_it(walk.those("waiting")[0])
    walk.hand_over()
    walk.bank_and_books_say_the_same()
    walk.teardown()


def _walk(examples, steps):
    """Play the opening and so many examples; every move was done, and refused where the model would not. What is
    committed stays for the next example, so that none is played again to make it shorter."""
    Moves.done, Moves.refused = Counter(), Counter()
    with transaction.atomic():
        Moves.play, Moves.bank = build(), Bank()
        Moves.play.ledger.income("factory", "more", 900_000_000)
        Moves.play.member(MEMBER, 1, OWN)
        registry_world.appoint(Moves.play.world, "factory", "treasurer", "second")
        registry_world.appoint(Moves.play.world, "province", "treasurer", "above")
    Moves.play.bank = Moves.bank
    channels.announce(BY_FILE, lambda: Moves.bank, by_file=True)
    _opening()
    machine = Moves.TestCase
    machine.settings = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    machine("runTest").runTest()
    assert {name for name in DONE if not Moves.done[name]} == set()
    assert {name for name in REFUSED if not Moves.refused[name]} == set()


def test_payments_do_what_the_model_does(committed):
    _walk(10, 30)


@pytest.mark.slow
def test_payments_do_what_the_model_does_at_length(committed):
    _walk(200, 30)
