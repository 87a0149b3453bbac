"""What all services of rounds share: the round in hand, by somebody who may, and the line on the trail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import promises
from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.catalogue import parameters
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

HOLD = "round.hold"
HONOUR_LEVELS = {
    Union.Level.NATION: "nation",
    Union.Level.PROVINCE: "ministry",
    Union.Level.CITY: "city",
    Union.Level.COUNTY: "county",
    Union.Level.TOWNSHIP: "unit",
    Union.Level.GRASSROOTS: "unit",
    Union.Level.BRANCH: "unit",
}
"""What the code list `honour_levels` calls the level of the union that gives."""


@dataclass(frozen=True, slots=True)
class Held:
    """A round in hand: the row, what it asks, its union, and the actor by the right to hold it."""

    round: Round
    asked: Definition
    union: Union
    actor: Actor

    def value(self, key: str, day: date) -> Any:
        """A parameter, as it is at the round's union on the day."""
        return parameters.value(key, division=self.union.division, day=day)


def locked(round_id: int) -> Round:
    """The round, held until the transaction ends."""
    found = (
        Round.objects.select_for_update(of=("self",)).select_related("version").filter(pk=round_id).first()
    )
    if found is None:
        raise NotForYou("no_such_round", _("There is no such round."))
    return found


def held(actor: Actor, round_id: int, *states: Round.State) -> Held:
    """The round, held by somebody who may, in one of these states (any, where none is named)."""
    found = locked(round_id)
    actor = access.require(actor, HOLD, found.union_id)
    if states and found.state not in states:
        raise Refusal("round_stands_as_it_was", promises.BROKEN["round_stands_as_it_was"])
    union = Union.objects.get(pk=found.union_id)
    return Held(found, round_versions.definition(found.version), union, actor)


def read(found: Round) -> Held:
    """The same round to look at, for services that know who is asking; the actor is nobody."""
    union = Union.objects.get(pk=found.union_id)
    return Held(found, round_versions.definition(found.version), union, system("rounds"))


def entry(nomination_id: UUID) -> tuple[Nomination, Round, Definition]:
    """A nomination, held until the transaction ends, with its round. Raises NotForYou for one nobody may see."""
    row = Nomination.objects.select_for_update(of=("self",)).filter(pk=nomination_id).first()
    if row is None:
        raise NotForYou("no_such_nomination", _("There is no such nomination."))
    found = Round.objects.select_related("version").get(pk=row.round_id)
    return row, found, round_versions.definition(found.version)


def refuse_own(actor: Actor, *rows: Nomination) -> None:
    """Raises Refusal where one of these entries is about the actor: whoever is nominated has no part in what is said
    and decided of it (HON-09)."""
    if actor.person_id is not None and any(row.person_id == actor.person_id for row in rows):
        raise Refusal("own_nomination", _("You are nominated yourself. A colleague does this."))


def told(actor: Actor, at: datetime, action: str, found: Round, reason: str = "", **detail: object) -> None:
    """A line on the trail at the round's union."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="round",
        subject_id=found.pk,
        place=Place(found.union_id, found.county_id),
        reason=reason,
        detail=detail,
    )


def told_of(
    actor: Actor, at: datetime, action: str, row: Nomination, reason: str = "", **detail: object
) -> None:
    """A line on the trail at the nomination's union, about its person."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="nomination",
        subject_id=row.pk,
        place=Place(row.union_id, row.county_id, row.person_id),
        reason=reason,
        detail={"round": row.round_id, **detail},
    )


def dimensions(found: Round) -> dict[str, str | int | bool]:
    """What facts of a round are cut by."""
    level = Union.objects.values_list("level", flat=True).get(pk=found.union_id)
    return {"round": found.version.code, "level": HONOUR_LEVELS[Union.Level(level)]}
