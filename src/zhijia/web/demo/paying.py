"""Payments of the officer's union: some paid, a batch that waits for its second release, one whose payee changed the
account, one that waits for an account. Through the services, as its people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.ledger.services.posting import Source
from zhijia.payments import channels
from zhijia.payments.channels import Answer, Instruction, Said
from zhijia.payments.models import BankAccount, Batch, Payment
from zhijia.payments.services import bank_accounts, batching, payees, paying, releasing, sending
from zhijia.payments.services.payees import Named, Payee
from zhijia.registry.models import Person, Union
from zhijia.web.demo.logins import CASHIER, MEMBER, OFFICER, TREASURER, workplace
from zhijia.web.demo.money_in import make_money_in
from zhijia.web.demo.words import words

DAY = timedelta(days=1)
PAYING = "demo-before"


class _Pays:
    """A bank of the past: it paid."""

    def send(self, instruction: Instruction) -> Answer:
        return Answer(instruction.reference, Said.PAID, f"D{instruction.reference[2:13]}")

    def ask(self, reference: str) -> Answer:
        return Answer(reference, Said.PAID)


def make_payments(*, at: datetime) -> None:
    """Order, release, pay and change, once. Commits by itself: the bank's side works on what is committed."""
    union, told = workplace(), words("payments")
    if BankAccount.objects.using("bulk").filter(union_id=union.pk).exists():
        return
    with transaction.atomic():
        account = _bank_account(at - DAY, union, told)
        people = _people(at - DAY, union, told)
        for number, one in enumerate(told["paid"]):
            _order(at - DAY, union, told, one, people[number], f"paid-{number}")
        batch = _release(at - DAY, account, TREASURER, CASHIER)
    sending.send(batch_id=batch.pk, clock=lambda: at - DAY)
    BankAccount.objects.using("bulk").filter(pk=account.pk).update(channel=told["bank"]["channel"])
    with transaction.atomic():
        for number, one in enumerate(told["waiting"]):
            _order(at, union, told, one, people[number], f"waiting-{number}")
        _buy(at, union, told)
        _release(at, account, TREASURER)
        _name(at, people[1], told["changed"])
        make_money_in(at=at)


def _bank_account(at: datetime, union: Union, told: Mapping[str, Any]) -> BankAccount:
    """The union's account, at a bank that pays what it is told: what was paid before the demo began."""
    channels.announce(PAYING, _Pays)
    with acting(_actor(TREASURER)) as actor:
        kept = {name: told["bank"][name] for name in ("bank", "number")}
        said = {**kept, "holder": f"{union.name}{told['bank']['holder']}", "channel": PAYING}
        return bank_accounts.open_one(actor=actor, at=at, union=union, **said)


def _people(at: datetime, union: Union, told: Mapping[str, Any]) -> list[Actor]:
    """Three members who log in, the demo's own first; two have said where their money goes."""
    users = User.objects.using("bulk").filter(person_id__isnull=False, demo=True)
    at_home = set(Person.objects.using("bulk").filter(union_id=union.pk).values_list("pk", flat=True))
    found = [
        Actor(user.pk, "demo", "demo-payments", person_id=user.person_id, stepped_up=True)
        for user in sorted(users, key=lambda user: (user.login != MEMBER, user.pk))
        if user.person_id in at_home
    ][: len(told["waiting"])]
    for actor, kept in zip(found, told["accounts"], strict=False):
        _name(at, actor, kept)
    return found


def _name(at: datetime, actor: Actor, kept: Mapping[str, str]) -> None:
    with acting(actor):
        person = Person.objects.get(pk=actor.person_id or "")
        payees.name_own(actor=actor, at=at, said=Named(person.name, kept["number"], kept["bank"], True))


def _order(
    at: datetime, union: Union, told: Mapping[str, Any], one: Mapping[str, Any], payee: Actor, key: str
) -> Payment:
    with acting(_actor(OFFICER)) as actor:
        person = Person.objects.get(pk=payee.person_id or "")
        return paying.ordered(
            actor=actor, at=at, union=union, source=Source("demo", key), payee=Payee(person.name),
            amount=one["yuan"] * 100, fund=told["fund"], spent_on=told["code"], title=one["title"],
            person_id=person.pk,
        )  # fmt: skip


def _buy(at: datetime, union: Union, told: Mapping[str, Any]) -> None:
    firm = told["firm"]
    with acting(_actor(OFFICER)) as actor:
        paying.ordered(
            actor=actor, at=at, union=union, source=Source("demo", "firm"),
            payee=Payee(firm["name"], firm["number"], firm["bank"]), amount=firm["yuan"] * 100, fund=told["fund"],
            spent_on=told["code"], title=firm["title"],
        )  # fmt: skip


def _release(at: datetime, account: BankAccount, *who: str) -> Batch:
    with acting(_actor(TREASURER)) as actor:
        batch = batching.put_together(actor=actor, at=at, bank_account=account)
    for login in who:
        with acting(_actor(login)) as actor:
            batch = releasing.release(actor=actor, at=at, batch_id=batch.pk)
    return batch


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-payments", stepped_up=True)
