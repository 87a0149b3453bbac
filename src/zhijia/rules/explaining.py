"""Why a rule says what it says of one row: verdict, clause by clause, in both languages, and what would flip it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.catalogue.text import Text
from zhijia.rules import ir, words
from zhijia.rules.nearest import Nearest, Seen, Telling, nearest, value_seen
from zhijia.rules.nearest.gaps import as_json
from zhijia.rules.schema import Schema
from zhijia.rules.types import Kind

_EVERY = Text(en="all of these hold", zh="同时符合以下条件")
_ANY = Text(en="at least one of these holds", zh="符合以下任意一项")
_CASES = Text(
    en="it depends on the first: if it holds, on the second, otherwise on the third",
    zh="分情况：符合第一项的看第二项，否则看第三项",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One clause, or the head of several: what it asks, its own verdict, and what is there."""

    clause: Text
    verdict: bool | None
    now: Text | None = None
    parts: tuple["Told", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The clause as plain data."""
        told: dict[str, Any] = {
            "clause": as_json(self.clause),
            "verdict": self.verdict,
            "now": as_json(self.now),
        }
        return {**told, "parts": [part.as_json() for part in self.parts]} if self.parts else told


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rule says of one row on one day. `value` is the verdict, or what the rule computes (`said` in words);
    None where it is unknown. Of a verdict, `told` goes clause by clause and `nearest` says what would flip it."""

    value: Any
    said: Text | None
    on: date
    told: Told | None
    nearest: Nearest | None

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain data; amounts as text, so that none is rounded."""
        plain = self.value if isinstance(self.value, bool | int | None) else str(self.value)
        return {
            "value": plain,
            "said": as_json(self.said),
            "on": self.on.isoformat(),
            "clauses": self.told.as_json() if self.told else None,
            "nearest": self.nearest.as_json() if self.nearest else None,
        }


def explain(
    rule: ir.Rule,
    row: Mapping[str, Any],
    *,
    on: date,
    parameters: Mapping[str, Any],
    schema: Schema,
    division: str = "",
) -> Explanation:
    """Why the rule says so of this row. `parameters` are the values in force for the row, `division` its place, for
    the words."""
    seen = Seen(row, on, parameters)
    telling = Telling(schema.entity(rule.subject).label, words.in_force(division, on))
    value = seen.value(rule.root)
    if rule.root.type.kind is not Kind.BOOL:
        manner = words.manner_of(rule.root)
        said = (
            None
            if value is None
            else Text(en=words.said(value, manner, "en"), zh=words.said(value, manner, "zh"))
        )
        return Explanation(value, said, on, None, None)
    return Explanation(
        value, _VERDICTS[value], on, _told(rule.root, seen, telling), nearest(rule, seen, telling)
    )


_VERDICTS = {
    True: Text(en="qualifies", zh="符合"),
    False: Text(en="does not qualify", zh="不符合"),
    None: Text(en="cannot be said yet", zh="暂时无法判断"),
}


def _told(node: ir.Node, seen: Seen, telling: Telling, positive: bool = True) -> Told:
    """The clauses as they stand in the rule, negation pushed inwards."""
    verdict = seen.value(node)
    verdict = verdict if verdict is None else verdict is positive
    match node:
        case ir.Not(term=term):
            return _told(term, seen, telling, not positive)
        case ir.And(terms=terms) | ir.Or(terms=terms):
            head = _EVERY if isinstance(node, ir.And) is positive else _ANY
            return Told(head, verdict, parts=tuple(_told(term, seen, telling, positive) for term in terms))
        case ir.If(test=test, then=then, other=other):
            parts = (
                _told(test, seen, telling),
                _told(then, seen, telling, positive),
                _told(other, seen, telling, positive),
            )
            return Told(_CASES, verdict, parts=parts)
    return Told(telling.node(node, positive=positive), verdict, value_seen(node, seen, telling))
