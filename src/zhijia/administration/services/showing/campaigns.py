"""A drive shown before it is published: how many its rule would find, what it would cost, its returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhijia.administration.services import designing
from zhijia.administration.services.previewing import SMALL
from zhijia.audit import services as audit
from zhijia.campaigns import who
from zhijia.campaigns.queries import meant
from zhijia.campaigns.services import opening
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.catalogue.versions import Version
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.rules import ir

EXAMPLES = 10
OPEN = frozenset({"union", "employer", "coverage"})
"""What tells nothing of a person, however few there are, unless a rule asks for people there."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the roster would have today: about how many, none where that takes too long or is too few to be told; then
    fewer than `under`, perhaps nobody. Some of them by name, and what so many would cost together (fen), where that is
    known."""

    many: int | None
    under: int
    names: list[str]
    cost: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """A thing each gets: what it comes to in fen, or the minutes its return takes and the days it is due after."""

    thing: Thing
    amount: int | None
    minutes: int | None
    days: int | None


def look(*, actor: Actor, at: datetime, version: Version, campaign: Campaign, union: Union) -> Found:
    """Whom a draft would find at a union and under it, for who may write definitions there; the look goes on the trail.
    Raises NotForYou for another's union."""
    actor = access.require(actor, designing.MAY, union.pk)
    told = found(campaign, union, on=days.business_day(at))
    audit.record(
        actor=actor,
        at=at,
        action="design.count",
        subject="design",
        subject_id=version.pk,
        place=access.place_of(union),
        detail={"kind": "campaigns", "code": version.code, "number": version.number},
    )
    return told


def found(campaign: Campaign, union: Union, *, on: date) -> Found:
    """Whom the roster of a drive of this union would have, were it opened that day."""
    many, sums = meant.how_many(campaign, union, on=on), opening.sums(campaign, union, on)
    small = parameters.value(SMALL, division=union.division, day=on)
    is_open = _is_open(campaign, on)
    if many is not None and many < small and not is_open:
        return Found(None, small, [], None)
    named = many and (is_open or campaign.subject not in OPEN)
    names = meant.some(campaign, union, on=on, most=EXAMPLES) if named else []
    if many is not None:
        many = masking.count(many, small) or many
    cost = many * sum(sums.values()) if many is not None and sums else None
    return Found(many, 0, names, cost)


def _is_open(campaign: Campaign, on: date) -> bool:
    """Whether who is found tells nothing of a person: unions and employers, by what is known of them alone."""
    rule = who.rule_of(campaign, on=on)
    asked = {entity for entity, _part in ir.uses(rule)} if rule else set[str]()
    return campaign.subject in OPEN and asked <= OPEN


def given(campaign: Campaign, union: Union, *, on: date) -> list[Given]:
    """What each on the roster gets."""
    sums: Mapping[str, int] = opening.sums(campaign, union, on)

    def value(key: str) -> Any:
        return parameters.value(key, division=union.division, day=on) if key else None

    return [
        Given(thing, sums.get(thing.code), value(thing.minutes), value(thing.days)) for thing in campaign.each
    ]
