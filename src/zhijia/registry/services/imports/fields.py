"""The fields of a roster as the catalogue defines them, in the form the rules take."""

from collections.abc import Iterable, Mapping
from datetime import date

from zhijia.catalogue import codes, fields, parameters
from zhijia.catalogue.divisions import FILLERS
from zhijia.catalogue.models import Division
from zhijia.registry.services.imports.rules import Field, Kind, Terms

FREE = frozenset({"occupation"})
"""Lists that are only a help: GB/T 6565 is not mapped yet, so another word is kept as it is written."""
COUNTY = Division.Level.COUNTY


def names() -> dict[str, tuple[str, ...]]:
    """The headings people write for each field, the labels first."""
    return {rule.code: rule.headers() for rule in fields.roster()}


def needed() -> list[str]:
    """The fields a roster must have a column for (MEM-04)."""
    return [rule.code for rule in fields.roster() if rule.roster and rule.roster.required]


def sealed() -> dict[str, str]:
    """The fields of a roster that lie in the vault, with their kind there."""
    return {rule.code: rule.vault for rule in fields.roster() if rule.vault}


def specs(columns: Iterable[str], day: date) -> dict[str, Field]:
    """The rules' view of these columns on the business day. One query when a column names places."""
    columns = list(columns)
    places = _places() if any(fields.get(code).type == "division" for code in columns) else {}
    return {code: _spec(fields.get(code), day, places) for code in columns}


def terms(division: str, day: date) -> Terms:
    """What rows are measured by at a union of this division."""
    least = parameters.value("membership.minimum_age", division=division, day=day)
    return Terms(today=day, minimum_age=least)


def _spec(rule: fields.FieldRule, day: date, places: Mapping[str, str]) -> Field:
    kind: Kind = "name" if rule.code == "name" else "text" if rule.type == "account" else rule.type
    words: Mapping[str, str] = places if kind == "division" else {}
    if kind == "code":
        listed = codes.get(rule.code_list).by_words.items()
        words = {word: code for word, code in listed if codes.holds(rule.code_list, code, day)}
    return Field(
        code=rule.code,
        kind=kind,
        required=bool(rule.roster and rule.roster.required),
        longest=rule.max_length or fields.LONGEST_TEXT,
        words=words,
        free=rule.code in FREE,
        earliest=rule.earliest or date.min,
    )


def _places() -> dict[str, str]:
    """The code of each province, city and county by its code and by its names: from the province down, from
    the city down, and alone where no other has it."""
    found = list(
        Division.objects.filter(level__lte=COUNTY, valid_to__isnull=True)
        .order_by("code")
        .values_list("code", "name", "parent")
    )
    name_of = {code: name for code, name, _ in found}
    parent_of = {code: parent for code, _, parent in found}
    words: dict[str, str] = {}
    alone: dict[str, list[str]] = {}
    for code, name, _ in found:
        words[code] = words[code[:6]] = code
        alone.setdefault(name, []).append(code)
        whole = name
        above = parent_of[code]
        while above in name_of:
            if name_of[above] not in FILLERS:
                whole = name_of[above] + whole
                words.setdefault(whole, code)
            above = parent_of[above]
    return words | {name: codes[0] for name, codes in alone.items() if len(codes) == 1}
