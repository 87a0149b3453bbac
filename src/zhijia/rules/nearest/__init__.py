"""The reading "nearly" (差一点): the smallest change that would flip a verdict, and what to ask where it is unknown."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.nearest.gaps import Gap, Telling, as_json, gap, value_seen
from zhijia.rules.nearest.searching import BEYOND, EXACT, smallest_changes, smallest_questions
from zhijia.rules.nearest.seeing import Fact, Seen
from zhijia.rules.nearest.skeleton import Skeleton, Verdict, skeleton
from zhijia.rules.nearest.together import Together
from zhijia.rules.nearest.waiting import Waiting
from zhijia.rules.nearest.ways import Ways

__all__ = [
    "BEYOND",
    "EXACT",
    "Gap",
    "Nearest",
    "Question",
    "Seen",
    "Telling",
    "nearest",
    "skeleton",
    "value_seen",
]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for, in the words of its field; what would show it; `consent` where it may be there and hidden for
    want of consent."""

    entity: str
    name: str
    words: Text
    evidence: Text | None
    consent: bool

    def as_json(self) -> dict[str, Any]:
        """The question as plain data."""
        return {
            "entity": self.entity,
            "field": self.name,
            "ask": as_json(self.words),
            "evidence": as_json(self.evidence),
            "consent": self.consent,
        }


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would flip a known verdict: `changes`, sets of the smallest size, each clause of a set with its gap; empty
    with `said` telling why. For an unknown verdict, `ask`: the fewest facts that decide it whatever the answers are."""

    verdict: Verdict
    changes: tuple[tuple[Gap, ...], ...]
    ask: tuple[Question, ...]
    said: Text | None
    exact: bool

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "changes": [[one.as_json() for one in change] for change in self.changes],
            "ask": [question.as_json() for question in self.ask],
            "said": as_json(self.said),
            "exact": self.exact,
        }


def nearest(rule: ir.Rule, seen: Seen, telling: Telling) -> Nearest:
    """The smallest change that flips the verdict of a condition for one row."""
    bones = skeleton(rule.root)
    verdicts = [seen.value(clause) for clause in bones.clauses]
    verdict = bones.decide(verdicts)
    together = Together(bones.clauses, seen.value)
    if verdict is None:
        return _unknown(bones, verdicts, seen, telling, together)

    ways = Ways(bones, verdicts, not verdict, together, Waiting(seen, bones.clauses, verdicts))

    def can_become(number: int, wanted: bool) -> bool:
        return not seen.parameters_lacking(bones.clauses[number]) and ways.open(number, wanted)

    found = smallest_changes(
        bones, verdicts, not verdict, can_become=can_become, together=together, comes=ways.comes
    )
    changes = tuple(
        tuple(
            gap(bones.clauses[number], number, wanted, seen, telling, days=ways.days(change, number))
            for number, wanted in change.items()
        )
        for change in found
    )
    few = len(bones.clauses) <= EXACT
    exact = bool(changes) or (few and not ways.waiting.cut)
    said = None if changes else _NOTHING[verdict] if exact else _TOO_LONG if few else _TOO_FAR
    return Nearest(verdict, changes, (), said, exact)


def _unknown(
    bones: Skeleton, verdicts: list[Verdict], seen: Seen, telling: Telling, together: Together
) -> Nearest:
    lacking: dict[int, frozenset[Hashable]] = {
        number: seen.lacking(clause)
        for number, clause in enumerate(bones.clauses)
        if verdicts[number] is None
    }
    asked = smallest_questions(bones, verdicts, lacking, together=together)
    exact = len({fact for facts in lacking.values() for fact in facts}) <= EXACT
    if asked is None:
        keys = sorted({key for number in lacking for key in seen.parameters_lacking(bones.clauses[number])})
        return Nearest(None, (), (), _undecided(keys, telling), exact)
    return Nearest(None, (), tuple(_question(cast(Fact, fact)) for fact in asked), None, exact)


def _question(fact: Fact) -> Question:
    part = fact.part
    label = part.label
    told = part.ask or Text(en=f"Please tell us: {label.en}.", zh=f"请补充：{label.zh}。")
    return Question(fact.entity, fact.name, told, part.evidence, part.sensitive)


_NOTHING = {
    False: Text(
        en="Nothing you can do changes this: it hangs on facts that stay as they are.",
        zh="这个结果取决于不会改变的情况，补充材料也改变不了。",
    ),
    True: Text(
        en="This stays so: it hangs on facts that do not change.",
        zh="这个结果取决于不会改变的情况，会一直有效。",
    ),
}
_TOO_FAR = Text(
    en=f"More than {BEYOND} conditions would have to change.", zh=f"需要同时改变的条件超过{BEYOND}项。"
)

_TOO_LONG = Text(
    en="Whether waiting changes this has not been worked out to the end: too many records hang on it.",
    zh="涉及的记录太多，没有逐日算到底，不能肯定以后会不会变化。",
)


def _undecided(keys: list[str], telling: Telling) -> Text:
    """Why no answer decides it."""
    if not keys:
        return Text(
            en="It cannot be worked out from these facts. Please have an officer look at it.",
            zh="按现有情况算不出结果，请由工会干部核对。",
        )
    labels = [telling.terms(key).label for key in keys]
    return Text(
        en=f"No value is in force for: {', '.join(label.en for label in labels)}. Ask the federation to set it.",
        zh=f"以下标准目前没有设定：{'、'.join(label.zh for label in labels)}。请联系工会设定。",
    )
