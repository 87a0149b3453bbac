"""Whether a definition can be used: each thing wrong in a sentence with its place. Publishing one and using one ask the
same."""

from collections.abc import Iterator
from datetime import date

from zhijia.catalogue import definitions, questionnaire_checks
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.sentences import Said, said
from zhijia.questionnaires import branching
from zhijia.rules import answered
from zhijia.rules import versions as rules
from zhijia.rules.problems import RuleRefused


def problems_of(asked: Questionnaire, *, on: date) -> list[Said]:
    """What is wrong with a questionnaire, given the rules in force on the day, one sentence each."""
    library = definitions.load()
    return [
        *questionnaire_checks.problems_of(asked, library, rules.all_in_force(on=on)),
        *_conditions(asked),
    ]


def _conditions(asked: Questionnaire) -> Iterator[Said]:
    """Conditions that are no rules over the answers."""
    for question in asked.questions:
        if question.when:
            try:
                answered.checked(branching.asking(asked), question.when)
            except RuleRefused as refused:
                for problem in refused.problems:
                    words, at = problem.words, problem.span.start + 1
                    yield said(
                        "no_condition", f"questions.{question.name}.when", at=at, en=words.en, zh=words.zh
                    )
