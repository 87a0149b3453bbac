"""What the way of a case depends on: its answers as a row rules can read, its amount, the thresholds in force."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from zhijia.catalogue import parameters, ports
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.sentences import Said, said
from zhijia.matters import flow, seats, signers
from zhijia.matters.models import Case
from zhijia.rules import answered, evaluator, ir
from zhijia.rules.answered import Asking
from zhijia.rules.in_force import InForce
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Schema


def of(case: Case, matter: Matter, sits: seats.Seats) -> flow.Ground:
    """The ground under a case, as it is on the day. What the way does not hang on is not read."""

    @cache
    def row() -> dict[str, Any]:
        return row_of(matter, values_of(case))

    def only_signer(code: str) -> int | None:
        rule = matter.step(code)
        return signers.only_signer(rule.permission, sits.of(rule).pk)

    return flow.Ground(
        holds=lambda text: holds(matter, text, row(), day=sits.day, division=sits.begins.division),
        amount=case.amount,
        threshold=lambda key: int(parameters.value(key, division=sits.begins.division, day=sits.day)),
        only_signer=only_signer,
        waits=lambda code: bool(
            ports.call(f"matters.waits.{matter.step(code).waits}", case=case, day=sits.day)
        ),
    )


def holds(matter: Matter, text: str, row: Mapping[str, Any], *, day: date, division: str) -> bool | None:
    """What a rule over the answers says; none when an answer it needs is missing."""
    verdict = _compiled(matter.as_text, text).of(row, on=day, params=InForce(division, day))
    return verdict if isinstance(verdict, bool) else None


def reads(matter: Matter, text: str) -> frozenset[str]:
    """The questions whose answers a rule over the answers reads."""
    return _read_by(matter.as_text, text)


def values_of(case: Case) -> dict[str, Any]:
    """The answers of a case by question; a sealed one is True where it was given."""
    return {answer.name: answer.value for answer in case.answers.all()}


def row_of(matter: Matter, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as rules read them: decimals and dates instead of their texts, none where nothing was said."""
    return answered.row_of(_asking(matter).questions, answers)


def schema_of(matter: Matter) -> Schema:
    """The answers of a matter's form as an entity of the rule language."""
    return answered.schema_of(_asking(matter))


def _asking(matter: Matter) -> Asking:
    """What the form asks; a roster is no question with one answer."""
    questions = [question for question in matter.form if question.type != "roster"]
    return Asking(matter.label, f"matters/{matter.code}", matter.purpose, questions)


def problems_of(matter: Matter) -> Iterator[Said]:
    """The conditions in a definition that are no rules over its answers, with the place. Raises nothing."""
    conditions = [
        *((f"form.{question.name}.when", question.when) for question in matter.form),
        *((f"materials.{material.code}.when", material.when) for material in matter.materials),
        *((f"steps.{step.code}.when", step.when) for step in matter.steps),
        *((f"checks.{number}.rule", check.rule) for number, check in enumerate(matter.checks)),
    ]
    for place, text in conditions:
        if text:
            try:
                _checked(matter, text)
            except RuleRefused as refused:
                for problem in refused.problems:
                    words = problem.words
                    at = problem.span.start + 1
                    yield said("no_condition", place, at=at, en=words.en, zh=words.zh)


def _checked(matter: Matter, text: str) -> ir.Rule:
    return answered.checked(_asking(matter), text)


@lru_cache(maxsize=1024)
def _compiled(matter: str, text: str) -> Any:
    return evaluator.compiled(_checked(Matter.model_validate_json(matter), text))


@lru_cache(maxsize=1024)
def _read_by(matter: str, text: str) -> frozenset[str]:
    root = _checked(Matter.model_validate_json(matter), text).root
    return frozenset(node.field.name for node in ir.walk(root) if isinstance(node, ir.Select))
