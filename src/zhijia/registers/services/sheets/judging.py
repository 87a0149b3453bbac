"""What each row of a sheet would be: its values, or what is wrong with it. Nothing is written."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, purposes
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.register_rules import Column, Register
from zhijia.kernel import days, sheets
from zhijia.registers import shaping, values
from zhijia.registers.models import Row
from zhijia.registers.queries import meaning
from zhijia.registers.services import writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.services.sheets import headings, standing
from zhijia.registers.services.sheets.reading import Line
from zhijia.registers.services.sheets.standing import Standing
from zhijia.registry.models import Consent, Union

AT_ONCE = 2_000
"""Rows that are read at once."""
MOST_COMPARED = 20_000
"""Of a union that keeps more rows of a list nothing is said of rows that would stand twice: all are held in memory."""
_TWICE = _("This stands in the sheet, or on the list, already.")
_MASKED = _("This is masked with stars. Write it in full, or leave the cell as it was exported.")
_NO_CONSENT = _("This person has not agreed to it. Ask them first.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row of the sheet, at one of its fields, or none for the whole row."""

    number: int
    field: str
    words: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of the list will say, and the fields in which that is something else: at a row of the sheet."""

    number: int
    row: Row
    values: dict[str, Any]
    fields: list[str]


@dataclass(slots=True)
class Judged:
    """The values of the rows that are new, in the order of the sheet; the rows that will say something else; how many
    say the same already; what is wrong with the others. `equal` of the new ones say what a row says that stands, where
    the list holds nothing once; `versions` is a digest of all rows that are named and their versions."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    equal: int = 0
    versions: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are what."""
        return {
            "new": len(self.new), "changed": len(self.changed), "unchanged": self.unchanged, "wrong": self.wrong,
            "equal": self.equal,
        }  # fmt: skip

    @property
    def wrong(self) -> int:
        """How many rows are wrong."""
        return len({mistake.number for mistake in self.mistakes})


def judge(kept: Kept, union: Union, lines: Sequence[Line], at: datetime) -> Judged:
    """Each row as it would be at this union: a few statements for all of them."""
    register, day = kept.definition, days.business_day(at)
    named = standing.of(kept, union, lines)
    meant = meaning.of(register, union, [line.texts for line in lines], day)

    def known(kind: str, value: str) -> bool:
        return not _is_list(register, kind) or codes.holds(kind, value, day)

    taken = _Taken(kept, union)
    agreed = _agreed(register, meant, named.rows.values())
    found = Judged(versions=named.digest)
    for line in lines:
        if line.number in named.wrong:
            found.mistakes.append(Mistake(line.number, headings.REFERENCE, named.wrong[line.number]))
            continue
        row = named.rows.get(line.number)
        before = row.values if row is not None else {}
        typed, wrong = _typed(register, meant, line, named)
        given, unread = values.read(register, typed, known=known)
        given = {name: value for name, value in given.items() if row is None or value != before.get(name)}
        if row is not None and not given and not wrong and not unread:
            found.unchanged += 1
            continue
        said: dict[str, Any] = {}
        try:
            said = writing.judged(
                register, given, [*wrong, *unread], before=before, at=at, union=union
            ).values
        except NotTaken as refusal:
            wrong = list(refusal.wrong)
        else:
            emptied = [Wrong(one, writing.ONE_BY_ONE) for one in writing.emptied(register, before, said)]
            wrong = [*emptied, *taken.twice(said, row), *_unagreed(register, said, agreed)]
        if wrong:
            found.mistakes += [Mistake(line.number, one.name, one.words) for one in wrong]
        elif row is None:
            found.new.append(said)
        elif fields := [name for name in register.by_name if said.get(name) != before.get(name)]:
            found.changed.append(Change(line.number, row, said, fields))
        else:
            found.unchanged += 1
    if lines and not taken.once:
        found.equal = _equal(kept, union, found.new, list(lines[0].texts))
    return found


def _equal(kept: Kept, union: Union, new: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> int:
    """How many of these say in the fields of the sheet what a row of the union says that has not ended; none where
    there are too many to compare."""

    def told(said: Mapping[str, Any]) -> str:
        return json.dumps([said.get(name) for name in fields], ensure_ascii=False)

    if not new:
        return 0
    there = Row.objects.filter(register_id=kept.id, union_id=union.pk, ended_on__isnull=True)
    if there[: MOST_COMPARED + 1].count() > MOST_COMPARED:
        return 0
    stand = {told(said) for said in there.values_list("values", flat=True).iterator(AT_ONCE)}
    return sum(told(said) in stand for said in new)


class _Taken:
    """What stands once, on the list (or at the union) already or above in the sheet, and in which row."""

    def __init__(self, kept: Kept, union: Union) -> None:
        self.once = [column for column in kept.definition.fields if column.once]
        stand = Row.objects.filter(register_id=kept.id, ended_on__isnull=True)
        here = {"list": stand, "union": stand.filter(union_id=union.pk)}
        self.seen: dict[str, dict[Any, UUID | None]] = {
            column.name: dict(here[column.once].values_list(kept.slots[column.name], "pk"))
            for column in self.once
        }

    def twice(self, said: dict[str, Any], row: Row | None) -> list[Wrong]:
        """The fields in which this row (one of the list, or a new one) says what another says."""
        found = []
        mine = row.pk if row is not None else None
        for column in self.once:
            value, seen = shaping.typed(column, said.get(column.name)), self.seen[column.name]
            if value is not None and value in seen and (mine is None or seen[value] != mine):
                found.append(Wrong(column.name, _TWICE))
            seen.setdefault(value, mine)
        return found


def _typed(
    register: Register, meant: meaning.Meant, line: Line, named: Standing
) -> tuple[dict[str, Any], list[Wrong]]:
    """What the cells hand over: of a row that stands only those in which something else is written than it says."""
    typed: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, text in line.texts.items():
        column = register.by_name[name]
        if line.number in named.rows and named.leaves(line.number, name, text):
            continue
        if text == sheets.LOST or standing.is_masked(column, text):
            wrong.append(Wrong(name, standing.LOST if text == sheets.LOST else _MASKED))
            continue
        typed[name], mistake = meant.typed(column, text)
        if mistake is not None:
            wrong.append(mistake)
    return typed, wrong


def _is_list(register: Register, kind: str) -> bool:
    return any(column.code_list == kind for column in register.fields if column.code_list)


def _agreed(register: Register, meant: meaning.Meant, named: Iterable[Row]) -> Collection[str] | None:
    """Of the people who are named, in the sheet or by its rows, those who agreed to the list's purpose; none where it
    asks no consent (PI-01)."""
    person = register.filling("person")
    if person is None or not register.purpose or purposes.get(register.purpose).basis != "consent":
        return None
    people = {key for keys in meant.found.get("person", {}).values() for key in keys}
    people |= {str(row.person_id) for row in named if row.person_id is not None}
    in_force = Consent.objects.filter(
        person_id__in=people, purpose=register.purpose, withdrawn_at__isnull=True
    )
    return {str(key) for key in in_force.values_list("person_id", flat=True)}


def _unagreed(register: Register, said: dict[str, Any], agreed: Collection[str] | None) -> list[Wrong]:
    person: Column | None = register.filling("person")
    if agreed is None or person is None or said.get(person.name) in {None, *agreed}:
        return []
    return [Wrong(person.name, _NO_CONSENT)]
