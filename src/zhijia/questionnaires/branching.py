"""Which questions are asked, given what was answered before: the conditions of a questionnaire as rules."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires import reading
from zhijia.rules import answered, ir
from zhijia.rules.answered import Asking

PLAIN = frozenset({"text", "long_text", "whole", "date", "yes_no", "choice", "choices", "scale"})
"""The types whose answers rules read."""
MOST_TRIED = 200
"""So many ways of answering are tried to say which of them lead to a question; beyond, none is said."""


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
    """The pages that are asked, given what was answered: what a condition leaves out is on none of them. An answer to a
    question that was not asked leads nowhere."""
    there = reading.asked(asked, holding(asked, said, day=day, division=division))
    left_out = {question.name for question in asked.questions if question not in there}
    if left_out & said.keys():
        heard = {name: value for name, value in said.items() if name not in left_out}
        return pages(asked, heard, day=day, division=division)
    kept = (tuple(question for question in block if question in there) for block in asked.blocks)
    return [page for page in kept if page]


def only_with(
    asked: Questionnaire, question: Question, *, day: date, division: str
) -> dict[str, tuple[Any, ...]] | None:
    """The answers to other questions with which alone this one is asked, by their names, each by itself; empty where it
    is always asked. None where that cannot be said so: its condition reads more than what is chosen from a few, or
    holds of what was not answered, too."""
    if not question.when:
        return {}
    read = [one for one in asked.questions if re.search(rf"\banswers\.{one.name}\b", question.when)]
    offered = [_offered(one) for one in read]
    if not all(offered) or prod(map(len, offered)) > MOST_TRIED:
        return None
    rule, plain = _rule(asked.model_dump_json(by_alias=True), question.when), _plain(asked)

    def leads(said: tuple[Any, ...]) -> bool | None:
        row = answered.row_of(plain, dict(zip((one.name for one in read), said, strict=True)))
        return answered.holds(rule, row, day=day, division=division)

    with_ones = [said for said in product(*offered) if leads(said)]
    if not with_ones or any(None in said for said in with_ones):
        return None
    each = {
        one.name: tuple(dict.fromkeys(said[place] for said in with_ones)) for place, one in enumerate(read)
    }
    return each if set(product(*each.values())) == set(with_ones) else None


def _offered(question: Question) -> tuple[Any, ...]:
    """What can be answered, where that is one of a few; none, too: it may be left open."""
    if question.type == "yes_no":
        return (True, False, None)
    if question.type == "scale":
        return (*question.scale, None)
    return (*(choice.code for choice in question.choices), None) if question.type == "choice" else ()


def _plain(asked: Questionnaire) -> list[Question]:
    return [question for question in asked.questions if question.type in PLAIN]


@lru_cache(maxsize=256)
def _rule(asked: str, text: str) -> ir.Rule:
    return answered.checked(asking(Questionnaire.model_validate_json(asked)), text)
