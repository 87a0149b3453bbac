"""Assets that are let: the lease, the rent of each month as it comes in, its end."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.assets import rules
from zhijia.assets.models import Card, Lease, Rent
from zhijia.assets.services import booking, cards, promises, told
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

LAST_DAY = 28
SOURCE = "asset_rent"


@dataclass(frozen=True, slots=True)
class Terms:
    """To whom, from when to when, for how much a month (fen), due on which day of it."""

    tenant: str
    since: date
    until: date
    rent: int
    due_day: int


def let(*, actor: Actor, at: datetime, card_id: int, once: UUID, terms: Terms) -> Lease:
    """Let an asset to one tenant at a time. The same key again answers the lease that stands."""
    card, union, actor = cards.own(actor, card_id)
    stands = Lease.objects.filter(once=once, union_id=union.pk).first()
    if stands is not None:
        return stands
    if card.state not in {Card.State.IN_USE, Card.State.IDLE, Card.State.LEASED}:
        raise Refusal("card_goes_its_way", _("This asset cannot be let as it stands now."))
    if not terms.tenant.strip():
        raise Refusal("tenant_missing", _("Say who rents it."))
    if terms.until <= terms.since or terms.rent <= 0 or not 1 <= terms.due_day <= LAST_DAY:
        raise Refusal(
            "lease_does_not_fit",
            _("A lease ends after it begins, brings something, and is due on a day up to 28."),
        )
    with promises.kept():
        lease = Lease.objects.create(
            once=once, card=card, tenant=terms.tenant.strip(), since=terms.since, until=terms.until, rent=terms.rent,
            due_day=terms.due_day, union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        card.state = Card.State.LEASED
        card.save(update_fields=["state"])
    told.of_card(actor, at, "asset.let", card)
    return lease


def receive(*, actor: Actor, at: datetime, lease_id: int, month: int, day: date, into: int) -> Rent:
    """The rent of a month came to an account of the union on a day. Twice is once. Raises Refusal for a month that is
    not the lease's."""
    lease, union, actor = _own(actor, lease_id)
    stands = lease.rents.filter(month=month).first()
    if stands is not None:
        return stands
    if day > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    if month not in rules.rents_due(lease.since, lease.ended_on or lease.until, 1, (), lease.until):
        raise Refusal("no_such_month", _("The lease does not run in that month."))
    account = booking.money_account(union, into)
    with promises.kept():
        entry = booking.receive(
            actor=actor,
            at=at,
            union=union,
            day=day,
            source=Source(SOURCE, str(lease.pk), str(month)),
            into=account,
            fen=lease.rent,
            note=lease.card.name,
        )
        rent = Rent.objects.create(
            lease=lease, month=month, amount=lease.rent, received_on=day, entry_id=entry,
            union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
    told.of_card(actor, at, "asset.rent", lease.card)
    return rent


def end(*, actor: Actor, at: datetime, lease_id: int, day: date) -> Lease:
    """The lease ends on a day; the asset is idle from then on. Twice is once."""
    lease, _union, actor = _own(actor, lease_id)
    if lease.ended_on is not None:
        return lease
    if not lease.since <= day <= max(lease.until, days.business_day(at)):
        raise Refusal("day_does_not_fit", _("A lease ends on one of its days."))
    lease.ended_on = day
    lease.save(update_fields=["ended_on"])
    card = Card.objects.select_for_update().get(pk=lease.card_id)
    if card.state == Card.State.LEASED:
        card.state = Card.State.IDLE
        card.save(update_fields=["state"])
    told.of_card(actor, at, "asset.end_lease", card)
    return lease


def _own(actor: Actor, lease_id: int) -> tuple[Lease, Union, Actor]:
    lease = Lease.objects.select_for_update(of=("self",)).select_related("card").filter(pk=lease_id).first()
    if lease is None:
        raise NotForYou("no_such_lease", _("There is no such lease at your union."))
    return lease, Union.objects.get(pk=lease.union_id), access.require(actor, cards.MANAGE, lease.union_id)
