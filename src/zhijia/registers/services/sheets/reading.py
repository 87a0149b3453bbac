"""From the file a union sent to what is written in the rows of a list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhijia.catalogue.register_rules import Register
from zhijia.kernel import sheets
from zhijia.registers.services.sheets import headings
from zhijia.registry.services.imports import headers
from zhijia.registry.services.imports.reading import Unreadable, limits
from zhijia.registry.services.imports.rules import SAMPLES


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet by its number there, what is written in it, by field, and the row of the list it names."""

    number: int
    texts: dict[str, str]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A sheet as it was read: its table, its header, its rows, how many samples were left out."""

    table: sheets.Table
    header: headers.Header
    lines: list[Line]
    samples: int

    @property
    def header_end(self) -> int:
        """The number of the last row of the header, as a reader of the sheet counts."""
        return self.table.first_row + self.header.first_row - 1


def read(path: Path, register: Register, day: date) -> Read:
    """The rows of the sheet. Raises Unreadable; where no column says which rows of the list these are, they are new: a
    column they need that is not there is `no_column:<field>`, what no sheet can say `needs_more:<field>`."""
    names = headings.names(register)
    try:
        known = [name for all_names in names.values() for name in all_names]
        table = sheets.read_table(path, limits=limits(day), headings=known)
        header = headers.find(_first(table), names, [])
    except sheets.SheetError as error:
        raise Unreadable(error.code, error.line) from error
    except headers.NoHeader as error:
        raise Unreadable(error.code) from error
    if headings.REFERENCE not in header.columns:
        _require_columns(register, header)
    lines, samples = _lines(table, header, set(register.by_name))
    if not lines:
        raise Unreadable("no_rows")
    return Read(table, header, lines, samples)


def _require_columns(register: Register, header: headers.Header) -> None:
    if lacking := headings.lacking(register):
        raise Unreadable(f"needs_more:{lacking[0].name}")
    for column in headings.columns(register):
        if column.is_needed and column.name not in header.columns:
            raise Unreadable(f"no_column:{column.name}")


def _first(table: sheets.Table) -> list[list[str]]:
    found = []
    for row in table.rows:
        found.append(row)
        if len(found) > headers.LOOKED_AT:
            break
    return found


def _lines(table: sheets.Table, header: headers.Header, fields: Collection[str]) -> tuple[list[Line], int]:
    lines: list[Line] = []
    samples = 0
    below = table.first_row + header.first_row
    for number, row in enumerate(table.rows, table.first_row):
        if number < below or not any(cell.strip() for cell in row):
            continue
        if any(cell.strip().startswith(SAMPLES) for cell in row):
            samples += 1
            continue
        texts = {name: row[place] if place < len(row) else "" for name, place in header.columns.items()}
        said = {name: text for name, text in texts.items() if name in fields}
        lines.append(Line(number, said, texts.get(headings.REFERENCE, "")))
    return lines, samples
