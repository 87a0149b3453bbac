"""Answers to what a definition asks, as a row that rules over them read: the form of a matter, the row of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.text import Text
from zhijia.rules import evaluator, ir
from zhijia.rules.checker import check
from zhijia.rules.in_force import InForce, type_of
from zhijia.rules.schema import Entity, Field, Schema, named
from zhijia.rules.types import BOOL, DATE, DECIMAL, INT, STRING, Type, list_of

ANSWERS = "answers"
_TYPES: dict[str, Type] = {
    "whole": INT,
    "scale": INT,
    "money": DECIMAL,
    "date": DATE,
    "yes_no": BOOL,
    "choices": list_of(STRING),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks: its words, where it stands, what for, the questions with one answer each, and what rules call the
    answers."""

    label: Text
    source: str
    purpose: str
    questions: Sequence[Asked]
    name: str = ANSWERS


def checked(asking: Asking, text: str) -> ir.Rule:
    """The rule over the answers. Raises RuleRefused with every problem."""
    return check(
        text, schema=schema_of(asking), subject=asking.name, purpose=asking.purpose, parameters=type_of
    )


def holds(rule: ir.Rule, row: Mapping[str, Any], *, day: date, division: str) -> bool | None:
    """What the rule says of these answers; none when one that it needs is missing."""
    verdict = evaluator.compiled(rule).of(row, on=day, params=InForce(division, day))
    return verdict if isinstance(verdict, bool) else None


def row_of(questions: Sequence[Asked], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as rules read them: decimals and dates instead of their texts, none where nothing was said."""
    return {question.name: _read(question, answers.get(question.name)) for question in questions}


def schema_of(asking: Asking) -> Schema:
    """The answers as an entity of the rule language; what is sealed is none of its fields."""
    schema = Schema()
    fields = named(*(_field(asking, question) for question in asking.questions if not question.sealed))
    schema.declare(Entity(name=asking.name, label=asking.label, table="", key="", key_type="", fields=fields))
    return schema


def _field(asking: Asking, question: Asked) -> Field:
    return Field(
        name=question.name,
        type=_TYPES.get(question.type, STRING),
        label=question.label,
        sql="",
        source=asking.source,
        purposes=frozenset({asking.purpose}),
        code_list=question.code_list,
        choices=tuple((choice.code, choice.label) for choice in question.choices),
        low=question.least,
        high=question.most,
    )


def _read(question: Asked, value: Any) -> Any:
    if value is None or question.sealed:
        return None
    if question.type == "money":
        return Decimal(value) / 100
    if question.type == "date":
        return date.fromisoformat(value)
    return value
