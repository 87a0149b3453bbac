"""What the officer's union spent by voucher this year, what it owns and what goods it gave out: some in the books, one
that waits to be checked, drafts the rules hold back. Through the services, as its treasurer and its officer."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID, uuid5

from zhijia.accounts.models import User
from zhijia.assets import rules
from zhijia.assets.models import Card
from zhijia.assets.services import cards, counting, depreciating, goods, leasing
from zhijia.kernel import actors, days, documents
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.ledger.models import Account
from zhijia.ledger.queries import rosters
from zhijia.ledger.services.spending import deciding, kin, preparing
from zhijia.ledger.services.spending.preparing import Draft, Wanted
from zhijia.ledger.spending_models import Voucher
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money
from zhijia.web.demo.logins import OFFICER, TREASURER, workplace
from zhijia.web.demo.words import words

KEYS = UUID("1d5f3a2e-7b0c-4c57-9b3e-2f6f0a9d4c11")
TEMPLATE = Path(__file__).with_name("data") / "invoice.typ"
MOST = 60
Made = TypeVar("Made")


def make_spending(*, at: datetime) -> None:
    """Make them once, behind the books and before they are closed. In the caller's transaction."""
    union, told = workplace(), words("spending")
    if Voucher.objects.using("bulk").filter(union_id=union.pk).exists():
        return
    today = days.business_day(at)
    people = _as(TREASURER, lambda actor: [one.number for one in rosters.members(union.pk, most=MOST)])
    _as(TREASURER, lambda actor: _declare(actor, at, union, told["kin"], people[0], today))
    for said in told["vouchers"]:
        _voucher(at, union, said, people, today)
    _as(TREASURER, lambda actor: _own(actor, at, union, told, today))
    _as(TREASURER, lambda actor: _goods(actor, at, union, told["lots"], people, today))


def write_assets_down(*, at: datetime) -> None:
    """Depreciation up to the end of last month, while the books are open: what the nightly job would have done."""
    last = rules.after(days.month_of(days.business_day(at)), -1)
    depreciating.write_down(at=at, month=last, actor=actors.system("demo-spending", "demo"))


def _declare(
    actor: Actor, at: datetime, union: Union, said: dict[str, str], officer: str, today: date
) -> None:
    kin.declare(actor=actor, at=at, union=union, officer=officer, day=today.replace(month=1, day=1), **said)


def _voucher(at: datetime, union: Union, said: dict[str, Any], people: list[str], today: date) -> None:
    day = date(today.year, said["month"], said["day"]) if said["month"] else today
    if day > today:
        return
    draft = Draft(
        category=said["category"],
        occasion=said.get("occasion", ""),
        day=day,
        title=said["title"],
        way=said["way"],
        payee=said["payee"],
        paid_from=_as(TREASURER, lambda actor: _bank(union)),
        participants=said.get("participants"),
        roster=[Wanted(who, said["each"] * 100) for who in people[: said["people"]]],
        decided=f"{day:%Y-%m}",
    )

    def prepare(actor: Actor) -> int:
        voucher = preparing.prepare(
            actor=actor, at=at, union=union, once=uuid5(KEYS, f"{union.pk}:{said['name']}"), draft=draft
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / "invoice.pdf"
            values = {"seller": said["payee"], "buyer": union.name, "what": said["title"],
                      "yuan": money(voucher.amount), "day": day.isoformat()}  # fmt: skip
            documents.write_pdf(path, template=TEMPLATE, values=values, at=at)
            with path.open("rb") as content:
                preparing.add_file(
                    actor=actor, at=at, voucher_id=voucher.pk, content=content, name=f"{said['name']}.pdf"
                )
        if said["end"] != "draft":
            deciding.hand_in(actor=actor, at=at, voucher_id=voucher.pk)
        return voucher.pk

    number = _as(TREASURER, prepare)
    if said["end"] == "posted":
        _as(OFFICER, lambda actor: deciding.check(actor=actor, at=at, voucher_id=number))
        _as(TREASURER, lambda actor: deciding.post(actor=actor, at=at, voucher_id=number))


def _own(actor: Actor, at: datetime, union: Union, told: dict[str, Any], today: date) -> None:
    made: dict[str, Card] = {}
    for said in told["cards"]:
        got_on = date(today.year, said["month"], said["day"])
        if got_on <= today:
            bought = said["came"] == Card.Came.BOUGHT
            new = cards.New(
                name=said["name"], kind=said["kind"], came=said["came"], got_on=got_on, cost=said["yuan"] * 100,
                place=said["place"], donor=said.get("donor", ""), purpose=said.get("purpose", ""),
                fund="" if bought else "own", paid_from=_bank(union) if bought else None,
            )  # fmt: skip
            once = uuid5(KEYS, f"{union.pk}:{said['name']}")
            made[said["name"]] = cards.take_up(actor=actor, at=at, union=union, once=once, new=new)
    lease = told["lease"]
    card, since = made.get(lease["card"]), date(today.year, lease["month"], 1)
    if card is not None and since <= today:
        terms = leasing.Terms(
            lease["tenant"], since, since.replace(year=since.year + 2), lease["rent"] * 100, lease["due_day"]
        )
        let = leasing.let(
            actor=actor, at=at, card_id=card.pk, once=uuid5(KEYS, f"{union.pk}:lease"), terms=terms
        )
        for month in range(lease["month"], today.month):
            day = date(today.year, month, lease["due_day"])
            leasing.receive(
                actor=actor, at=at, lease_id=let.pk, month=days.month_of(day), day=day, into=_bank(union)
            )
    if made:
        counting.plan(actor=actor, at=at, union=union)


def _goods(
    actor: Actor, at: datetime, union: Union, lots: list[dict[str, Any]], people: list[str], today: date
) -> None:
    for said in lots:
        got_on, given = date(today.year, said["month"], said["day"]), said["given"]
        if got_on > today:
            continue
        bought = said["came"] == Card.Came.BOUGHT
        new = goods.New(
            name=said["name"], unit=said["unit"], came=said["came"], got_on=got_on, quantity=said["quantity"],
            cost=said["yuan"] * 100, donor=said.get("donor", ""), purpose=said.get("purpose", ""),
            fund="" if bought else "donation", paid_from=_bank(union) if bought else None,
        )  # fmt: skip
        lot = goods.take_in(
            actor=actor, at=at, union=union, once=uuid5(KEYS, f"{union.pk}:{said['name']}"), new=new
        )
        day = date(today.year, given["month"], given["day"])
        if day <= today:
            out = goods.Out(
                day=day, what_for=given["what_for"], each=given["each"], who=people[: given["people"]],
                category=given.get("counts_as", ""),
            )  # fmt: skip
            issue = goods.issue(
                actor=actor, at=at, lot_id=lot.pk, once=uuid5(KEYS, f"{union.pk}:{said['name']}:out"), out=out
            )
            signed = list(issue.lines.order_by("pk").values_list("pk", flat=True))[: given["people"] // 2]
            goods.sign(actor=actor, at=at, issue_id=issue.pk, lines=signed)


def _bank(union: Union) -> int:
    """The union's account at the bank, of its own money."""
    return Account.objects.filter(union_id=union.pk, guarded=True, fund="own").order_by("code", "pk")[0].pk


def _as(login: str, do: Callable[[Actor], Made]) -> Made:
    with acting(Actor(User.objects.get(login=login).pk, "demo", "demo-spending")) as actor:
        return do(actor)
