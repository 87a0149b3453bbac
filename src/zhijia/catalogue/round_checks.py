"""What a definition of a round says of others has to be there."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from zhijia.catalogue import given_checks, numbers
from zhijia.catalogue.filling.words import of_name
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.register_rules import Column, Register
from zhijia.catalogue.round_rules import FIXED, Round
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.sentences import Said, said, type_words

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

AREAS = "areas"
ABOUT = {"person": "person", "team": "person", "result": "person", "union": "union", "employer": "employer"}
"""What the rule of eligibility is about, by what is chosen."""


def round_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the rounds of this library, one sentence each."""
    for round_ in library.rounds.values():
        for problem in problems_of(round_, library):
            yield problem.under(f"rounds/{round_.code}.yaml")


def problems_of(
    asked: Round,
    library: "Library",
    *,
    rules: Mapping[str, RuleDefinition] | None = None,
    registers: Mapping[str, Register] | None = None,
    questionnaires: Mapping[str, Questionnaire] | None = None,
) -> Iterator[Said]:
    """What is wrong with one round; `rules`, `registers` and `questionnaires` are those in force, the library's unless
    given."""
    registers = library.registers if registers is None else registers
    votes = library.questionnaires if questionnaires is None else questionnaires
    if asked.group not in library.codes[AREAS].by_code:
        yield said("not_in_list", "group", name=asked.group, list=AREAS)
    for place, purpose in (
        ("purpose", asked.purpose),
        *((f"notices.{one.code}", one.purpose) for one in asked.notices),
    ):
        if purpose not in library.purposes:
            yield said("no_purpose", place, name=purpose)
        elif place != "purpose" and library.purposes[purpose].basis != "consent":
            yield said("by_law", place, name=purpose)
    for place, key in _parameters(asked):
        own_too = place.partition(".")[0] in _OWN_NUMBERS
        if key and not numbers.there(library.parameters, key, own_too=own_too):
            yield said("no_parameter", place, name=key)
    if asked.of and asked.of not in registers:
        yield said("no_list", "of", name=asked.of)
    yield from _questions(asked, library)
    rule = (library.rules if rules is None else rules).get(asked.eligibility)
    if asked.eligibility and (rule is None or rule.subject != ABOUT.get(asked.subject)):
        yield said("no_such_rule", "eligibility", name=asked.eligibility, subject=asked.subject)
    for stage in asked.stages:
        vote = votes.get(stage.questionnaire)
        if stage.questionnaire and (vote is None or vote.sort != "vote" or vote.candidates is None):
            yield said("no_vote", f"stages.{stage.code}", name=stage.questionnaire)
    yield from _gives(asked, library, registers)


def _questions(asked: Round, library: "Library") -> Iterator[Said]:
    for question in asked.questions:
        if question.code_list and question.code_list not in library.codes:
            yield said("no_code_list", f"questions.{question.name}", name=question.code_list)
    if asked.taxonomy:
        kept = library.codes.get(asked.taxonomy.code_list)
        if kept is None:
            yield said("no_code_list", "taxonomy", name=asked.taxonomy.code_list)
        elif kept.version != asked.taxonomy.version:
            yield said("other_version", "taxonomy", name=kept.code, there=kept.version)


def _gives(asked: Round, library: "Library", registers: Mapping[str, Register]) -> Iterator[Said]:
    gives = asked.gives
    if gives.list is not None:
        register = registers.get(gives.list)
        if register is None:
            yield said("no_list", "gives.list", name=gives.list)
        elif not register.titles:
            yield said("no_titles", "gives.list", list=register.label)
        else:
            yield from _given(asked, register, registers)
    if gives.pay:
        if gives.pay.fund not in library.funds:
            yield said("no_fund", "gives.pay", name=gives.pay.fund)
        if not any(gives.pay.spent_on in chart.roles for chart in library.charts.values()):
            yield said("no_role", "gives.pay", name=gives.pay.spent_on)
        pairs = [pair for chart in library.charts.values() for pair in chart.eliminates]
        if gives.pay.to == "union" and not any(gives.pay.spent_on == pair.debit for pair in pairs):
            yield said("no_other_side", "gives.pay", name=gives.pay.spent_on)


def _given(asked: Round, register: Register, registers: Mapping[str, Register]) -> Iterator[Said]:
    """The list has these fields, none it needs stays empty, and each gets what its type takes."""
    yield from given_checks.misplaced("gives.given", register, asked.gives.given, registers)
    for name, given in asked.gives.given.items():
        column = register.by_name.get(name)
        if column is None:
            continue
        if not given.startswith("=") and asked.by_name[given].type != column.type:
            other = asked.by_name[given].type
            if (column.type, other) not in _READS:
                yield _other_type(column, type_words(other))
        elif given[1:] in FIXED and (fits := _FITS.get(given[1:])) and column.type not in fits:
            yield _other_type(column, of_name(f"word.{given[1:]}") or given)


def _other_type(column: Column, other: object) -> Said:
    place = f"gives.given.{column.name}"
    return said("other_type", place, name=column.label, type=type_words(column.type), other=other)


_READS = {("text", "choice"), ("text", "code"), ("text", "whole"), ("long_text", "text"), ("photo", "file")}
"""What else a field of a list reads from a question: (its type, the question's)."""
_FITS = {
    "person": {"person"}, "employer": {"employer"}, "union": {"union"}, "day": {"date"}, "year": {"whole", "text"},
    "title": {"text"}, "certificate": {"text"}, "round": {"text"}, "grade": {"text", "choice", "code"},
    "level": {"text", "choice", "code"},
}  # fmt: skip


_OWN_NUMBERS = frozenset({"days", "clearances", "quotas", "stages", "grades", "gives"})
"""Where a round may have numbers of its own: what is owed to everybody else (notices, appeals) is a parameter."""


def _parameters(asked: Round) -> Iterator[tuple[str, str]]:
    yield "days", asked.days
    yield "appeal", asked.appeal
    yield "retention", f"retention.{asked.retention}"
    for clearance in asked.clearances:
        yield f"clearances.{clearance.code}", clearance.days
    for quota in asked.quotas:
        yield f"quotas.{quota.code}", quota.share or quota.number
    for stage in asked.stages:
        for key in (stage.judges, stage.weight, stage.goes_on, stage.cut):
            yield f"stages.{stage.code}", key
    for grade in asked.grades:
        yield f"grades.{grade.code}", grade.places
        yield f"grades.{grade.code}", grade.amount
    for notice in asked.notices:
        yield f"notices.{notice.code}", notice.days
    if asked.gives.pay:
        yield "gives.pay", asked.gives.pay.months
