"""Goods by lot: they come, go out to people on a roster or to a union below, and each receipt is signed. What a donor
gave is used for the donor's purpose, or with the donor's consent (DUE-19)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from zhijia.assets import rules
from zhijia.assets.models import Card, Handed, Issue, Lot, Return
from zhijia.assets.services import asked_for, booking, promises, told
from zhijia.assets.services.cards import MANAGE
from zhijia.catalogue import definitions, parameters
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.queries import rosters
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.spending import goods as spending
from zhijia.registry import access, tree
from zhijia.registry.models import Union

NAMESAKES = 20
"""Members of one name that are told apart, on average over a roster."""
LOT, ISSUE = "goods_lot", "goods_issue"


@dataclass(frozen=True, slots=True)
class New:
    """Goods that come: so many of a unit, worth `cost` fen in all; bought from an account, or given for a purpose."""

    name: str
    unit: str
    came: str
    got_on: date
    quantity: int
    cost: int
    donor: str = ""
    purpose: str = ""
    fund: str = ""
    paid_from: int | None = None


@dataclass(frozen=True, slots=True)
class Out:
    """Goods that go out: what for, to whom (names or member numbers, so many each) or to which union below. What was
    bought for people counts as a category of spending, on its occasion where it has any. `asked` is the key of what of
    another room asked for them (`asked_for`): it says what they are for, and they go to people."""

    day: date
    what_for: str
    each: int = 1
    who: Sequence[str] = ()
    to_union: str = ""
    quantity: int = 0
    consent: str = ""
    category: str = ""
    occasion: str = ""
    asked: str = ""


def take_in(*, actor: Actor, at: datetime, union: Union, once: UUID, new: New) -> Lot:
    """A lot in stock with its entry. The same key again answers the lot that stands."""
    actor = access.require(actor, MANAGE, union.pk)
    _checked(at, new)
    stands = Lot.objects.filter(once=once, union_id=union.pk).first()
    if stands is not None:
        return stands
    with promises.kept():
        paid_from = booking.money_account(union, new.paid_from) if new.came == Card.Came.BOUGHT else None
        fund = paid_from.fund if paid_from else new.fund
        lot = Lot.objects.create(
            once=once, name=new.name.strip(), unit=new.unit.strip(), came=new.came, donor=new.donor.strip(),
            purpose=new.purpose.strip(), fund=fund, got_on=new.got_on, quantity=new.quantity, cost=new.cost,
            remains=new.quantity, worth=new.cost, union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        booking.take_in(
            actor=actor,
            at=at,
            union=union,
            day=new.got_on,
            source=Source(LOT, str(lot.pk), "in"),
            role="goods",
            spent_as="worker_service_expenditure",
            fund=fund,
            fen=new.cost,
            paid_from=paid_from,
            note=lot.name,
        )
        told.of_lot(actor, at, "goods.take_in", lot)
        facts.record([fact("goods.came", lot, new.got_on, "lot", lot.pk, new.quantity, new.cost)])
    return lot


def issue(*, actor: Actor, at: datetime, lot_id: int, once: UUID, out: Out) -> Issue:
    """Goods go out of a lot, with their entry and a roster to be signed: never more than is left, whoever asks at once.
    The same key again answers what went. What people get counts against the caps of the category like money spent on
    them. Raises Refusal for a purpose that is not the donor's without a consent, and beyond a cap."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotForYou("no_such_lot", _("There are no such goods at your union."))
    actor = access.require(actor, MANAGE, lot.union_id)
    union = Union.objects.get(pk=lot.union_id)
    stands = Issue.objects.filter(once=once, union_id=union.pk).first()
    if stands is not None:
        return stands
    asked = asked_for.found(union, out.day, out.asked) if out.asked else None
    if asked:
        out = replace(out, what_for=asked.title, category=asked.category or out.category)
    _fits(at, lot, out)
    people = _people(union, out)
    quantity = len(people) * out.each if people else out.quantity
    if quantity > lot.quantity:
        raise Refusal("lot_never_below_nothing", promises.BROKEN["lot_never_below_nothing"])
    if quantity <= 0:
        raise Refusal("nothing_to_give", _("Say to whom, and how many."))
    if asked and not people:
        raise Refusal("goods_to_people", _("What a drive asks for goes to people: write who gets it."))
    source = asked.source if asked else Source("", "")
    counts = bool(people and out.category)
    if people and lot.came == Card.Came.BOUGHT and not counts:
        raise Refusal(
            "category_missing",
            _("Say what it counts as: what members are given this year is limited by that."),
        )
    has_occasions = any(one.code == out.category and one.occasions for one in spending.categories())
    occasion = out.occasion if counts and has_occasions else ""
    with promises.kept():
        gone = Issue(
            once=once, source=source.kind, source_id=source.id, purpose=source.purpose, lot=lot,
            day=out.day, what_for=out.what_for.strip(), consent=out.consent.strip(),
            category=out.category if counts else "", occasion=occasion,
            to_union_id=_union_below(union, out), quantity=quantity, user_id=actor.user_id or 0,
            union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        gone.save(force_insert=True)
        gone.refresh_from_db(fields=["worth"])
        Handed.objects.bulk_create(
            Handed(
                issue=gone, person_id=person, quantity=out.each, union_id=union.pk, county_id=union.stands_in
            )
            for person in people
        )
        asked_for.goes_out(actor=actor, at=at, issue=gone, people=people)
        source = Source(ISSUE, str(gone.pk))
        if counts:
            spending.count(
                union=union, day=out.day, category=out.category, occasion=occasion,
                got=list(zip(people, rules.parts(gone.worth, len(people)), strict=True)), source=source,
            )  # fmt: skip
        if gone.worth:
            booking.give_out(
                actor=actor,
                at=at,
                union=union,
                day=out.day,
                source=source,
                fund=lot.fund,
                fen=gone.worth,
                note=lot.name,
            )
        told.of_lot(actor, at, "goods.issue", lot)
        facts.record([fact("goods.issued", lot, out.day, "issue", gone.pk, quantity, gone.worth)])
    return gone


def sign(*, actor: Actor, at: datetime, issue_id: int, lines: Sequence[int]) -> int:
    """These people signed that they got it, and did not give it back; how many were new."""
    gone = Issue.objects.filter(pk=issue_id).select_related("lot").first()
    if gone is None:
        raise NotForYou("no_such_lot", _("There are no such goods at your union."))
    actor = access.require(actor, MANAGE, gone.union_id)
    back = Return.objects.filter(issue=gone, lines__contains=[OuterRef("pk")])
    new = gone.lines.filter(~Exists(back), pk__in=lines, signed_at__isnull=True).update(signed_at=at)
    if new:
        told.of_lot(actor, at, "goods.sign", gone.lot)
    return new


def _checked(at: datetime, new: New) -> None:
    if not new.name.strip() or not new.unit.strip():
        raise Refusal("name_missing", _("Say what it is, and in which unit it is counted."))
    if new.quantity <= 0 or new.cost <= 0:
        raise Refusal("nothing_to_spend", _("Say how many they are and what they are worth."))
    if new.got_on > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    if new.came not in {Card.Came.BOUGHT, Card.Came.DONATED}:
        raise Refusal("no_such_way", _("Choose how it came from the list."))
    if new.came == Card.Came.DONATED and not (new.donor.strip() and new.purpose.strip()):
        raise Refusal("donor_missing", _("Say who gave it and what for: it is used for that alone."))
    if new.came == Card.Came.DONATED and new.fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))


