"""Which column is which: headings matched by what people call the fields, in any order and either language.

Pure: it is handed the first rows of the sheet and the names of the fields.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNION = ("工会编码", "工会代码", "所属工会编码", "工会组织编码", "union code", "code of the union")
"""What people write above the code of each row's union, in files of many unions."""
HIGHEST = 3
"""Rows a header may have."""
LOOKED_AT = 12
"""Rows in which the header may stand: a title and some words to the reader often come first."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕")
_NOT_WORDS = re.compile(r"[\W_]+")
_REQUIRED_MARK = re.compile(r"必填|选填|required|optional")


class NoHeader(Exception):
    """The sheet cannot be read as a roster; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header ends, the column of each field found, and the headings nobody knows.

    `first_row` is the position of the first row of people.
    """

    first_row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]


def heading(text: str) -> str:
    """A heading as it is compared: '身份证号码（必填）*' and '身份证 号码' are one."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return _REQUIRED_MARK.sub("", _NOT_WORDS.sub("", _ASIDE.sub("", narrow)))


def find(rows: Sequence[Sequence[str]], names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Header:
    """The header among the first rows; `names` are the headings people write for each field, best first.

    A header over up to three rows (groups merged over their columns, or headings merged downwards) is read as one.
    Raises NoHeader: `sheet_empty`, `no_header`, and for a needed field `no_<field>_column` or
    `<field>_column_twice`.
    """
    filled = [place for place, row in enumerate(rows[:LOOKED_AT]) if any(cell.strip() for cell in row)]
    if not filled:
        raise NoHeader("sheet_empty")
    known = {heading(name): field for field, all_names in names.items() for name in all_names}
    hits = {place: {known[h] for cell in rows[place] if (h := heading(cell)) in known} for place in filled}
    best = max(filled, key=lambda place: (len(hits[place] & set(needed)), len(hits[place]), -place))
    if not hits[best]:
        raise NoHeader("no_header")
    cells = _merged(rows[best], (), rows[best - 1] if best else (), known)
    below = best + 1
    while below < min(best + HIGHEST, len(rows)) and _goes_on(cells, rows[below], known):
        cells = _merged(cells, rows[below], (), known)
        below += 1
    for field in needed:
        _once(field, cells, known)
    columns = {field: column for field in names if (column := _column(cells, names[field])) is not None}
    taken = set(columns.values())
    unknown = tuple(
        cell.strip()[:40] for place, cell in enumerate(cells) if cell.strip() and place not in taken
    )
    return Header(below, columns, unknown)


def _goes_on(row: Sequence[str], below: Sequence[str], known: Mapping[str, str]) -> bool:
    """Whether the next row belongs to the header: it names fields, only where this one names none or the same (a
    heading merged downwards stands in every row it covers)."""
    found = [(place, known[h]) for place, cell in enumerate(below) if (h := heading(cell)) in known]
    above = {place: known.get(heading(cell)) for place, cell in enumerate(row)}
    return bool(found) and all(above.get(place) in (None, field) for place, field in found)


def _merged(
    row: Sequence[str], below: Sequence[str], above: Sequence[str], known: Mapping[str, str]
) -> list[str]:
    """One heading a column: the one we know of this row, the row below and the row above, else this row's."""
    width = max(len(row), len(below), len(above))

    def cell(cells: Sequence[str], place: int) -> str:
        return cells[place] if place < len(cells) else ""

    merged = []
    for place in range(width):
        tries = [cell(row, place), cell(below, place), cell(above, place)]
        merged.append(next((text for text in tries if heading(text) in known), tries[0]))
    return merged


def _once(field: str, cells: Sequence[str], known: Mapping[str, str]) -> None:
    found = [heading(cell) for cell in cells if known.get(heading(cell)) == field]
    if not found:
        raise NoHeader(f"no_{field}_column")
    if len(found) != len(set(found)):
        raise NoHeader(f"{field}_column_twice")


def _column(cells: Sequence[str], names: Sequence[str]) -> int | None:
    """The first column that carries the best of the names."""
    headings = [heading(cell) for cell in cells]
    return next((headings.index(h) for name in names if (h := heading(name)) in headings), None)
