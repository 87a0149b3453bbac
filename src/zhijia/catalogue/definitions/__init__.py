"""Everything the federation decided as data, read once a process: `load()`.

The files lie beside this module, one definition each, in a folder for each kind; a federation's own folder
(`settings.CATALOGUE_OVERLAY`) has the same folders and replaces or extends by code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from zhijia.catalogue.appraisal_checks import appraisal_problems
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.asset_kinds import AssetKind
from zhijia.catalogue.campaign_checks import campaign_problems
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.element_rules import Element
from zhijia.catalogue.fact_kinds import FactKind
from zhijia.catalogue.field_rules import FieldRule
from zhijia.catalogue.kinds import CodeList, Notice, Parameter, Purpose, Role, WorkingYear, as_written
from zhijia.catalogue.ledger_kinds import Chart, Fund
from zhijia.catalogue.matter_checks import matter_problems
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.quality_rules import QualityRule
from zhijia.catalogue.questionnaire_checks import questionnaire_problems
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.reader import DefinitionError, Kind, read
from zhijia.catalogue.register_checks import register_problems
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.round_checks import round_problems
from zhijia.catalogue.round_rules import Round
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.spending_kinds import Sign, Spending
from zhijia.catalogue.split_kinds import SplitRule
from zhijia.catalogue.watch_kinds import Watch, watch_problems

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Library:
    """The definitions of each kind by their code."""

    parameters: dict[str, Parameter]
    codes: dict[str, CodeList]
    roles: dict[str, Role]
    purposes: dict[str, Purpose]
    notices: dict[str, Notice]
    fields: dict[str, FieldRule]
    working_days: dict[str, WorkingYear]
    facts: dict[str, FactKind]
    elements: dict[str, Element]
    quality: dict[str, QualityRule]
    rules: dict[str, RuleDefinition]
    matters: dict[str, Matter]
    watches: dict[str, Watch]
    charts: dict[str, Chart]
    funds: dict[str, Fund]
    spendings: dict[str, Spending]
    signs: dict[str, Sign]
    asset_kinds: dict[str, AssetKind]
    splits: dict[str, SplitRule]
    registers: dict[str, Register]
    questionnaires: dict[str, Questionnaire]
    rounds: dict[str, Round]
    campaigns: dict[str, Campaign]
    appraisals: dict[str, Appraisal]


class UnknownDefinition(LookupError):
    """The code asked for is in no file: a mistake of a programmer or a file taken away."""


def load() -> Library:
    """All definitions. Raises DefinitionError, naming file and key, when one cannot be used."""
    return _load(settings.CATALOGUE_OVERLAY)


def problems(overlay: str) -> list[str]:
    """What is wrong in the built-in files and this overlay folder, one sentence each."""
    return _read(overlay)[1]


@cache
def _load(overlay: str) -> Library:
    library, wrong = _read(overlay)
    if wrong:
        raise DefinitionError(wrong)
    return library


def _read(overlay: str) -> tuple[Library, list[str]]:
    own = Path(overlay) if overlay else None
    if own and not own.is_dir():
        raise DefinitionError([f"{own}: there is no such folder (ZHIJIA_CATALOGUE)."])
    wrong: list[str] = []

    def kind(name: str, model: type[Kind]) -> dict[str, Kind]:
        found, problems = read(model, FOLDER / name, own / name if own else None)
        wrong.extend(problems)
        return found

    library = Library(
        parameters=kind("parameters", Parameter),
        codes=kind("codes", CodeList),
        roles=kind("roles", Role),
        purposes=kind("purposes", Purpose),
        notices=kind("notices", Notice),
        fields=kind("fields", FieldRule),
        working_days=kind("working_days", WorkingYear),
        facts=kind("facts", FactKind),
        elements=kind("elements", Element),
        quality=kind("quality", QualityRule),
        rules=kind("rules", RuleDefinition),
        matters=kind("matters", Matter),
        watches=kind("watches", Watch),
        charts=kind("charts", Chart),
        funds=kind("funds", Fund),
        spendings=kind("spendings", Spending),
        signs=kind("signs", Sign),
        asset_kinds=kind("asset_kinds", AssetKind),
        splits=kind("splits", SplitRule),
        registers=kind("registers", Register),
        questionnaires=kind("questionnaires", Questionnaire),
        rounds=kind("rounds", Round),
        campaigns=kind("campaigns", Campaign),
        appraisals=kind("appraisals", Appraisal),
    )
    if own:
        known = set(library.__dataclass_fields__)
        wrong.extend(
            f"{folder}: no kind of definition has this name."
            for folder in sorted(own.iterdir())
            if folder.is_dir() and folder.name not in known
        )
    wrong.extend(_cross_checks(library))
    return library, wrong


def _cross_checks(library: Library) -> Iterator[str]:
    """What one definition says of another has to be there."""
    permissions = set(library.codes["permissions"].by_code) if "permissions" in library.codes else set()
    for role in library.roles.values():
        for permission in sorted(role.permissions - permissions):
            yield f"roles/{role.code}.yaml: permissions: {permission} is not a declared permission."
        for other in sorted(role.apart_from):
            if other not in library.roles or role.code not in library.roles[other].apart_from:
                yield f"roles/{role.code}.yaml: apart_from: {other} has to name this role too."
    for fact in library.facts.values():
        for dimension in fact.dimensions:
            if dimension.code_list and dimension.code_list not in library.codes:
                yield f"facts/{fact.code}.yaml: dimensions: there is no code list {dimension.code_list}."
    for notice in library.notices.values():
        for how in sorted(set(notice.values.values()) - Notice.ways - set(library.codes)):
            yield f"notices/{notice.code}.yaml: values: there is no code list {how}."
    yield from _elements(library)
    for quality in library.quality.values():
        if quality.field and quality.field not in library.fields:
            yield f"quality/{quality.code}.yaml: field: there is no field {quality.field}."
        for key in sorted(set(quality.parameters.values()) - set(library.parameters)):
            yield f"quality/{quality.code}.yaml: parameters: there is no parameter {key}."
    yield from matter_problems(library)
    yield from register_problems(library)
    yield from watch_problems(library)
    yield from questionnaire_problems(library)
    yield from round_problems(library)
    yield from campaign_problems(library)
    yield from appraisal_problems(library)
    yield from _spendings(library)
    for rule in library.rules.values():
        if rule.purpose not in library.purposes:
            yield f"rules/{rule.code}.yaml: purpose: there is no purpose {rule.purpose}."
    headers: dict[str, str] = {}
    for field in library.fields.values():
        for header in field.headers() if field.roster else ():
            other = headers.setdefault(as_written(header), field.code)
            if other != field.code:
                yield f"fields/{field.code}.yaml: roster: the header {header} is one of {other} already."
        if field.code_list and field.code_list not in library.codes:
            yield f"fields/{field.code}.yaml: code_list: there is no code list {field.code_list}."
        if field.purpose not in library.purposes:
            yield f"fields/{field.code}.yaml: purpose: there is no purpose {field.purpose}."


def _spendings(library: Library) -> Iterator[str]:
    """The parameters and code lists spending and assets name are there, and the prohibition of a sign."""
    for spending in library.spendings.values():
        here = f"spendings/{spending.code}.yaml"
        for key in (spending.cap, spending.each, spending.winners):
            if key and key not in library.parameters:
                yield f"{here}: there is no parameter {key}."
        if spending.occasions and spending.occasions not in library.codes:
            yield f"{here}: occasions: there is no code list {spending.occasions}."
    for asset in library.asset_kinds.values():
        if asset.life and asset.life not in library.parameters:
            yield f"asset_kinds/{asset.code}.yaml: life: there is no parameter {asset.life}."
    for sign in library.signs.values():
        if sign.prohibition not in library.codes["prohibitions"].by_code:
            yield f"signs/{sign.code}.yaml: prohibition: there is no {sign.prohibition}."


def _elements(library: Library) -> Iterator[str]:
    """An element's purpose, code lists and fields are there; a number, a column and a place of ours stand once."""
    once: dict[object, str] = {}
    for element in library.elements.values():
        here = f"elements/{element.code}.yaml"
        if element.purpose and element.purpose not in library.purposes:
            yield f"{here}: purpose: there is no purpose {element.purpose}."
        named = [(element.subject, column.name) for column in element.columns]
        for known in (element.number, *named):
            if once.setdefault(known, element.code) != element.code:
                yield f"{here}: {known} is one of {once[known]} already."
        for column in element.columns:
            if column.code_list and column.code_list not in library.codes:
                yield f"{here}: columns: there is no code list {column.code_list}."
            rule = library.fields.get(column.field)
            if column.field and (rule is None or rule.element != element.number):
                yield f"{here}: columns: {column.field} is no field of the element {element.number}."
            elif rule is not None and rule.purpose != element.purpose:
                yield f"{here}: purpose: the field {rule.code} is asked for {rule.purpose}."
