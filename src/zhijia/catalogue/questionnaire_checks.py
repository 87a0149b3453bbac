"""What a definition of a questionnaire says of others has to be there."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from zhijia.catalogue import numbers
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.sentences import Said, said

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library


def questionnaire_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the questionnaires of this library, one sentence each."""
    for questionnaire in library.questionnaires.values():
        for problem in problems_of(questionnaire, library):
            yield problem.under(f"questionnaires/{questionnaire.code}.yaml")


def problems_of(
    asked: Questionnaire, library: "Library", rules: Mapping[str, RuleDefinition] | None = None
) -> Iterator[Said]:
    """What is wrong with one questionnaire; `rules` are those in force, the library's unless given."""
    if asked.purpose not in library.purposes:
        yield said("no_purpose", "purpose", name=asked.purpose)
    for place, key in _parameters(asked):
        if key and not numbers.there(library.parameters, key, own_too=place in _OWN_NUMBERS):
            yield said("no_parameter", place, name=key)
    rule = (library.rules if rules is None else rules).get(asked.rule)
    if asked.rule and (rule is None or rule.subject != "person"):
        yield said("no_rule", "rule", name=asked.rule)


_OWN_NUMBERS = frozenset({"days", "sample", "contest.minutes"})
"""Where a questionnaire may have numbers of its own: what a vote needs and which cells are hidden is a parameter."""


def _parameters(asked: Questionnaire) -> Iterator[tuple[str, str]]:
    yield "days", asked.days
    yield "sample", asked.sample
    yield "small", asked.small
    yield "retention", f"retention.{asked.retention}"
    if asked.decides:
        for name in ("quorum", "majority", "surplus"):
            yield f"decides.{name}", getattr(asked.decides, name)
    if asked.contest:
        yield "contest.minutes", asked.contest.minutes
        yield "contest.passes", asked.contest.passes
    if asked.rated:
        yield "rated.again_one_in", asked.rated.again_one_in
