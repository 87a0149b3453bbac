"""Rules asked of one subject, each answer explained: one rule, or several of the catalogue read in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules import in_force, ir, loading
from zhijia.rules.checker import check
from zhijia.rules.explaining import Explanation, explain
from zhijia.rules.finding import HERE, Place
from zhijia.rules.schema import declared


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule says of the subject and why; `amount` is what it computes where it says how much."""

    definition: RuleDefinition
    told: Explanation
    amount: Explanation | None = None


def judge(
    definitions: Iterable[RuleDefinition], key: Any, *, on: date, place: Place = HERE
) -> dict[str, Judged]:
    """What each of these rules, all about the same entity, says of this subject on a day, by its code. Nothing where
    the reader may not see the subject. What consent to a rule's own purpose hides is unknown to that rule."""
    asked = {definition.code: (definition, checked(definition)) for definition in definitions}
    loaded = loading.load_each([rules for _definition, rules in asked.values()], key, on=on, place=place)
    if loaded is None:
        return {}
    return {
        code: Judged(definition, *(_told(rule, held, on, place) for rule in rules))
        for (code, (definition, rules)), held in zip(asked.items(), loaded, strict=True)
    }


def asked_of(rule: ir.Rule, key: Any, *, on: date, place: Place = HERE) -> Explanation | None:
    """What one rule says of this subject on a day; none where the reader may not see the subject."""
    held = loading.load([rule], [key], on=on, place=place).get(key)
    return _told(rule, held, on, place) if held else None


def _told(rule: ir.Rule, held: loading.Loaded, on: date, place: Place) -> Explanation:
    return explain(
        rule,
        held.row,
        on=on,
        parameters=in_force.InForce(held.division, on),
        schema=place.schema,
        division=held.division,
    )


def checked(definition: RuleDefinition) -> list[ir.Rule]:
    """What a definition says, typed: who qualifies (or what is computed) and how much. Raises RuleRefused."""
    return [_checked(text, definition.subject, definition.purpose) for text in definition.texts]


@lru_cache(maxsize=1024)
def _checked(text: str, subject: str, purpose: str) -> ir.Rule:
    return check(text, schema=declared, subject=subject, purpose=purpose, parameters=in_force.type_of)
