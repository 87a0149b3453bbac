"""A bank for the union that holds a round: what was ordered for names is released by two and sent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from zhijia.appraisals.tests.rounds.world import Fair
from zhijia.ledger.rules import Line
from zhijia.ledger.services import books, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments import channels
from zhijia.payments.channels import Answer, Instruction
from zhijia.payments.models import BankAccount, Batch, Payment
from zhijia.payments.services import bank_accounts, batching, payees, releasing, sending
from zhijia.payments.services.payees import Named
from zhijia.payments.tests.world import CHANNEL, OWN, Told
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

MONEY = 50_000_000
CASHIERS = ("first", "other")


class Bank:
    """The union's account at a bank that says what it is told to."""

    def __init__(self, made: Fair) -> None:
        self.made, self.told = made, Told()
        channels.announce(CHANNEL, lambda: self.told)
        for name in CASHIERS:
            worlds.appoint(made.world, made.key, "cashier", name)
        union, actor = made.world.unions[made.key], made.act("treasurer")
        bank, income = (
            books.open_account(
                actor=actor, at=AT, union=union, code=code, fund="craftsman", day=AT.date().replace(month=1, day=1)
            ).pk
            for code in ("102", "402")
        )  # fmt: skip
        posting.post(
            actor=actor, at=AT, union=union, day=AT.date(), kind="voucher", source=Source("test", "money"),
            lines=[Line(bank, MONEY), Line(income, -MONEY)],
        )  # fmt: skip
        self.account: BankAccount = bank_accounts.open_one(
            actor=actor, at=AT, union=union, bank="工商银行", holder="区总工会", number="1302000000000000001",
            channel=CHANNEL,
        )  # fmt: skip

    def named(self, place: int, number: str = OWN) -> None:
        """This member says where they want their money."""
        actor = self.made.member(place)
        person = Person.objects.get(pk=actor.person_id)
        payees.name_own(actor=actor, at=AT, said=Named(person.name, number, "建设银行", agreed=True))

    def batch(self, at: datetime) -> Batch:
        """What waits and can go."""
        return batching.put_together(actor=self.made.act("treasurer"), at=at, bank_account=self.account)

    def release(self, batch: Batch, at: datetime) -> Batch:
        """Two people release it."""
        for name in CASHIERS:
            batch = releasing.release(actor=self.made.act(name), at=at, batch_id=batch.pk)
        return batch

    def send(self, at: datetime, says: Callable[[Instruction], Answer] | None = None) -> list[Payment]:
        """What waits is released, committed and sent, and the bank says this of it."""
        with transaction.atomic():
            batch = self.release(self.batch(at), at)
        self.told.says = {"": says} if says else {}
        sending.send(batch_id=batch.pk, clock=lambda: at)
        return list(Payment.objects.using("bulk").filter(batch=batch).order_by("pk"))


def now(payment: Any) -> Payment:
    """The payment as it stands, whoever asks."""
    return Payment.objects.using("bulk").get(pk=payment.pk)
