"""Rows as they leave: masked, or in clear for a purpose where the person's data may be used for it (PI-01, PI-08)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from zhijia.catalogue import codes, divisions, purposes
from zhijia.kernel import masking
from zhijia.kernel.sheets import Cell
from zhijia.registry.models import Consent
from zhijia.registry.services.exports.tables import Column, Row
from zhijia.vault import services as vault

IDENTIFYING = ("register", "organisation")
"""What is held for the register tells whose row it is: it goes along in clear with any purpose."""
MET = 10_000
"""Words kept at most; people write others into a list that is only a help."""
_STAYS: dict[str, tuple[type, ...]] = {
    "moment": (datetime,),
    "date": (date,),
    "whole": (int,),
    "money": (Decimal,),
}
"""What a spreadsheet orders and adds up."""
MASKS: dict[str, Callable[[str], str]] = {
    "name": masking.name,
    "number": masking.number,
    "mobile": masking.mobile,
    "account": masking.account,
    "email": masking.email,
    "address": masking.address,
    "year": masking.year,
    "city": masking.city,
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a file shows: `clear` for a `purpose`, or everything masked."""

    clear: bool
    purpose: str

    def opens(self, column: Column) -> bool:
        """Whether the column may stand in clear at all."""
        return self.clear and column.purpose in (self.purpose, *IDENTIFYING)

    def kind(self, column: Column) -> str:
        """The type of the column in this file: what is masked is text."""
        return "text" if column.mask != "none" and not self.opens(column) else column.kind


def shown(columns: Sequence[Column], rows: Sequence[Row], sight: Sight) -> tuple[list[list[Any]], int]:
    """The rows' values by column, and how many of the rows are in clear. A handful of statements for all of them.

    Somebody who has not agreed to a purpose that rests on consent stays masked; a sensitive value that rests on
    consent is nothing without it."""
    agreed = _agreed(columns, rows, sight)
    clear = _clear(rows, sight, agreed)
    sealed = {
        column.code: _sealed(column, rows, clear if sight.opens(column) else set())
        for column in columns
        if column.vault
    }
    made = []
    for row in rows:
        in_clear = row.person_id in clear
        made.append([_cell(column, row, sight, in_clear, agreed, sealed) for column in columns])
    return made, len(clear)


def in_clear(rows: Sequence[Row], sight: Sight) -> set[UUID | None]:
    """Whose rows of these a file shows in clear. One statement where it rests on consent, none where on the law."""
    return _clear(rows, sight, _agreed((), rows, sight))


def told(column: Column, value: Any, kind: str, met: dict[tuple[str, str], str]) -> Cell:
    """A value as it stands in a sheet: codes and places in words, numbers, amounts, days and moments as they are.
    `met` keeps the words of the codes and places met so far in a file."""
    if value is None or value == "":
        return None
    if kind == "yes_no":
        return _("Yes") if value else _("No")
    if isinstance(value, _STAYS.get(kind, ())) and not column.code_list:
        return cast(Cell, value)
    text = str(value)
    if column.code_list or column.kind == "division":
        key = (column.code, text)
        if key not in met:
            if len(met) >= MET:
                met.clear()
            listed = column.code_list
            met[key] = codes.label(listed, text) if listed else divisions.full_name(text)
        return met[key]
    return text


def _cell(
    column: Column,
    row: Row,
    sight: Sight,
    in_clear: bool,
    agreed: set[tuple[UUID, str]],
    sealed: dict[str, dict[UUID, str]],
) -> Any:
    if column.by_consent and (row.person_id, column.purpose) not in agreed:
        return None
    if column.vault:
        return sealed[column.code].get(row.person_id) if row.person_id else None
    value = row.values.get(column.code)
    if value is None or column.mask == "none" or (in_clear and sight.opens(column)):
        return value
    # A typed column of a file in clear has no room for a masked text: of who did not agree it says nothing.
    return None if sight.opens(column) and column.kind == "date" else MASKS[column.mask](str(value))


def _clear(rows: Sequence[Row], sight: Sight, agreed: set[tuple[UUID, str]]) -> set[UUID | None]:
    return {row.person_id for row in rows if sight.clear and _may_show(sight, row, agreed)}


def _may_show(sight: Sight, row: Row, agreed: set[tuple[UUID, str]]) -> bool:
    if purposes.get(sight.purpose).basis == "statutory":
        return True
    return (row.person_id, sight.purpose) in agreed


def _sealed(column: Column, rows: Sequence[Row], clear: set[UUID | None]) -> dict[UUID, str]:
    people = [row.person_id for row in rows if row.person_id is not None]
    opened = vault.opened_many(column.vault, [person for person in people if person in clear])
    masked = vault.masked_many(column.vault, [person for person in people if person not in clear])
    return {**masked, **opened}


def _agreed(columns: Sequence[Column], rows: Sequence[Row], sight: Sight) -> set[tuple[UUID, str]]:
    """Which of these people agreed to which of the purposes this file is about."""
    asked = {column.purpose for column in columns if column.by_consent}
    if sight.clear and purposes.get(sight.purpose).basis == "consent":
        asked.add(sight.purpose)
    if not asked:
        return set()
    people = [row.person_id for row in rows if row.person_id is not None]
    given = Consent.objects.filter(person_id__in=people, purpose__in=asked, withdrawn_at__isnull=True)
    return set(given.values_list("person_id", "purpose"))
