"""The cells of a workbook as text. Runs in the child alone: parsers of foreign files never run in a
server."""

import datetime
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine

from zhijia.kernel.sheets import formulas
from zhijia.kernel.sheets.errors import LOST, SheetError

LOOKED_AT = 12
"""Rows in which a heading is looked for."""

NO_CHARACTER = "\ufffd"
"""What stands for a NUL: a sheet can spell one (`_x0000_`), and no register keeps one."""

_EXACT = 10**15
"""Spreadsheets keep fifteen digits: a number above has lost the rest."""

_UNREADABLE = (
    *(python_calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, expat.ExpatError),
    *(KeyError, ValueError, OSError),
)
_NOT_WORDS = re.compile(r"[\W_]+")


def read(file: BinaryIO, headings: Collection[str]) -> tuple[str, Iterator[list[str]]]:
    """The sheet with two of the headings near its top, else the first that is not empty: its name, and its
    rows from row 1. Raises SheetError."""
    try:
        file.seek(0)
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        sheet = _choose(workbook, {_word(heading) for heading in headings})
        lost = formulas.lost_cells(file, sheet.name)
    except python_calamine.PasswordError:
        raise SheetError("encrypted") from None
    except _UNREADABLE:
        raise SheetError("broken") from None
    return sheet.name, _rows(sheet, lost)


def text(value: object) -> str:
    """A cell as somebody would have typed it. Numbers too long for a spreadsheet keep their scientific form,
    so that a code whose last digits were lost is recognised as such."""
    if isinstance(value, str):
        return value.replace("\x00", NO_CHARACTER)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if abs(value) >= _EXACT:
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _choose(workbook: Any, wanted: set[str]) -> Any:
    """The first visible sheet that has two of the headings near its top; else the first with anything in
    it."""
    visible = [
        meta.name
        for meta in workbook.sheets_metadata
        if meta.visible == python_calamine.SheetVisibleEnum.Visible
        and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    first = None
    for name in visible or workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height == 0:
            continue
        first = first or sheet
        top = _head(sheet)
        if any(len({_word(cell) for cell in row} & wanted) >= 2 for row in top):
            return sheet
    if first is None:
        raise SheetError("sheet_empty")
    return first


def _head(sheet: Any) -> list[list[str]]:
    rows = []
    for row in sheet.iter_rows():
        rows.append([text(cell) for cell in row])
        if len(rows) == LOOKED_AT:
            break
    return rows


def _rows(sheet: Any, lost: Mapping[int, Collection[int]]) -> Iterator[list[str]]:
    """The rows from the first of the sheet. A cell merged downwards stands in every row it covers, a cell
    merged sideways in its first column; a formula without result is LOST."""
    merged: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            merged.setdefault(top, []).append((left, bottom))
    covered: dict[int, tuple[int, str]] = {}
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    for number, values in enumerate(sheet.iter_rows()):
        row = margin + [text(value) for value in values]
        for column in lost.get(number, ()):
            row += [""] * (column + 1 - len(row))
            row[column] = row[column] or LOST
        for column, (bottom, filling) in list(covered.items()):
            if number > bottom:
                del covered[column]
            else:
                row[column] = row[column] or filling
        for column, bottom in merged.get(number, ()):
            if column < len(row):
                covered[column] = (bottom, row[column])
        yield row


def _word(heading: str) -> str:
    return _NOT_WORDS.sub("", heading).casefold()
