"""What is done about assets and goods, on the trail and as facts."""

from datetime import date, datetime

from zhijia.assets.models import Card, Lot
from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.facts.services import NewFact
from zhijia.kernel.actors import Actor


def of_card(actor: Actor, at: datetime, action: str, card: Card, reason: str = "") -> None:
    """A line of the trail about an asset."""
    _told(actor, at, action, "assets_card", card.pk, card.union_id, card.county_id, reason)


def of_count(actor: Actor, at: datetime, action: str, number: int, union_id: int, county_id: int) -> None:
    """A line of the trail about a count."""
    _told(actor, at, action, "assets_count", number, union_id, county_id, "")


def of_lot(actor: Actor, at: datetime, action: str, lot: Lot, reason: str = "") -> None:
    """A line of the trail about goods."""
    _told(actor, at, action, "assets_lot", lot.pk, lot.union_id, lot.county_id, reason)


def card_fact(kind: str, card: Card, day: date) -> NewFact:
    """That an asset came or went, with its cost."""
    return NewFact(
        kind=kind,
        union_id=card.union_id,
        county_id=card.county_id,
        day=day,
        record="card",
        record_id=card.pk,
        amount=card.cost,
        dimensions={"kind": card.kind},
    )


def _told(
    actor: Actor, at: datetime, action: str, subject: str, number: int, union: int, county: int, reason: str
) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject=subject,
        subject_id=number,
        place=Place(union_id=union, county_id=county),
        reason=reason,
    )
