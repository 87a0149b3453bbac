"""The rows of the list that the lines of a sheet name, and what an export says of each: a cell that says no more than
that changes nothing, be it masked or not."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.register_rules import Column
from zhijia.kernel import sheets
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.queries import cells
from zhijia.registers.services import changing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.sheets import headings
from zhijia.registers.services.sheets.reading import Line
from zhijia.registry.models import Union

_EMPTY = frozenset({""})
STARS = ("*", "＊")
_FORM = re.compile(r"L(\d{1,9})-(\d{1,18})")
_STRANGE = _("No row of this list has this reference. Leave the cell empty for a new row.")
_ELSEWHERE = _("Another union keeps this row. Send it from there.")
_TWICE = _("This row stands further up in the sheet already.")
LOST = _("This is a formula without its result. Copy the values and send the sheet again.")


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that lines name, by the numbers of the lines; what is wrong with the references of others; what an
    export may say in the cells of each row: the value, and it masked."""

    rows: Mapping[int, Row]
    wrong: Mapping[int, Any]
    told: Mapping[int, Mapping[str, frozenset[str]]]

    @property
    def digest(self) -> str:
        """Something else as soon as another row is named, or one of them was changed."""
        told = sorted(f"{row.pk} {row.version}" for row in self.rows.values())
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def leaves(self, number: int, name: str, text: str) -> bool:
        """Whether the cell of the line says what an export may say of its row."""
        return text.strip() in self.told[number].get(name, _EMPTY)


def reference(kept: Kept, number: int) -> str:
    """What names the row of this number, of this list and no other."""
    return f"L{kept.id}-{number}"


def of(kept: Kept, union: Union, lines: Sequence[Line]) -> Standing:
    """Which rows of the union these lines name, as far as whoever asks may see them."""
    asked = {line.number: line.reference for line in lines if line.reference.strip()}
    numbers = {number: meant for number, text in asked.items() if (meant := _number(kept, text)) is not None}
    there = Row.objects.filter(register_id=kept.id, number__in=set(numbers.values()))
    found = {row.number: row for row in there.defer("words")}
    rows: dict[int, Row] = {}
    wrong: dict[int, Any] = {}
    met: set[int] = set()
    for line, text in asked.items():
        row = found.get(numbers.get(line, 0))
        words = LOST if text == sheets.LOST else _unfit(row, union)
        if row is None or words is not None:
            wrong[line] = words or _STRANGE
        elif row.number in met:
            wrong[line] = _TWICE
        else:
            rows[line] = row
            met.add(row.number)
    return Standing(rows, wrong, _told(headings.columns(kept.definition), rows))


def is_masked(column: Column, text: str) -> bool:
    """Whether this can only be what an export shows instead of the value."""
    return column.type in cells.MASKS and any(star in text for star in STARS)


def _number(kept: Kept, text: str) -> int | None:
    form = _FORM.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    return int(form[2]) if form and int(form[1]) == kept.id else None


def _unfit(row: Row | None, union: Union) -> Any:
    """Why this row takes nothing from the sheet, a sentence; None where it does."""
    if row is None:
        return _STRANGE
    if row.union_id != union.pk:
        return _ELSEWHERE
    try:
        changing.require_open(row)
    except Refusal as refusal:
        return str(refusal)
    return None


def _told(columns: Sequence[Column], rows: Mapping[int, Row]) -> dict[int, dict[str, frozenset[str]]]:
    lines = cells.taken_along(columns, [row.values for row in rows.values()])
    return {
        number: {column.name: _either(column, cell) for column, cell in zip(columns, line, strict=True)}
        for number, line in zip(rows, lines, strict=True)
    }


def _either(column: Column, cell: Any) -> frozenset[str]:
    """What a file may hold of this cell, in clear or masked, however it keeps formulas out."""
    told = {sheets.plain(cell), cells.masked(column, cell)}
    return frozenset(form.strip() for text in told for form in (text, sheets.safe_cell(text)))
