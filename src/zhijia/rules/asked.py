"""What was answered to questions, as an entity of the rule language: the form of a matter, the row of a list."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.text import Text
from zhijia.rules.schema import Entity, Field, Schema, named
from zhijia.rules.types import BOOL, DATE, DECIMAL, INT, STRING, Type, list_of

_TYPES: dict[str, Type] = {
    "whole": INT,
    "money": DECIMAL,
    "date": DATE,
    "yes_no": BOOL,
    "choices": list_of(STRING),
}


def schema(name: str, label: Text, questions: Iterable[Asked], *, source: str, purpose: str) -> Schema:
    """The answers as the one entity rules over them speak of; what is sealed no rule reads."""
    made = Schema()
    made.declare(
        Entity(
            name=name,
            label=label,
            table="",
            key="",
            key_type="",
            fields=named(
                *(_field(question, source, purpose) for question in questions if not question.sealed)
            ),
        )
    )
    return made


def row(questions: Iterable[Asked], values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as rules read them: decimals and dates instead of their texts, none where nothing was said."""
    return {question.name: _read(question, values.get(question.name)) for question in questions}


def _field(question: Asked, source: str, purpose: str) -> Field:
    return Field(
        name=question.name,
        type=_TYPES.get(question.type, STRING),
        label=question.label,
        sql="",
        source=source,
        purposes=frozenset({purpose}),
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
