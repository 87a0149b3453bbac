"""What a definition of a campaign says of others has to be there."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhijia.catalogue import numbers
from zhijia.catalogue.campaign_rules import TO_PEOPLE, Campaign, Told
from zhijia.catalogue.fact_kinds import Dimension, FactKind
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.register_checks import AREAS
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.sentences import Said, said

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

OF_DRIVES = "campaign."
"""By what the kinds of facts begin that drives tell themselves: a measure counts those of its own drive."""


def campaign_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the campaigns of this library, one sentence each."""
    for campaign in library.campaigns.values():
        for problem in problems_of(campaign, library):
            yield problem.under(f"campaigns/{campaign.code}.yaml")


def problems_of(
    campaign: Campaign,
    library: "Library",
    *,
    rules: Mapping[str, RuleDefinition] | None = None,
    matters: Mapping[str, Matter] | None = None,
    registers: Mapping[str, Register] | None = None,
) -> Iterator[Said]:
    """What is wrong with one campaign; rules, matters and lists are those in force, the library's unless given."""
    if campaign.group not in library.codes[AREAS].by_code:
        yield said("not_in_list", "group", name=campaign.group, list=AREAS)
    if campaign.purpose not in library.purposes:
        yield said("no_purpose", "purpose", name=campaign.purpose)
    for place, key in _parameters(campaign):
        own_too = place.partition(".")[0] in _OWN_NUMBERS
        if key and not numbers.there(library.parameters, key, own_too=own_too):
            yield said("no_parameter", place, name=key)
    yield from _who(
        campaign,
        library.rules if rules is None else rules,
        library.registers if registers is None else registers,
    )
    known = _Known(
        campaign,
        library,
        library.matters if matters is None else matters,
        library.registers if registers is None else registers,
    )
    for measure in campaign.measures:
        yield from _told(f"measures.{measure.code}.told", measure.told, known)
    for thing in campaign.each:
        place = f"each.{thing.code}"
        if thing.matter and thing.matter not in (library.matters if matters is None else matters):
            yield said("no_matter", place, name=thing.matter)
        if thing.category and thing.category not in library.spendings:
            yield said("no_spending", place, name=thing.category)
        for question in thing.questions:
            if question.code_list and question.code_list not in library.codes:
                yield said("no_code_list", f"{place}.{question.name}", name=question.code_list)
            if question.held and question.held.told:
                yield from _told(f"{place}.{question.name}.held.told", question.held.told, known)
    if campaign.budget and campaign.budget.fund not in library.funds:
        yield said("no_fund", "budget", name=campaign.budget.fund)
    if campaign.budget and campaign.subject in {"union", "employer"} and _pays(campaign):
        pairs = [pair for chart in library.charts.values() for pair in chart.eliminates]
        if not any(campaign.budget.spent_on == pair.debit for pair in pairs):
            yield said("no_other_side", "budget", name=campaign.budget.spent_on)


def _who(
    campaign: Campaign, rules: Mapping[str, RuleDefinition], registers: Mapping[str, Register]
) -> Iterator[Said]:
    who = campaign.who
    if who.rule:
        rule = rules.get(who.rule)
        if rule is None or rule.subject != campaign.subject:
            yield said("no_rule_about", "who", name=who.rule, subject=campaign.subject)
    if who.of is None:
        return
    register = registers.get(who.of)
    if register is None:
        yield said("no_list", "who", name=who.of)
        return
    for code in who.states:
        if code not in {state.code for state in register.stations}:
            yield said("no_state", "who", list=register.label, name=code)
    for name in who.where:
        if name not in register.by_name or register.by_name[name].sealed:
            yield said("no_field", "who", list=register.label, name=name)
    people = TO_PEOPLE & {thing.gives for thing in campaign.each}
    if _pays(campaign) and register.filling("person") is None and register.filling("union") is None:
        yield said("list_of_payees", "who", name=register.label)
    if (people or who.members) and register.filling("person") is None:
        yield said("list_of_people", "who", name=register.label)
    if who.members:
        yield from _members(who.of, who.members, registers.get(who.members))


def naming(register: Register, code: str) -> str:
    """The field of a list that names a row of the list of this code; empty where none does."""
    return next((column.name for column in register.fields if column.of == code), "")


def _members(households: str, name: str, members: Register | None) -> Iterator[Said]:
    """What is wrong with the list that says who belongs to which household."""
    if members is None:
        yield said("no_list", "who", name=name)
        return
    person = members.filling("person")
    if person is None or person.once != "list" or not naming(members, households):
        yield said("list_of_members", "who", name=name, list=households)


def _pays(campaign: Campaign) -> bool:
    return any(thing.gives == "money" for thing in campaign.each)


def _told(place: str, told: Told, known: "_Known") -> Iterator[Said]:
    for code in filter(None, (told.kind, told.less)):
        fact = known.library.facts.get(code)
        if fact is None:
            yield said("no_fact", place, name=code)
        elif strange := sorted(told.where.keys() - fact.dimension_codes):
            yield said("no_dimension", f"{place}.where", name=fact.label, dimension=strange[0])
        else:
            for dimension in fact.dimensions:
                there = known.of(fact, dimension)
                value = told.where.get(dimension.code)
                if value is not None and there is not None and value not in there:
                    yield said("counts_nothing", f"{place}.where", name=value)


@dataclass(frozen=True, slots=True)
class _Known:
    """What can be told of where a drive counts facts: its own things, matters and lists in force, codes."""

    campaign: Campaign
    library: "Library"
    matters: Collection[str]
    registers: Collection[str]

    def of(self, fact: FactKind, dimension: Dimension) -> Collection[object] | None:
        """The values a dimension of a fact can have; none where any may come."""
        if dimension.code_list:
            return set(self.library.codes[dimension.code_list].by_code)
        named: dict[str, Collection[str]] = {"matter": self.matters, "list": self.registers}
        if fact.code.startswith(OF_DRIVES):
            named |= {"thing": self.campaign.things, "campaign": (self.campaign.code,)}
        return named.get(dimension.code)


_OWN_NUMBERS = frozenset({"months", "years", "each"})
"""Where a campaign may have numbers of its own: what caps its spending is a parameter."""


def _parameters(campaign: Campaign) -> Iterator[tuple[str, str]]:
    yield "retention", f"retention.{campaign.retention}"
    yield "months", campaign.months
    yield "years", campaign.years
    if campaign.budget:
        yield "budget.cap", campaign.budget.cap
    for thing in campaign.each:
        for name in ("days", "minutes", "amount"):
            yield f"each.{thing.code}", getattr(thing, name)
