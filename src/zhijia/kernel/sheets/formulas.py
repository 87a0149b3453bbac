"""Formulas saved without their result: the cell reader shows them as empty, and nobody would know.

Reads the sheet's markup itself, in one pass. Runs in the child alone, after the guard has refused entities.
"""

import re
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_LONGEST = 32
_STEP = 1 << 18
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def lost_cells(file: BinaryIO, sheet: str) -> dict[int, set[int]]:
    """The columns of such cells by row, both from 0; empty for a file that is no new workbook."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return {}
    with zipfile.ZipFile(file) as archive:
        part = _part(archive, sheet)
        return _scan(archive, part) if part in archive.namelist() and _has_formula(archive, part) else {}


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The entry in which this sheet's cells stand."""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  the guard refused entities
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for entry in workbook.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


class _Cells:
    """Listens to the markup of one sheet and keeps the cells that have a formula and no value."""

    def __init__(self) -> None:
        self.found: dict[int, set[int]] = {}
        self._place = self._inside = ""
        self._formula = self._value = False

    def start(self, name: str, attributes: Mapping[str, Any]) -> None:
        self._inside = name
        if name == "c":
            self._place, self._formula, self._value = attributes.get("r", ""), False, False
        elif name == "f":
            self._formula = True

    def text(self, words: str) -> None:
        if self._inside == "v" and words:
            self._value = True

    def end(self, name: str) -> None:
        self._inside = ""
        if name == "c" and self._formula and not self._value and (cell := _CELL.fullmatch(self._place)):
            self.found.setdefault(int(cell[2]) - 1, set()).add(_column(cell[1]))


def _has_formula(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether there is any: most rosters have none and are not parsed twice."""
    tail = b""
    with archive.open(part) as markup:
        while step := markup.read(_STEP):
            if _FORMULA.search(tail + step):
                return True
            tail = step[-_LONGEST:]
    return False


def _scan(archive: zipfile.ZipFile, part: str) -> dict[int, set[int]]:
    cells = _Cells()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = cells.start, cells.end
    parser.CharacterDataHandler = cells.text
    with archive.open(part) as markup:
        parser.ParseFile(markup)
    return cells.found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
