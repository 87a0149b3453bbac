"""What each row of a sheet would be: its values, or what is wrong with it. Nothing is written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from zhijia.registers.services.sheets.reading import Line
from zhijia.registry.models import Consent, Union

_TWICE = _("This stands in the sheet, or on the list, already.")
_LOST = _("This is a formula without its result. Copy the values and send the sheet again.")
_NO_CONSENT = _("This person has not agreed to it. Ask them first.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row of the sheet, at one of its fields, or none for the whole row."""

    number: int
    field: str
    words: Any


@dataclass(frozen=True, slots=True)
class Judged:
    """The values of the rows that are good, in the order of the sheet, and the mistakes of the others."""

    good: list[dict[str, Any]]
    mistakes: list[Mistake]

    @property
    def wrong(self) -> int:
        """How many rows are wrong."""
        return len({mistake.number for mistake in self.mistakes})


def judge(kept: Kept, union: Union, lines: Sequence[Line], at: datetime) -> Judged:
    """Each row as it would be at this union: a few statements for all of them."""
    register, day = kept.definition, days.business_day(at)
    meant = meaning.of(register, union, [line.texts for line in lines], day)

    def known(kind: str, value: str) -> bool:
        return not _is_list(register, kind) or codes.holds(kind, value, day)

    taken = _Taken(kept)
    agreed = _agreed(register, meant)
    good: list[dict[str, Any]] = []
    mistakes: list[Mistake] = []
    for line in lines:
        typed, wrong = _typed(register, meant, line)
        said: dict[str, Any] = {}
        try:
            given, unread = values.read(register, typed, known=known)
            said = writing.judged(register, given, [*wrong, *unread], before={}, at=at, union=union).values
        except NotTaken as refusal:
            wrong = list(refusal.wrong)
        else:
            wrong = [*taken.twice(said), *_unagreed(register, said, agreed)]
        if wrong:
            mistakes += [Mistake(line.number, one.name, one.words) for one in wrong]
        else:
            good.append(said)
    return Judged(good, mistakes)


class _Taken:
    """What stands once, on the list already or above in the sheet."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.once = [column for column in kept.definition.fields if column.once]
        open_rows = Row.objects.filter(register_id=kept.id, ended_on__isnull=True)
        self.seen: dict[str, set[Any]] = {
            column.name: set(open_rows.values_list(kept.slots[column.name], flat=True))
            for column in self.once
        }

    def twice(self, said: dict[str, Any]) -> list[Wrong]:
        """The fields in which this row says what another says."""
        found = []
        for column in self.once:
            value = shaping.typed(column, said.get(column.name))
            if value is not None and value in self.seen[column.name]:
                found.append(Wrong(column.name, _TWICE))
            self.seen[column.name].add(value)
        return found


def _typed(register: Register, meant: meaning.Meant, line: Line) -> tuple[dict[str, Any], list[Wrong]]:
    typed: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, text in line.texts.items():
        if text == sheets.LOST:
            wrong.append(Wrong(name, _LOST))
            continue
        typed[name], mistake = meant.typed(register.by_name[name], text)
        if mistake is not None:
            wrong.append(mistake)
    return typed, wrong


def _is_list(register: Register, kind: str) -> bool:
    return any(column.code_list == kind for column in register.fields if column.code_list)


def _agreed(register: Register, meant: meaning.Meant) -> Collection[str] | None:
    """Of the people named those who agreed to the list's purpose; none where it asks no consent (PI-01)."""
    person = register.filling("person")
    if person is None or not register.purpose or purposes.get(register.purpose).basis != "consent":
        return None
    people = {key for keys in meant.found.get("person", {}).values() for key in keys}
    in_force = Consent.objects.filter(
        person_id__in=people, purpose=register.purpose, withdrawn_at__isnull=True
    )
    return {str(key) for key in in_force.values_list("person_id", flat=True)}


def _unagreed(register: Register, said: dict[str, Any], agreed: Collection[str] | None) -> list[Wrong]:
    person: Column | None = register.filling("person")
    if agreed is None or person is None or said.get(person.name) in {None, *agreed}:
        return []
    return [Wrong(person.name, _NO_CONSENT)]
