"""From the file a union sent to columns of text with the numbers of their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhijia.catalogue import parameters
from zhijia.kernel import sheets
from zhijia.registry.models import Union
from zhijia.registry.services.imports import fields, headers, rules


class Unreadable(Exception):
    """The file cannot be taken as a roster; `code` names a sentence of `words`, after it stands the line it is about,
    where there is one ("quote_open 12")."""

    def __init__(self, code: str, line: int = 0) -> None:
        self.code = f"{code} {line}" if line else code
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as it was read and checked: the table, its header, the sheet's number of each row, what was
    found, and how many sample rows of our template were left out."""

    table: sheets.Table
    header: headers.Header
    numbers: list[int]
    texts: Mapping[str, list[str]]
    checked: rules.Checked
    samples: int

    @property
    def header_end(self) -> int:
        """The number of the last row of the header, as a reader of the sheet counts."""
        return self.table.first_row + self.header.first_row - 1


def read(path: Path, *, union: Union, day: date) -> Roster:
    """Read and check a roster for this union on this business day. Raises Unreadable."""
    names = fields.names()
    try:
        table = sheets.read_table(
            path, limits=limits(day), headings=[name for all_names in names.values() for name in all_names]
        )
        header = headers.find(_first(table), names, fields.needed())
    except sheets.SheetError as error:
        raise Unreadable(error.code, error.line) from error
    except headers.NoHeader as error:
        raise Unreadable(error.code) from error
    numbers, texts, samples = _columns(table, header)
    if not numbers:
        raise Unreadable("no_rows")
    checked = rules.check(texts, fields.specs(texts, day), fields.terms(union.division, day))
    return Roster(table, header, numbers, texts, checked, samples)


def limits(day: date) -> sheets.Limits:
    """How much of a file is read, as the federation decided."""

    def most(name: str) -> int:
        return int(parameters.value(f"import.{name}", day=day))

    return sheets.Limits(
        max_bytes=most("max_bytes"),
        max_unpacked_bytes=most("max_unpacked_bytes"),
        max_rows=most("max_rows"),
        max_columns=most("max_columns"),
        seconds=most("read_seconds"),
    )


def _first(table: sheets.Table) -> list[list[str]]:
    found = []
    for row in table.rows:
        found.append(row)
        if len(found) > headers.LOOKED_AT:
            break
    return found


def _columns(table: sheets.Table, header: headers.Header) -> tuple[list[int], dict[str, list[str]], int]:
    """The numbers of the rows with somebody in them, their texts by field, and how many rows were the sample of our
    own template, which is nobody."""
    numbers: list[int] = []
    samples = 0
    places = list(header.columns.items())
    texts: dict[str, list[str]] = {field: [] for field, _ in places}
    name = header.columns["name"]
    below = table.first_row + header.first_row
    for number, row in enumerate(table.rows, table.first_row):
        if number < below or not any(cell.strip() for cell in row):
            continue
        if name < len(row) and rules.is_sample(row[name]):
            samples += 1
            continue
        numbers.append(number)
        width = len(row)
        for field, place in places:
            texts[field].append(row[place] if place < width else "")
    return numbers, texts, samples
