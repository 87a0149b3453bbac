"""The entries of assets and goods (DUE-11): what is bought is spent from the budget and stands in the register as
well, in one entry that balances; what is not money stands against the asset fund."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry.models import Union


def money_account(union: Union, number: int | None) -> Account:
    """The account of the bank or of cash that money comes to or leaves. Raises Refusal for another."""
    mine = Account.objects.filter(union_id=union.pk, guarded=True, closed_on__isnull=True)
    found = mine.filter(pk=number).first() if number is not None else None
    if found is None:
        raise Refusal("no_such_money", _("Choose the account of the bank or of cash."))
    return found


def take_in(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    day: date,
    source: Source,
    role: str,
    spent_as: str,
    fund: str,
    fen: int,
    paid_from: Account | None,
    note: str,
) -> int:
    """What came stands in the register's account against the asset fund; what was bought is spent besides. The entry's
    number."""
    lines = [
        Line(_for(actor, at, union, role, fund, day), fen),
        Line(_for(actor, at, union, "asset_fund", fund, day), -fen),
    ]
    if paid_from is not None:
        lines += [Line(_for(actor, at, union, spent_as, fund, day), fen), Line(paid_from.pk, -fen)]
    return posting.post(
        actor=actor, at=at, union=union, day=day, kind="assets", source=source, lines=lines, note=note
    )


def give_out(
    *, actor: Actor, at: datetime, union: Union, day: date, source: Source, fund: str, fen: int, note: str
) -> int:
    """Goods leave the stock and the asset fund. The entry's number."""
    lines = [
        Line(_for(actor, at, union, "asset_fund", fund, day), fen),
        Line(_for(actor, at, union, "goods", fund, day), -fen),
    ]
    return posting.post(
        actor=actor, at=at, union=union, day=day, kind="goods", source=source, lines=lines, note=note
    )


def put_back(
    *, actor: Actor, at: datetime, union: Union, day: date, source: Source, fund: str, fen: int, note: str
) -> int:
    """Goods that had gone out are in the stock and the asset fund again. The entry's number."""
    lines = [
        Line(_for(actor, at, union, "goods", fund, day), fen),
        Line(_for(actor, at, union, "asset_fund", fund, day), -fen),
    ]
    return posting.post(
        actor=actor, at=at, union=union, day=day, kind="goods", source=source, lines=lines, note=note
    )


def write_off(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    day: date,
    source: Source,
    fund: str,
    cost: int,
    depreciated: int,
    note: str,
) -> int:
    """An asset leaves the books: its cost, what was written down of it, the rest from the asset fund."""
    lines = [Line(_for(actor, at, union, "fixed_assets", fund, day), -cost)]
    if depreciated:
        lines.append(Line(_for(actor, at, union, "depreciation", fund, day), depreciated))
    if cost > depreciated:
        lines.append(Line(_for(actor, at, union, "asset_fund", fund, day), cost - depreciated))
    return posting.post(
        actor=actor, at=at, union=union, day=day, kind="assets", source=source, lines=lines, note=note
    )


def receive(
    *, actor: Actor, at: datetime, union: Union, day: date, source: Source, into: Account, fen: int, note: str
) -> int:
    """Rent, or what something was sold for, came to the union's account. The entry's number."""
    income = _for(actor, at, union, "other_income", into.fund, day)
    lines = [Line(into.pk, fen), Line(income, -fen)]
    return posting.post(
        actor=actor, at=at, union=union, day=day, kind="assets", source=source, lines=lines, note=note
    )


def _for(actor: Actor, at: datetime, union: Union, role: str, fund: str, day: date) -> int:
    account = accounts.for_role(actor=actor, at=at, union=union, role=role, fund=fund, day=day)
    return account.pk
