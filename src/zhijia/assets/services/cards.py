"""Cards of assets: taken up with their entry, changed, idle or in use."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.assets.models import Card
from zhijia.assets.services import booking, promises, told
from zhijia.catalogue import codes, definitions, parameters
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

MANAGE = "assets.manage"
SOURCE = "asset_card"
LOCK = 0x5A4A_0037


@dataclass(frozen=True, slots=True)
class New:
    """What is known of an asset when it comes; `cost` in fen, `paid_from` the account it was paid from where it was
    bought, else `fund`."""

    name: str
    kind: str
    came: str
    got_on: date
    cost: int
    place: str = ""
    donor: str = ""
    purpose: str = ""
    fund: str = ""
    paid_from: int | None = None


def take_up(*, actor: Actor, at: datetime, union: Union, once: UUID, new: New) -> Card:
    """An asset on the register with its number, and its entry in the books. The same key again answers the card that
    stands. Raises Refusal for what is not known of it, and where the money is not there."""
    actor = access.require(actor, MANAGE, union.pk)
    _checked(at, new)
    with promises.kept():
        hold(union)
        stands = Card.objects.filter(once=once, union_id=union.pk).first()
        if stands is not None:
            return stands
        paid_from = booking.money_account(union, new.paid_from) if new.came == Card.Came.BOUGHT else None
        fund = paid_from.fund if paid_from else new.fund
        card = Card.objects.create(
            once=once, year=new.got_on.year, number=_next(union, new.got_on.year), kind=new.kind,
            name=new.name.strip(), place=new.place.strip(), came=new.came, donor=new.donor.strip(),
            purpose=new.purpose.strip(), fund=fund, got_on=new.got_on, cost=new.cost,
            months=life(new.kind, union, new.got_on), begins=days.month_of(new.got_on),
            union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        booking.take_in(
            actor=actor,
            at=at,
            union=union,
            day=new.got_on,
            source=Source(SOURCE, str(card.pk), "in"),
            role="fixed_assets",
            spent_as="capital_expenditure",
            fund=fund,
            fen=new.cost,
            paid_from=paid_from,
            note=card.name,
        )
        told.of_card(actor, at, "asset.take_up", card)
        facts.record([told.card_fact("asset.came", card, new.got_on)])
    return card


def change(*, actor: Actor, at: datetime, card_id: int, name: str, place: str, idle: bool) -> Card:
    """The card says another name or place, or that nobody uses it. Raises Refusal for one that has left the books."""
    card, _union, actor = own(actor, card_id)
    if not name.strip():
        raise Refusal("name_missing", _("Say what it is."))
    if card.state == Card.State.DISPOSED:
        raise Refusal("card_goes_its_way", promises.BROKEN["card_goes_its_way"])
    card.name, card.place = name.strip(), place.strip()
    if card.state in {Card.State.IN_USE, Card.State.IDLE}:
        card.state = Card.State.IDLE if idle else Card.State.IN_USE
    card.save(update_fields=["name", "place", "state"])
    told.of_card(actor, at, "asset.change", card)
    return card


def life(kind: str, union: Union, day: date) -> int | None:
    """Over how many months something of this kind is written down by the regime in force on the day; none where it is
    not."""
    key = definitions.load().asset_kinds[kind].life
    found = parameters.get(key).at(union.division, day) if key else None
    return None if found is None else int(found.value)


def own(actor: Actor, card_id: int, permission: str = MANAGE) -> tuple[Card, Union, Actor]:
    """The card, held; its union, and the actor by the right to keep the register there."""
    card = Card.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotForYou("no_such_card", _("There is no such asset at your union."))
    return card, Union.objects.get(pk=card.union_id), access.require(actor, permission, card.union_id)


def hold(union: Union) -> None:
    """One asset of a union is numbered at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, union.pk])


def _next(union: Union, year: int) -> int:
    last = Card.objects.filter(union_id=union.pk, year=year).aggregate(last=Max("number"))
    return (last["last"] or 0) + 1


def _checked(at: datetime, new: New) -> None:
    if not new.name.strip():
        raise Refusal("name_missing", _("Say what it is."))
    if new.kind not in definitions.load().asset_kinds:
        raise Refusal("no_such_kind", _("Choose the kind of asset from the list."))
    if not codes.holds("asset_came", new.came, new.got_on):
        raise Refusal("no_such_way", _("Choose how it came from the list."))
    if new.got_on > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    if new.cost <= 0:
        raise Refusal("nothing_to_spend", _("Say what it is worth."))
    if new.came == Card.Came.DONATED and not (new.donor.strip() and new.purpose.strip()):
        raise Refusal("donor_missing", _("Say who gave it and what for: it is used for that alone."))
    if new.came != Card.Came.BOUGHT and new.fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
