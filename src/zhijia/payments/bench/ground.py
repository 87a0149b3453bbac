"""Made-up payments for the bench: one union with money and a bank account, its treasurer, cashier and chair, and so
many payees with an account each."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhijia.accounts.services import create_user
from zhijia.audit.services import Place
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import with_check_digit
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_ids
from zhijia.ledger.rules import Line
from zhijia.ledger.services import books, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import BankAccount, PayeeAccount, Payment
from zhijia.payments.services import bank_accounts, payees
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.registry.services import grants
from zhijia.vault import services as vault

NUMBER, CHANNEL, SPENT, FEN = "1302000000000000001", "http", "503", 100
MONEY = 10**12
HOLDER = "Payee"


@dataclass(frozen=True, slots=True)
class Ground:
    """The union, its bank account, and who works there."""

    union: Union
    account: BankAccount
    treasurer: Actor
    cashier: Actor
    chair: int


def prepare(at: datetime) -> Ground:
    """A union with books, money at the bank, and three people."""
    founder = Actor(None, "command", "bench")
    with transaction.atomic(), acting(founder):
        union = Union.objects.create(
            code="340103-000001", name="Bench", type="50", level=Union.Level.GRASSROOTS, division="340103000000",
            founded_on=date(2020, 1, 1),
        )  # fmt: skip
        tree.rebuild()
        union.refresh_from_db()
        staff = {
            role: create_user(actor=founder, at=at, login=role, password="Yulan-shu-48", staff=True)  # noqa: S106
            for role in ("treasurer", "cashier", "grassroots_officer", "founder")
        }
    first = staff.pop("founder").pk
    grants.write(at=at, user_id=first, role="security_admin", union=union, given_by=founder, using="bulk")
    with transaction.atomic(), acting(Actor(first, "command", "bench")) as giver:
        for role, user in staff.items():
            grants.write(at=at, user_id=user.pk, role=role, union=union, given_by=giver)
    treasurer, cashier = (
        Actor(staff[role].pk, "command", "bench", stepped_up=True) for role in ("treasurer", "cashier")
    )
    with transaction.atomic(), acting(treasurer):
        account = _money(treasurer, at, union)
    return Ground(union, account, treasurer, cashier, staff["grassroots_officer"].pk)


def payments(ground: Ground, at: datetime, many: int, turn: int) -> None:
    """So many payments that wait, to a payee each. `turn` tells the rounds apart."""
    numbers = {key: _number(turn, count) for count, key in enumerate(new_ids(many))}
    digests = {key: vault.digest(payees.PURPOSE, number) for key, number in numbers.items()}
    place = Place(ground.union.pk, ground.union.stands_in)
    with transaction.atomic(using="bulk"):
        PayeeAccount.objects.using("bulk").bulk_create(
            [_payee(ground, at, key, number, digests[key]) for key, number in numbers.items()],
            batch_size=5_000,
        )
        vault.add_many(payees.NUMBER, numbers, place=place, at=at)
        Payment.objects.using("bulk").bulk_create(
            [_payment(ground, at, key, f"{turn}-{count}") for count, key in enumerate(numbers)],
            batch_size=5_000,
        )


def _money(treasurer: Actor, at: datetime, union: Union) -> BankAccount:
    today = days.business_day(at)
    books.open_book(actor=treasurer, at=at, union=union, since=today.replace(month=1, day=1))
    bank, income = (
        books.open_account(actor=treasurer, at=at, union=union, code=code, fund="own").pk
        for code in ("102", "402")
    )
    posting.post(
        actor=treasurer, at=at, union=union, day=today, kind="voucher", source=Source("bench", "money"),
        lines=[Line(bank, MONEY), Line(income, -MONEY)],
    )  # fmt: skip
    return bank_accounts.open_one(
        actor=treasurer, at=at, union=union, bank="Bench", holder="Bench", number=NUMBER, channel=CHANNEL
    )


def _number(turn: int, count: int) -> str:
    """A number of nobody's account."""
    return with_check_digit(f"62170{turn:03d}{count:010d}")


def _payee(ground: Ground, at: datetime, key: UUID, number: str, digest: str) -> PayeeAccount:
    return PayeeAccount(
        id=key, union_id=ground.union.pk, county_id=ground.union.county_id, holder=HOLDER,
        bank="Bench", tail=number[-4:], account_key=digest, set_by=ground.chair, set_at=at, usable_from=at,
    )  # fmt: skip


def _payment(ground: Ground, at: datetime, key: UUID, source: str) -> Payment:
    return Payment(
        union_id=ground.union.pk, county_id=ground.union.stands_in, source="bench", source_id=source, title="Bench",
        amount=FEN, fund="own", code=SPENT, payee_id=key, payee_name=HOLDER, ordered_by=ground.chair, ordered_at=at,
    )  # fmt: skip