def _fits(at: datetime, lot: Lot, out: Out) -> None:
    if not lot.got_on <= out.day <= days.business_day(at):
        raise Refusal("day_does_not_fit", _("Goods go out on a day since they came, up to today."))
    if not out.what_for.strip():
        raise Refusal("title_missing", _("Say in a few words what it is for."))
    if lot.came == Card.Came.DONATED and out.what_for.strip() != lot.purpose and not out.consent.strip():
        raise Refusal(
            "another_purpose",
            _("These were given for: %(purpose)s. For anything else name the paper the donor agreed by.")
            % {"purpose": lot.purpose},
        )


def _people(union: Union, out: Out) -> list[UUID]:
    if not out.who:
        return []
    most = int(parameters.value("assets.roster_most", division=union.division, day=out.day))
    if len(out.who) > most or out.each <= 0:
        raise Refusal(
            "roster_too_long",
            _("At most %(most)d people go on one roster, and each gets something.") % {"most": most},
        )
    by: dict[str, set[UUID]] = {}
    for one in rosters.members(union.pk, asked=out.who, most=most * NAMESAKES):
        by.setdefault(one.name, set()).add(one.person_id)
        by.setdefault(one.number, set()).add(one.person_id)
    people: list[UUID] = []
    for who in out.who:
        found = by.get(who, set())
        if len(found) != 1:
            raise Refusal(
                "roster_who",
                _("%(who)s: several members have this name. Write the member number instead.") % {"who": who}
                if found
                else _("%(who)s is no member of this union. Compare the name with the register.")
                % {"who": who},
            )
        people.extend(found)
    if len(set(people)) != len(people):
        raise Refusal("roster_twice", _("Somebody stands on the roster twice."))
    return people


def _union_below(union: Union, out: Out) -> int | None:
    if not out.to_union:
        return None
    found = tree.under(union.pk).filter(code=out.to_union.strip()).exclude(pk=union.pk).first()
    if found is None:
        raise Refusal("no_such_union", _("There is no union with this code below yours."))
    return found.pk


def fact(kind: str, lot: Lot, day: date, record: str, number: int, quantity: int, fen: int) -> NewFact:
    """That so many goods of a lot, worth so much (fen), came or went by this record."""
    return NewFact(
        kind=kind,
        union_id=lot.union_id,
        county_id=lot.county_id,
        day=day,
        record=record,
        record_id=number,
        quantity=quantity,
        amount=fen,
    )
