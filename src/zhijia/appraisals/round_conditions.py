"""Rules over what a nomination answers: which outside office is asked about it. And whether a definition of a round can
be used: publishing one and using one ask the same."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from zhijia.catalogue import definitions, round_checks
from zhijia.catalogue.round_rules import Question, Round
from zhijia.catalogue.sentences import Said, said
from zhijia.questionnaires import versions as questionnaires
from zhijia.registers.services import versions as lists
from zhijia.rules import answered, ir
from zhijia.rules import versions as rules
from zhijia.rules.answered import Asking
from zhijia.rules.problems import RuleRefused


def problems_of(asked: Round, *, on: date) -> list[Said]:
    """What is wrong with a round, given the rules, lists and votes in force on the day, one sentence each."""
    found = round_checks.problems_of(
        asked,
        definitions.load(),
        rules=rules.all_in_force(on=on),
        registers=lists.all_in_force(day=on),
        questionnaires=questionnaires.all_in_force(day=on),
    )
    return [*found, *_conditions(asked)]


def holds(asked: Round, text: str, answers: Mapping[str, Any], *, day: date, division: str) -> bool | None:
    """What a rule over the answers says; none when one that it needs is missing."""
    row = answered.row_of(_read_by_rules(asked), answers)
    return answered.holds(_checked(asked.model_dump_json(), text), row, day=day, division=division)


def _conditions(asked: Round) -> Iterator[Said]:
    for clearance in asked.clearances:
        if clearance.when:
            try:
                answered.checked(_asking(asked), clearance.when)
            except RuleRefused as refused:
                for problem in refused.problems:
                    words, at = problem.words, problem.span.start + 1
                    yield said(
                        "no_condition", f"clearances.{clearance.code}.when", at=at, en=words.en, zh=words.zh
                    )


@lru_cache(maxsize=256)
def _checked(asked: str, text: str) -> ir.Rule:
    return answered.checked(_asking(Round.model_validate_json(asked)), text)


def _asking(asked: Round) -> Asking:
    return Asking(asked.label, f"rounds/{asked.code}", asked.purpose, _read_by_rules(asked))


def _read_by_rules(asked: Round) -> list[Question]:
    return [question for question in asked.questions if question.type != "file"]
