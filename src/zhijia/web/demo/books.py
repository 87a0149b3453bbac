"""The books of the officer's union for this year: dues and contributions that came in, what was spent; closed up to the
end of last month. Through the services, as its treasurer."""

from datetime import date, datetime, timedelta
from typing import Any

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.ledger.models import Book
from zhijia.ledger.rules import Line
from zhijia.ledger.services import books, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry.models import Union
from zhijia.web.demo.logins import TREASURER, workplace
from zhijia.web.demo.words import words


def make_books(*, at: datetime) -> None:
    """Open them and post the year so far, once. In the caller's transaction."""
    union, today = workplace(), days.business_day(at)
    if Book.objects.using("bulk").filter(pk=union.pk).exists():
        return
    told = words("books")
    since = today.replace(month=1, day=1)
    with acting(Actor(User.objects.get(login=TREASURER).pk, "demo", "demo-books")) as actor:
        books.open_book(actor=actor, at=at, union=union, since=since)
        accounts = {
            (one["code"], one["fund"]): books.open_account(
                actor=actor, at=at, union=union, day=since, **one
            ).pk
            for one in told["accounts"]
        }
        for month in range(1, today.month + 1):
            for kept in told["monthly"]:
                _post(actor, at, union, kept, accounts, date(today.year, month, kept["day"]), today)
        for kept in told["once"]:
            _post(actor, at, union, kept, accounts, date(today.year, kept["month"], kept["day"]), today)


def close_books(*, at: datetime) -> None:
    """Close them up to the end of last month."""
    today = days.business_day(at)
    closed = today.replace(day=1) - timedelta(days=1)
    if closed.year == today.year:
        with acting(Actor(User.objects.get(login=TREASURER).pk, "demo", "demo-books")) as actor:
            books.close_through(actor=actor, at=at, union=workplace(), day=closed)


def _post(
    actor: Actor,
    at: datetime,
    union: Union,
    kept: dict[str, Any],
    accounts: dict[tuple[str, str], int],
    day: date,
    today: date,
) -> None:
    if day > today:
        return
    debit, credit = (accounts[kept[side], kept["fund"]] for side in ("debit", "credit"))
    posting.post(
        actor=actor,
        at=at,
        union=union,
        day=day,
        kind="voucher",
        source=Source("demo", f"{kept['name']}-{day}"),
        lines=[Line(debit, kept["yuan"] * 100), Line(credit, -kept["yuan"] * 100)],
        note=kept["note"],
    )
