"""Donations to the second county, of which some was spent; the demo's member acts for an employer too. Through the
services, as the people at work there."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from zhijia.accounts.models import User
from zhijia.dues import rules
from zhijia.dues.models import Donation
from zhijia.dues.services import declaring, giving
from zhijia.dues.services.giving import Promised
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.context import acting
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, books, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import BankAccount
from zhijia.payments.services import bank_accounts, paying_in
from zhijia.payments.services.paying_in import BankLine
from zhijia.registry.models import Representative, Union
from zhijia.registry.services import representatives
from zhijia.web.demo.logins import FINANCE, MEMBER, OFFICER, counties, workplace
from zhijia.web.demo.words import words


def make_donations(*, at: datetime) -> None:
    """Write donations down, let most of them come in and be used, once. Each step commits by itself."""
    county = counties()[1]
    told = words("donations")
    if Donation.objects.using("bulk").filter(union_id=county.pk).count() >= len(told["donations"]):
        return
    today = days.business_day(at)
    with acting(_finance()) as actor:
        books.open_book(actor=actor, at=at, union=county, since=date(today.year, 1, 1))
        stands = BankAccount.objects.filter(union_id=county.pk, title=told["title"]).first()
        account = stands or bank_accounts.open_one(
            actor=actor, at=at, union=county, number=synthetic_account(told["account"]), holder=county.name,
            bank=told["bank"], channel="csv", title=told["title"],
        )  # fmt: skip
    for place, kept in enumerate(told["donations"]):
        _donation(at, county, account, kept, place, today)
    for place, kept in enumerate(told["spent"]):
        _spent(at, county, kept, place, account.title, today)


def make_representative(*, at: datetime) -> None:
    """The demo's member acts for the employer of the union the officer works for, once."""
    union = workplace()
    last = rules.month_after(days.month_of(days.business_day(at)), -1)
    with acting(Actor(User.objects.get(login=OFFICER).pk, "demo", "demo-representative")) as actor:
        user_id = User.objects.get(login=MEMBER).pk
        for employer in declaring.covered(union, last)[:1]:
            if employer.credit_code and not Representative.objects.filter(employer=employer).exists():
                representatives.appoint(
                    actor=actor, at=at, user_id=user_id, union=union, name=employer.name,
                    credit_code=employer.credit_code,
                )  # fmt: skip


def _donation(
    at: datetime, county: Union, account: BankAccount, kept: dict[str, str], place: int, today: date
) -> None:
    promised = Promised(kept["donor"], int(kept["yuan"]) * 100, kept["fund"], kept["purpose"])
    with acting(_finance()) as actor:
        donation = giving.promise(
            actor=actor, at=at, union=county, promised=promised,
            once=uuid5(NAMESPACE_URL, f"demo-donation-{county.pk}-{place}"),
        )  # fmt: skip
        if "days_ago" not in kept:
            return
        line = BankLine(
            f"DEMO-DONATION-{place}",
            _day(kept, today),
            donation.amount,
            kept["donor"],
            note=donation.reference,
        )
        assert donation.receivable_id is not None
        for receipt in paying_in.came_in(at=at, bank_account=account, lines=[line]):
            paying_in.match(actor=actor, at=at, receipt_id=receipt.pk, receivable_id=donation.receivable_id)


def _spent(at: datetime, county: Union, kept: dict[str, str], place: int, title: str, today: date) -> None:
    day, fen = _day(kept, today), int(kept["yuan"]) * 100
    with acting(_finance()) as actor:
        chart = accounts.chart_on(day)
        spent, bank = (
            accounts.made(
                actor=actor, at=at, union=county, chart=chart, code=accounts.code_for(role, chart),
                fund=kept["fund"], title=called,
            )
            for role, called in ((kept["role"], ""), ("bank", title))
        )  # fmt: skip
        posting.post(
            actor=actor, at=at, union=county, day=day, kind="voucher", source=Source("demo", f"donation-{place}"),
            lines=[Line(spent.pk, fen), Line(bank.pk, -fen)], note=kept["note"],
        )  # fmt: skip


def _day(kept: dict[str, str], today: date) -> date:
    """So many days ago, of this year."""
    return max(today - timedelta(days=int(kept["days_ago"])), date(today.year, 1, 1))


def _finance() -> Actor:
    return Actor(User.objects.get(login=FINANCE).pk, "demo", "demo-donations")
