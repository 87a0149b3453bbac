"""A drive shown before it is published: how many its rule would find, what it would cost, its returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.campaigns.queries import meant
from zhijia.campaigns.services import opening
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.registry.models import Union

SMALL = "questionnaires.small_cell"
EXAMPLES = 10
OPEN = frozenset({"union", "employer"})
"""What tells nothing of a person, however few there are."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the roster would have today: how many, none where that takes too long or is too few to be told; then fewer
    than `under`. Some of them by name, and what they would cost together (fen), where that is known."""

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


def found(campaign: Campaign, union: Union, *, on: date) -> Found:
    """Whom the roster of a drive of this union would have, were it opened that day."""
    many, sums = meant.how_many(campaign, union, on=on), opening.sums(campaign, union, on)
    names = meant.some(campaign, union, on=on, most=EXAMPLES) if many else []
    small = parameters.value(SMALL, division=union.division, day=on)
    if many and many < small and campaign.subject not in OPEN:
        return Found(None, small, names, None)
    cost = many * sum(sums.values()) if many is not None and sums else None
    return Found(many, 0, names, cost)


def given(campaign: Campaign, union: Union, *, on: date) -> list[Given]:
    """What each on the roster gets."""
    sums: Mapping[str, int] = opening.sums(campaign, union, on)

    def value(key: str) -> Any:
        return parameters.value(key, division=union.division, day=on) if key else None

    return [
        Given(thing, sums.get(thing.code), value(thing.minutes), value(thing.days)) for thing in campaign.each
    ]
