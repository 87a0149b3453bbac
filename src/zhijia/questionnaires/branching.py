"""Which questions are asked, given what was answered before: the conditions of a questionnaire as rules."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires import reading
from zhijia.rules import answered, ir
from zhijia.rules.answered import Asking

PLAIN = frozenset({"text", "long_text", "whole", "date", "yes_no", "choice", "choices", "scale"})
"""The types whose answers rules read."""


def asking(asked: Questionnaire) -> Asking:
    """The questions that have one answer each."""
    return Asking(asked.label, f"questionnaires/{asked.code}", asked.purpose, _plain(asked))


def holding(
    asked: Questionnaire, said: Mapping[str, Any], *, day: date, division: str
) -> Callable[[str], bool | None]:
    """What a condition says of these answers; none when one that it needs is missing."""
    row = answered.row_of(_plain(asked), said)

    def holds(text: str) -> bool | None:
        return answered.holds(
            _rule(asked.model_dump_json(by_alias=True), text), row, day=day, division=division
        )

    return holds


def pages(
    asked: Questionnaire, said: Mapping[str, Any], *, day: date, division: str
) -> list[tuple[Question, ...]]:
    """The pages that are asked, given what was answered: what a condition leaves out is on none of them."""
    holds = holding(asked, said, day=day, division=division)
    there = set(reading.asked(asked, said, holds))
    kept = (tuple(question for question in block if question in there) for block in asked.blocks)
    return [page for page in kept if page]


def _plain(asked: Questionnaire) -> list[Question]:
    return [question for question in asked.questions if question.type in PLAIN]


@lru_cache(maxsize=256)
def _rule(asked: str, text: str) -> ir.Rule:
    return answered.checked(asking(Questionnaire.model_validate_json(asked)), text)
