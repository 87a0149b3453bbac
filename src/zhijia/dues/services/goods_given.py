"""Goods that are given: a donation that stands in a lot of the union's stock at its worth, with a receipt (DUE-19)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from zhijia.assets.models import Card, Lot
from zhijia.assets.services import goods
from zhijia.dues.models import Donation
from zhijia.dues.services import giving, keeping
from zhijia.dues.services.giving import Promised
from zhijia.kernel.actors import Actor
from zhijia.ledger.services import posting
from zhijia.registry import access
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Goods:
    """What came: so many of a unit, on a day. What they are worth, for whom and by whom, is `Promised`."""

    name: str
    unit: str
    quantity: int
    got_on: date


def take_in(
    *, actor: Actor, at: datetime, union: Union, promised: Promised, given: Goods, once: UUID
) -> Donation:
    """Write goods that were given down, received, and in stock as a lot of their own; once for `once`. They are handed
    out as any goods, for the donor's purpose (`assets.services.goods.issue`). Raises Refusal as `giving.promise` and
    `goods.take_in`."""
    actor = access.require(actor, posting.POST, union.pk)
    said = giving.said(actor, at, union, promised, once, received=promised.amount, received_on=given.got_on)
    made, new = keeping.once(said, *giving.SAID, "received_on")
    lot = goods.take_in(
        actor=actor,
        at=at,
        union=union,
        once=once,
        new=goods.New(
            name=given.name,
            unit=given.unit,
            came=Card.Came.DONATED,
            got_on=given.got_on,
            quantity=given.quantity,
            cost=promised.amount,
            donor=said.donor[:100],
            purpose=said.purpose,
            fund=said.fund,
        ),
    )
    if (lot.name, lot.unit, lot.quantity) != (given.name.strip(), given.unit.strip(), given.quantity):
        raise keeping.written_differently()
    if new:
        made.lot_id = lot.pk
        made.save(update_fields=["lot_id"])
        giving.trail(actor, at, "donation.goods", made)
    return made


def lot_of(donation: Donation, *, using: str = "default") -> Lot | None:
    """The lot of a donation in goods; none of money."""
    return Lot.objects.using(using).filter(pk=donation.lot_id or 0).first()
