"""What a return asks: which of its questions, given the answers; what is held and not asked, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from zhijia.campaigns.rules import Time
from zhijia.catalogue.campaign_rules import Ask, Campaign, Held, Thing
from zhijia.rules import answered, ir
from zhijia.rules.answered import Asking

PORT = "campaigns.prefill"


@dataclass(frozen=True, slots=True)
class About:
    """What a return is for: whom it stands at, which time, and the row of a list it is about, where it is about one."""

    union_id: int
    time: Time
    row_id: Any = None


def port(held: Held) -> str:
    """The name of the port that answers it."""
    return f"{PORT}.{held.port}"


def asking(campaign: Campaign, thing: Thing) -> Asking:
    """The questions somebody answers, for the rules over them."""
    source = f"campaigns/{campaign.code}.{thing.code}"
    return Asking(thing.label, source, campaign.purpose, list(thing.typed))


def asked(
    campaign: Campaign, thing: Thing, said: Mapping[str, Any], *, day: date, division: str
) -> list[Ask]:
    """The questions that are asked, given these answers: those whose condition does not say no, or cannot be said."""
    row = answered.row_of(list(thing.typed), said)
    text = campaign.model_dump_json(by_alias=True)
    return [
        question
        for question in thing.typed
        if not question.when
        or answered.holds(_rule(text, thing.code, question.when), row, day=day, division=division) is True
    ]


@lru_cache(maxsize=256)
def _rule(campaign: str, thing: str, text: str) -> ir.Rule:
    read = Campaign.model_validate_json(campaign)
    return answered.checked(asking(read, read.things[thing]), text)
