"""Money from one union to another: an entry in the books of each, sharing what it is for. The payer's says `out:` and
the receiver, the receiver's `in:` and the payer, so that a fen can be followed from one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

import numpy as np
from django.db import connection
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from zhijia.catalogue import definitions
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger import rules
from zhijia.ledger.models import Account
from zhijia.ledger.rules import IN, OUT, Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.bulk import Entries
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Transfer:
    """So much (fen) from one union to another, for a source whose purpose is left empty: one transfer stands for it."""

    payer: Union
    receiver: Union
    amount: int
    kind: str
    source: Source
    note: str = ""


def send(
    *,
    actor: Actor,
    at: datetime,
    transfer: Transfer,
    fund: str,
    role: str,
    day: date,
    bank_id: int | None = None,
) -> int:
    """Post that the payer has paid, from a fund of theirs: the account for `role` towards the receiver (what was
    owed, or a subsidy) against the bank (the account `bank_id`, or the bank of the fund). The entry's number; the same
    again answers it. Raises Refusal for what the receiver's books say differently, and as posting does."""
    return _post(actor, at, transfer, "out", fund, role, day, bank_id)


def receive(
    *,
    actor: Actor,
    at: datetime,
    transfer: Transfer,
    fund: str,
    role: str,
    day: date,
    bank_id: int | None = None,
) -> int:
    """Post that the receiver has got it, into a fund of theirs: the bank against the account for `role` towards the
    payer (what was due, or income). The entry's number; the same again answers it. Raises Refusal for what the payer's
    books say differently: another sum, a fund it may not arrive in, a day before it was sent."""
    return _post(actor, at, transfer, "in", fund, role, day, bank_id)


def _post(
    actor: Actor,
    at: datetime,
    transfer: Transfer,
    side: Literal["out", "in"],
    fund: str,
    role: str,
    day: date,
    bank_id: int | None,
) -> int:
    """One side of the transfer."""
    here, there = transfer.payer, transfer.receiver
    turn = 1
    if side == "in":
        here, there, turn = there, here, -1
    actor = access.require(actor, posting.POST, here.pk)
    if transfer.payer.pk == transfer.receiver.pk:
        raise Refusal("same_union", _("Money does not go from a union to itself."))
    if transfer.amount <= 0:
        raise Refusal("nothing_to_transfer", _("Say how much goes over."))
    _agree(transfer, side, fund, day)
    partner = accounts.for_role(actor=actor, at=at, union=here, role=role, fund=fund, day=day, partner=there)
    bank = _bank(actor, at, here, fund, day, bank_id)
    return posting.post(
        actor=actor,
        at=at,
        union=here,
        day=day,
        kind=transfer.kind,
        source=replace(transfer.source, purpose=_purpose(transfer, side)),
        lines=[Line(partner.pk, turn * transfer.amount), Line(bank.pk, -turn * transfer.amount)],
        note=transfer.note,
    )


def _purpose(transfer: Transfer, side: Literal["out", "in"]) -> str:
    return f"{OUT}{transfer.receiver.pk}" if side == "out" else f"{IN}{transfer.payer.pk}"


def _bank(actor: Actor, at: datetime, union: Union, fund: str, day: date, bank_id: int | None) -> Account:
    if bank_id is None:
        return accounts.for_role(actor=actor, at=at, union=union, role="bank", fund=fund, day=day)
    found = Account.objects.filter(pk=bank_id, union_id=union.pk, fund=fund, guarded=True).first()
    if found is None:
        raise Refusal("no_such_bank_account", _("This union has no such account of money in that fund."))
    return found


def _agree(transfer: Transfer, side: Literal["out", "in"], fund: str, day: date) -> None:
    """Raises Refusal where the other side's books say something else of this transfer."""
    other_side: Literal["out", "in"] = "in" if side == "out" else "out"
    here = transfer.payer if side == "out" else transfer.receiver
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, fund, amount FROM ledger_other_side(%s, %s, %s, %s)",
            [here.pk, transfer.source.kind, transfer.source.id, _purpose(transfer, other_side)],
        )
        other_day, other_fund, amount = cursor.fetchone()
    if amount is None:
        return
    sent, arrived = (fund, other_fund) if side == "out" else (other_fund, fund)
    left_on, came_on = (day, other_day) if side == "out" else (other_day, day)
    funds = definitions.load().funds
    if amount != transfer.amount:
        raise Refusal(
            "transfer_differs",
            _("The other union's books name another sum for this transfer. Clear it up first."),
        )
    if (
        sent not in funds
        or arrived not in funds
        or not rules.may_arrive(sent, arrived, earmarked=funds[sent].earmarked, group=funds[arrived].group)
    ):
        raise Refusal(
            "fund_goes_along",
            _("Money kept for a purpose arrives in the same fund. Choose the fund it came from."),
        )
    if came_on < left_on:
        raise Refusal("arrives_before_sent", _("Money does not arrive before the day it was sent."))


@dataclass(frozen=True, slots=True)
class Moves:
    """Transfers in columns, a row each: who pays whom, their counties, the days, sums (fen) and the id of what each is
    for. `paid_on` and `paid_from` are the payer's accounts (towards the receiver, and of money), `got_into` and
    `got_on` the receiver's (of money, and towards the payer), as `accounts.for_many` answers them: 0 where a union
    keeps no books."""

    payers: NDArray[np.int64]
    receivers: NDArray[np.int64]
    payer_counties: NDArray[np.int64]
    receiver_counties: NDArray[np.int64]
    days: NDArray[np.datetime64]
    amounts: NDArray[np.int64]
    source_ids: Sequence[str]
    paid_on: NDArray[np.int64]
    paid_from: NDArray[np.int64]
    got_into: NDArray[np.int64]
    got_on: NDArray[np.int64]


def pairs(moves: Moves, *, kind: str, source: str) -> tuple[Entries, Entries]:
    """The entries of both sides for `bulk.post_many`: the payers', then the receivers'. A side without books has
    none."""
    sent = _entries(
        moves,
        kind,
        source,
        moves.payers,
        moves.payer_counties,
        (moves.paid_on, moves.paid_from),
        OUT,
        moves.receivers,
    )
    got = _entries(
        moves,
        kind,
        source,
        moves.receivers,
        moves.receiver_counties,
        (moves.got_into, moves.got_on),
        IN,
        moves.payers,
    )
    return sent, got


def _entries(
    moves: Moves,
    kind: str,
    source: str,
    unions: NDArray[np.int64],
    counties: NDArray[np.int64],
    on: tuple[NDArray[np.int64], NDArray[np.int64]],
    way: str,
    others: NDArray[np.int64],
) -> Entries:
    """One side's: the first account is debited, the second credited."""
    kept = np.flatnonzero((on[0] != 0) & (on[1] != 0))
    amounts = moves.amounts[kept]
    return Entries(
        kind=kind,
        source=source,
        purpose=[f"{way}{other}" for other in others[kept].tolist()],
        unions=unions[kept],
        counties=counties[kept],
        days=moves.days[kept],
        source_ids=[moves.source_ids[place] for place in kept.tolist()],
        first=np.arange(len(kept)) * 2,
        accounts=np.stack([on[0][kept], on[1][kept]], axis=1).reshape(-1),
        amounts=np.stack([amounts, -amounts], axis=1).reshape(-1),
    )
