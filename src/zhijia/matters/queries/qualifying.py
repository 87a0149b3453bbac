"""What somebody can get: the rules run over what the register holds about them, and the matters that go by them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.matters.queries import offered
from zhijia.rules import versions
from zhijia.rules.explaining import Explanation, Told
from zhijia.rules.judging import Judged, judge

PURPOSE = "services"
"""What a member agrees to, so that we look for what they may ask for."""
Kind = Literal["yes", "near", "unknown", "no"]


class Reasons(ABC):
    """What a rule says of somebody and why, as a page tells it."""

    __slots__ = ()

    @property
    @abstractmethod
    def told(self) -> Explanation:
        """What it says."""

    @property
    def kind(self) -> Kind:
        """Which of the four."""
        return kind_of(self.told)

    @property
    def comes_on(self) -> date | None:
        """The first day on which it holds by itself, where waiting is enough."""
        nearest = self.told.nearest
        ways = nearest.changes if nearest else ()
        waits = [[gap.on for gap in way if gap.on is not None] for way in ways if all(gap.on for gap in way)]
        return min((max(on) for on in waits if on), default=None)

    @property
    def clauses(self) -> list[Told]:
        """The conditions one by one."""
        return leaves(self.told.told)


@dataclass(frozen=True, slots=True)
class Finding(Reasons):
    """What one rule says of me: it holds, I am near it, something has to be known first, or nothing I do changes it."""

    judged: Judged
    matters: Sequence[Matter]

    @property
    def told(self) -> Explanation:
        """What it says."""
        return self.judged.told

    @property
    def title(self) -> str:
        """What it gives, in a member's words: what can be asked for, else what it means for them; at last its name."""
        rule = self.judged.definition
        if self.matters:
            return "、".join(str(matter.label) for matter in self.matters)
        return str(rule.tells) if rule.tells and self.kind == "yes" else str(rule.label)


def mine(actor: Actor, at: datetime) -> list[Finding]:
    """What the rules say of whoever asks: what holds first, then what is near, then what has to be known. A rule that
    no matter goes by says nothing while it does not hold: nobody is nearly retired."""
    if actor.person_id is None:
        return []
    doors: dict[str, list[Matter]] = {}
    for group in offered.groups(actor):
        for matter in group.matters:
            if matter.eligibility:
                doors.setdefault(matter.eligibility, []).append(matter)
    day = days.business_day(at)
    judged = judge(_shown(doors, day), actor.person_id, on=day)
    said = [Finding(one, doors.get(code, [])) for code, one in judged.items()]
    found = [one for one in said if one.matters or one.kind in {"yes", "unknown"}]
    order: list[Kind] = ["yes", "near", "unknown", "no"]
    return sorted(found, key=lambda one: (order.index(one.kind), not one.matters, one.judged.definition.code))


def of_matter(matter: Matter, person_id: UUID | None, at: datetime) -> Finding | None:
    """What the rule of a matter says of this person; none where it names no rule, or nobody may be looked at."""
    if not matter.eligibility or person_id is None:
        return None
    day = days.business_day(at)
    rule = versions.in_force(matter.eligibility, on=day)
    judged = judge([rule], person_id, on=day).get(rule.code)
    return Finding(judged, [matter]) if judged else None


def kind_of(told: Explanation) -> Kind:
    """Which of the four answers an explanation is."""
    if told.value is None:
        return "unknown"
    if told.value:
        return "yes"
    return "near" if told.nearest and told.nearest.changes else "no"


def leaves(told: Told | None) -> list[Told]:
    """The conditions at the ends of a tree of clauses."""
    if told is None:
        return []
    return [leaf for part in told.parts for leaf in leaves(part)] if told.parts else [told]


def _shown(named: dict[str, list[Matter]], day: date) -> list[RuleDefinition]:
    return [
        rule
        for rule in versions.all_in_force(on=day).values()
        if rule.subject == "person" and (rule.tells is not None or rule.code in named)
    ]
