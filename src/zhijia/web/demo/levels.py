"""Money between the levels of the demo: contributions handed upward from the officer's union to the province, a grant
for workers in hardship handed down to it, and what became of it. Through the services, by the treasurers of each."""

from datetime import date, datetime, timedelta
from typing import Any

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.ledger.models import Book
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, books, budgets, posting, transfers
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Transfer
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.web.demo.logins import FINANCE, PROVINCE, TREASURER, workplace
from zhijia.web.demo.words import words

LEVELS: dict[int, str] = {
    Union.Level.COUNTY: "county",
    Union.Level.CITY: "city",
    Union.Level.PROVINCE: "province",
}


def make_levels(*, at: datetime) -> None:
    """Open the books above the officer's union and post the year so far, once: behind `make_books`, in the caller's
    transaction."""
    unions = _unions()
    if Book.objects.using("bulk").filter(pk=unions["province"].pk).exists():
        return
    told, today = words("levels"), days.business_day(at)
    finance = _actor(FINANCE)
    with acting(finance):
        for name in LEVELS.values():
            books.open_book(actor=finance, at=at, union=unions[name], since=today.replace(month=1, day=1))
    for kept in _by_day(told, today):
        _post(kept, unions, at)
    _budget(told["budget"], unions, today.year, at)
    closed = (today.replace(day=1) - timedelta(1)).replace(day=1) - timedelta(1)
    if closed.year == today.year:
        with acting(finance):
            for name in ("county", "province"):
                books.close_through(actor=finance, at=at, union=unions[name], day=closed)


def _unions() -> dict[str, Union]:
    work = workplace()
    above = {LEVELS[union.level]: union for union in tree.path(work) if union.level in LEVELS}
    return {"work": work} | above


def _by_day(told: dict[str, Any], today: date) -> list[dict[str, Any]]:
    """What happened so far, day by day."""
    found = [
        {**kept, "on": date(today.year, month, kept["day"]), "id": f"{kept['name']}-{month}"}
        for month in range(1, today.month + 1)
        for kept in (*told["monthly"], *told["owed"])
    ]
    for kept in (*told["grants"], *told["once"], *told["spent"]):
        found.append({**kept, "on": date(today.year, kept["month"], kept["day"]), "id": kept["name"]})
    found += [{**kept, "on": today, "id": kept["name"], "lost": True} for kept in told["under_way"]]
    return sorted((kept for kept in found if kept["on"] <= today), key=lambda kept: kept["on"])


def _post(kept: dict[str, Any], unions: dict[str, Union], at: datetime) -> None:
    if "payer" in kept:
        _transfer(kept, unions, at)
        return
    union, fen = unions[kept["union"]], kept["yuan"] * 100
    with acting(_keeper(kept["union"])) as actor:
        here: dict[str, Any] = {"actor": actor, "at": at, "union": union, "day": kept["on"]}

        def account(role: str, partner: Union | None = None) -> int:
            return accounts.for_role(role=role, fund=kept["fund"], partner=partner, **here).pk

        if "partner" in kept:
            owed = account("due_to_upper", unions[kept["partner"]])
            lines = [Line(account("contribution_income"), fen), Line(owed, -fen)]
        elif "income" in kept:
            lines = [Line(account("bank"), fen), Line(account(kept["income"]), -fen)]
        else:
            lines = [Line(account(kept["role"]), fen), Line(account("bank"), -fen)]
        posting.post(
            kind="voucher",
            source=Source("demo", f"levels-{kept['id']}"),
            lines=lines,
            note=kept["note"],
            **here,
        )


def _transfer(kept: dict[str, Any], unions: dict[str, Union], at: datetime) -> None:
    """Send it, and have it arrive the next day; what is lost on the way does not."""
    transfer = Transfer(
        unions[kept["payer"]],
        unions[kept["receiver"]],
        kept["yuan"] * 100,
        "remittance",
        Source("demo", f"levels-{kept['id']}"),
        kept["note"],
    )
    with acting(_keeper(kept["payer"])) as actor:
        transfers.send(
            actor=actor, at=at, transfer=transfer, fund=kept["fund"], role=kept["paid"], day=kept["on"]
        )
    if not kept.get("lost"):
        with acting(_keeper(kept["receiver"])) as actor:
            transfers.receive(
                actor=actor, at=at, transfer=transfer, fund=kept["into"], role=kept["got"], day=kept["on"]
            )


def _budget(told: dict[str, Any], unions: dict[str, Union], year: int, at: datetime) -> None:
    """The county's budget: adopted there, approved from above."""
    union = unions[told["union"]]
    chart = accounts.chart_on(date(year, 12, 31))
    with acting(_actor(FINANCE)) as actor:
        for line in told["lines"]:
            budgets.set_line(
                actor=actor, at=at, union=union, year=year, code=chart.role(line["role"]), fund=line["fund"],
                amount=line["yuan"] * 100,
            )  # fmt: skip
        budgets.adopt(actor=actor, at=at, union=union, year=year, paper=budgets.Paper(told["document"]))
    with acting(_actor(PROVINCE)) as actor:
        budgets.approve(actor=actor, at=at, union=union, year=year, paper=budgets.Paper(told["approval"]))


def _keeper(union: str) -> Actor:
    return _actor(TREASURER if union == "work" else FINANCE)


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-books")
