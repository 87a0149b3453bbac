"""Rules over the values of a row: when a field is asked, and what has to hold of the whole."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from zhijia.catalogue.register_rules import FILES, Column, Register
from zhijia.catalogue.sentences import Said, said
from zhijia.rules import answered, evaluator, ir
from zhijia.rules.answered import Asking
from zhijia.rules.in_force import InForce
from zhijia.rules.problems import RuleRefused

VALUES = "values"


def holds(
    register: Register, text: str, values: Mapping[str, Any], *, day: date, division: str
) -> bool | None:
    """What a rule over the values says; none when a value it needs is missing."""
    row = answered.row_of(_read_by_rules(register), values)
    verdict = _compiled(register.as_text, text).of(row, on=day, params=InForce(division, day))
    return verdict if isinstance(verdict, bool) else None


def problems_of(register: Register) -> Iterator[Said]:
    """The conditions in a definition that are no rules over its values, with the place."""
    conditions = [
        *((f"fields.{column.name}.when", column.when) for column in register.fields),
        *((f"checks.{number}.rule", check.rule) for number, check in enumerate(register.checks)),
    ]
    for place, text in conditions:
        if text:
            try:
                _checked(register, text)
            except RuleRefused as refused:
                for problem in refused.problems:
                    words = problem.words
                    yield said("no_condition", place, at=problem.span.start + 1, en=words.en, zh=words.zh)


def _read_by_rules(register: Register) -> list[Column]:
    """The fields with one value a rule can read."""
    return [column for column in register.fields if column.type not in FILES | {"point"}]


def _checked(register: Register, text: str) -> ir.Rule:
    source = f"registers/{register.code}"
    asking = Asking(register.label, source, register.purpose, _read_by_rules(register), VALUES)
    return answered.checked(asking, text)


@lru_cache(maxsize=512)
def _compiled(register: str, text: str) -> Any:
    return evaluator.compiled(_checked(Register.model_validate_json(register), text))
