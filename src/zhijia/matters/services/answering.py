"""What whoever decides at a step answers there: the questions of the form that stand `at` it. What they say may decide
where the case goes next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters import answers
from zhijia.matters.models import Answer, Case, Step
from zhijia.matters.services import known, lacking


def asked_at(matter: Matter, step: str) -> list[Question]:
    """The questions whoever decides at this step answers; none at a step that reports."""
    if matter.step(step).does == "report":
        return []
    return [question for question in matter.form if question.at == step]


def take(*, at: datetime, case: Case, matter: Matter, step: Step, typed: Mapping[str, Any]) -> None:
    """Keep what was typed at this step. Raises Refusal with the first sentence of what is lacking, cannot be taken, or
    does not hold together."""
    questions = asked_at(matter, step.code)
    for question in questions:
        if question.name in typed:
            value, words = answers.read(question, typed[question.name], known=known.known(at))
            if words is not None:
                raise Refusal("answer_here", f"{question.label}: {words}")
            Answer.objects.update_or_create(
                case=case,
                name=question.name,
                defaults={"value": value, "typed": ""},
                create_defaults={"id": new_id(), "value": value},
            )
    if not questions and not any(check.at == step.code for check in matter.checks):
        return
    given = lacking.Given(case, matter, at, part=step.code)
    if wrong := given.lacking():
        raise Refusal("answer_here", wrong[0].words)
    given.require_sound()
