"""Payments for tests: the factory's union with money, a bank account, a treasurer, a cashier and a chair; a bank that
says what it is told to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.ledger.tests.world import AT, Ledger
from zhijia.payments import channels
from zhijia.payments.channels import Answer, Instruction, Said
from zhijia.payments.models import BankAccount, Batch, Payment
from zhijia.payments.services import bank_accounts, batching, payees, paying, releasing
from zhijia.payments.services.payees import Named, Payee
from zhijia.registry.models import Person
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.ready import once_a_run

CHANNEL = "told"
LATER = AT + timedelta(hours=25)
OWN, OTHER = "6217000000000000017", "6217000000000000025"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done here is refused, by this code."""
    with pytest.raises(Refusal) as refusal:
        yield
    assert refusal.value.code == code


@dataclass
class Told:
    """A bank that keeps what it was handed and answers as it is told to; paid where it is told nothing."""

    seen: list[Instruction] = field(default_factory=list)
    says: dict[str, Callable[[Instruction], Answer]] = field(default_factory=dict)
    knows: dict[str, Answer] = field(default_factory=dict)

    def send(self, instruction: Instruction) -> Answer:
        """Keep it and answer."""
        self.seen.append(instruction)
        said = self.says.get(instruction.reference) or self.says.get("")
        if said is not None:
            return said(instruction)
        return self.paid(instruction)

    def ask(self, reference: str) -> Answer:
        """What it knows of it."""
        return self.knows.get(reference, Answer(reference, Said.NOT_FOUND))

    def paid(self, instruction: Instruction) -> Answer:
        """It pays."""
        answer = Answer(instruction.reference, Said.PAID, f"B{len(self.seen):06d}", datetime.now(UTC))
        self.knows[instruction.reference] = answer
        return answer


class Payments:
    """The world with books, money and a bank: `order()` waits, `batch()` is open, `release(batch)` goes out."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.world = self.ledger.world
        for name, role in (("cashier", "cashier"), ("chair", "grassroots_officer")):
            registry_world.appoint(self.world, "factory", role, name)
        self.bank = Told()
        channels.announce(CHANNEL, lambda: self.bank)
        self.union = self.world.unions["factory"]
        self.ledger.income("factory", "money", 1_000_000)
        self.account: BankAccount = bank_accounts.open_one(
            actor=self.act("factory-treasurer"), at=AT, union=self.union, bank="工商银行", holder="晨光机械工会",
            number="1302000000000000001", channel=CHANNEL,
        )  # fmt: skip

    def act(self, name: str) -> Actor:
        """Become this actor."""
        return self.world.act(name)

    def member(self, name: str, serial: int, account: str = "") -> UUID:
        """A member of the factory's union, with an account of their own where one is named."""
        actor = registry_world.member(self.world, name, "factory", serial=serial)
        assert actor.person_id is not None
        if account:
            self.name_account(name, account)
        return actor.person_id

    def name_account(self, name: str, account: str, at: datetime = AT) -> None:
        """They name an account of their own."""
        actor = self.act(name)
        person = Person.objects.get(pk=actor.person_id)
        payees.name_own(actor=actor, at=at, said=Named(person.name, account, "建设银行", agreed=True))

    def union_account(self, union: str, number: str = "1302000000000000027", title: str = "") -> BankAccount:
        """The union writes an account at a bank down; the first is the one it is paid on."""
        return bank_accounts.open_one(
            actor=self.act(f"{union}-treasurer"), at=AT, union=self.world.unions[union], bank="工商银行",
            holder=f"{union}工会", number=number, channel=CHANNEL, title=title,
        )  # fmt: skip

    def order(
        self,
        source: str = "1",
        amount: int = 5_000,
        who: str = "chair",
        person: str = "",
        name: str = "晨光商店",
    ) -> Payment:
        """Somebody orders a payment, to a member or to a firm."""
        person_id = self.world.actors[person].person_id if person else None
        if person_id is not None:
            self.act("factory")
            name = Person.objects.get(pk=person_id).name
        actor = self.act(who)
        return paying.ordered(
            actor=actor,
            at=AT,
            union=self.union,
            source=Source("test", source),
            payee=Payee(name, "" if person else "4563510000000000011", "中国银行"),
            amount=amount,
            fund="own",
            spent_on="503",
            title="慰问金",
            person_id=person_id,
        )

    def batch(self, at: datetime = AT) -> Batch:
        """The treasurer puts together what waits."""
        return batching.put_together(actor=self.act("factory-treasurer"), at=at, bank_account=self.account)

    def release(self, batch: Batch, *who: str, at: datetime = AT) -> Batch:
        """These release it one after the other; treasurer and cashier where none is named."""
        for name in who or ("factory-treasurer", "cashier"):
            batch = releasing.release(actor=self.act(name), at=at, batch_id=batch.pk)
        return batch


@once_a_run
def _furnished() -> Payments:
    return Payments()


def build() -> Payments:
    """The world as every test begins with it; its bank is the one that is asked."""
    made = _furnished()
    channels.announce(CHANNEL, lambda: made.bank)
    return made
