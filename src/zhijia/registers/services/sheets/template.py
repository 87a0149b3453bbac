"""A workbook to fill in for a list: headings, a sample row, drop-downs, and a sheet that explains each column."""

import io
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.catalogue import codes
from zhijia.catalogue.register_rules import Column, Register
from zhijia.registers.services.sheets.headings import columns
from zhijia.registry.services.imports.rules import SAMPLES

ROWS = 5000
"""Rows that have drop-downs and are formatted as text; a sheet may have more."""
WIDTH = 22
ANYTHING = "…"
"""What stands in the sample row for a text: no heading, so that the row is none."""
_SAMPLE = {
    "whole": "12",
    "money": "1200.50",
    "date": "2026-11-21",
    "mobile": "16900000001",
    "point": "31.8206, 117.2272",
}


def workbook(register: Register, day: date) -> bytes:
    """The template in the reader's language, with the codes of the day."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as book:
        _rows(book, register, day)
        _notes(book, register)
    return content.getvalue()


def offered(column: Column, day: date) -> list[str]:
    """The words a cell may hold, where the field lists them."""
    if column.type == "yes_no":
        return [_("Yes"), _("No")]
    if column.type == "code":
        return [str(label) for _code, label in codes.options(column.code_list, day)]
    return [str(choice.label) for choice in column.choices]


def _rows(book: xlsxwriter.Workbook, register: Register, day: date) -> None:
    page = book.add_worksheet(_("Rows"))
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE2", "bottom": 1, "num_format": "@"})
    grey = book.add_format({"font_color": "#6B6B6B", "italic": True, "num_format": "@"})
    page.freeze_panes(1, 0)
    lists = book.add_worksheet(_("Words"))
    sample = SAMPLES[0] if (get_language() or "zh").startswith("zh") else SAMPLES[1]
    for place, column in enumerate(columns(register)):
        words = offered(column, day)
        page.set_column(place, place, WIDTH, text)
        page.write_string(0, place, f"{column.label}{'*' if column.is_needed else ''}", bold)
        shown = words[0] if words else _SAMPLE.get(column.type, ANYTHING)
        page.write_string(1, place, f"{'' if place else sample}{shown}", grey)
        if words and column.type != "choices":
            _drop_down(page, lists, place, words)
    lists.hide()


def _drop_down(page: Any, lists: Any, place: int, words: list[str]) -> None:
    """The words stand on a hidden sheet: a drop-down may not hold more than 255 characters itself."""
    lists.write_column(1, place, words)
    source = xlsxwriter.utility.xl_range_abs(1, place, len(words), place)
    page.data_validation(
        2, place, ROWS, place, {"validate": "list", "source": f"='{lists.get_name()}'!{source}"}
    )


def _notes(book: xlsxwriter.Workbook, register: Register) -> None:
    page = book.add_worksheet(_("Notes"))
    page.set_column(0, 0, WIDTH)
    page.set_column(1, 1, 90)
    bold = book.add_format({"bold": True})
    lines = [
        (str(register.label), str(register.guidance)),
        (_("How to fill it in"), _("One entry in each row. Columns marked * must be filled in.")),
        (_("Days"), _("Write days like 2020-01-31.")),
        (_("Sample row"), _("The grey row is a sample. It is left out when the sheet is read.")),
        *((str(column.label), _told(column)) for column in columns(register)),
    ]
    for row, (title, sentence) in enumerate(lines):
        page.write_string(row, 0, title, bold)
        page.write_string(row, 1, sentence)


def _told(column: Column) -> str:
    if column.hint is not None:
        return str(column.hint)
    if column.type == "choices":
        words = "、".join(str(choice.label) for choice in column.choices)
        return _("Several of these, with a comma between: %(words)s") % {"words": words}
    sentences = {
        "person": _("The name of a member of your union, or the member number where several have that name."),
        "employer": _("The name or the credit code of an employer your union covers."),
        "union": _("The name or the code of a union under yours."),
        "division": _("The name or the code (12 digits) of a place."),
        "row": _("The title or the number of an entry of that list."),
        "money": _("Yuan, for example 1200 or 1200.50."),
        "date": _("Write days like 2020-01-31."),
        "point": _("Latitude and longitude, for example 31.8206, 117.2272."),
    }
    return str(sentences.get(column.type, ""))
