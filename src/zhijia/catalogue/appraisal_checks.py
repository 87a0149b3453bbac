"""What a definition of an appraisal says of others has to be there."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from zhijia.catalogue import given_checks, numbers
from zhijia.catalogue.appraisal_rules import Appraisal, Title
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.register_checks import AREAS
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.sentences import Said, said

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library


def appraisal_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the appraisals of this library, one sentence each."""
    for appraisal in library.appraisals.values():
        for problem in problems_of(appraisal, library):
            yield problem.under(f"appraisals/{appraisal.code}.yaml")


_NO_OWN_NUMBERS = frozenset({"objection", "notice"})
"""Where an appraisal has no numbers of its own: what is owed to everybody else is a parameter."""


def problems_of(
    appraisal: Appraisal,
    library: "Library",
    *,
    rules: Mapping[str, RuleDefinition] | None = None,
    registers: Mapping[str, Register] | None = None,
    matters: Mapping[str, Matter] | None = None,
) -> Iterator[Said]:
    """What is wrong with one appraisal; `rules`, `registers` and `matters` are those in force, the library's unless
    given. What its figures ask the room `appraisals` looks at."""
    registers = library.registers if registers is None else registers
    matters = library.matters if matters is None else matters
    if appraisal.group not in library.codes[AREAS].by_code:
        yield said("not_in_list", "group", name=appraisal.group, list=AREAS)
    if f"retention.{appraisal.retention}" not in library.parameters:
        yield said("no_parameter", "retention", name=f"retention.{appraisal.retention}")
    if appraisal.of and appraisal.of not in registers:
        yield said("no_list", "of", name=appraisal.of)
    for place, key, kind in appraisal.parameters:
        own_too = place not in _NO_OWN_NUMBERS
        if key and not numbers.there(library.parameters, key, own_too=own_too, kind=kind):
            yield said("no_parameter", place, name=key)
    rule = (library.rules if rules is None else rules).get(appraisal.rule)
    if appraisal.rule and (rule is None or rule.subject != appraisal.subject):
        yield said("no_such_rule", "rule", name=appraisal.rule, subject=appraisal.subject)
    for item in appraisal.items.values():
        if item.opens and item.opens not in matters:
            yield said("no_matter", f"scheme.{item.code}", name=item.opens)
    for title in appraisal.titles:
        yield from _title(title, registers)


def _title(title: Title, registers: Mapping[str, Register]) -> Iterator[Said]:
    """The list holds titles and has the fields; those every row needs are given."""
    place, register = f"titles.{title.list}", registers.get(title.list)
    if register is None:
        yield said("no_list", place, name=title.list)
        return
    if not register.titles:
        yield said("no_titles", place, list=register.label)
    yield from given_checks.misplaced(f"{place}.given", register, title.given, registers)
    if title.review and all(due.code != title.review for due in register.dues):
        yield said("no_due", place, list=register.label, name=title.review)
