"""A roster as a workbook: the one to fill in, and reading what somebody filled in."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.utils.translation import gettext as _

from zhijia.catalogue import codes
from zhijia.catalogue.matter_rules import Question
from zhijia.kernel import sheets
from zhijia.kernel.errors import Refusal
from zhijia.registry.services.imports import reading, words


def template(roster: Question, day: date) -> bytes:
    """Our workbook for this roster: a heading for each column, and a sheet that says what goes into it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        about = [(str(column.label), _explained(column, day)) for column in roster.columns]
        sheets.write_workbook(
            path,
            [str(column.label) for column in roster.columns],
            [],
            sheet=_("List"),
            about=(_("Notes"), about),
        )
        return path.read_bytes()


def read(roster: Question, content: BinaryIO, day: date) -> tuple[list[dict[str, str]], list[int]]:
    """What was typed on each line, by column, and the number of its row in the sheet. Raises Refusal for what is no
    such list, with the headings that are missing."""
    limits = reading.limits(day)
    data = content.read(limits.max_bytes + 1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        path.write_bytes(data)
        try:
            table = sheets.read_table(path, limits=limits, headings=_headings(roster))
        except sheets.SheetError as error:
            raise Refusal("sheet", words.of_file(error.code, error.line)) from error
        return _rows(roster, table)


def _rows(roster: Question, table: sheets.Table) -> tuple[list[dict[str, str]], list[int]]:
    places: dict[int, str] = {}
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, cells in enumerate(table.rows, table.first_row):
        if not places:
            places = _columns(roster, cells)
        elif any(cell.strip() for cell in cells):
            rows.append({name: cells[place] for place, name in places.items() if place < len(cells)})
            numbers.append(number)
    there = set(places.values())
    missing = [str(column.label) for column in roster.columns if column.required and column.name not in there]
    if missing:
        raise Refusal(
            "headings_missing",
            _("These headings are missing: %(headings)s. Use the template.")
            % {"headings": "、".join(missing)},
        )
    return rows, numbers


def _columns(roster: Question, cells: Sequence[str]) -> dict[int, str]:
    """Which column stands where, when this row is the header: two known headings in it, or its only one."""
    known = {
        heading: column.name for column in roster.columns for heading in (column.label.zh, column.label.en)
    }
    found = {place: known[cell.strip()] for place, cell in enumerate(cells) if cell.strip() in known}
    return found if len(found) >= min(2, len(roster.columns)) else {}


def _headings(roster: Question) -> list[str]:
    return [heading for column in roster.columns for heading in (column.label.zh, column.label.en)]


def _explained(column: Question, day: date) -> str:
    choices = [str(one.label) for one in column.choices] or [
        label for _code, label in (codes.options(column.code_list, day) if column.code_list else ())
    ]
    kinds = {
        "person": _("The name, or the member number where several have that name."),
        "money": _("Yuan, for example 1200 or 1200.50."),
        "date": _("A day, for example 2026-11-21."),
        "yes_no": _("Yes or no."),
        "whole": _("A whole number in digits."),
    }
    said = [str(column.hint or ""), "、".join(choices), kinds.get(column.type, "")]
    return " ".join(words for words in [*said, "" if column.required else _("May be left empty.")] if words)
