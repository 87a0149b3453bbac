"""Our own workbook to fill in: headings, a sample row, drop-downs, and a sheet that explains each column."""

import io
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from zhijia.catalogue import codes, fields, standards
from zhijia.registry.services.imports.fields import FREE
from zhijia.registry.services.imports.rules import SAMPLES

ROWS = 5000
"""Rows that have drop-downs and are formatted as text; a roster may have more."""
WIDTH = 22
SAMPLE = dict(zip(("zh", "en"), SAMPLES, strict=True))
"""What the name of the sample row begins with: the row is nobody and is left out."""


def workbook(*, day: date, language: str, many: bool = False) -> bytes:
    """The template as an Excel file in this language, with the code lists of the day.

    `many`: with a last column for the code of each row's union, for whoever sends the members of many.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as book:
        _sheet(book, day, "zh" if language.startswith("zh") else "en", many=many)
        _notes(book, many=many)
    return content.getvalue()


def _sheet(book: xlsxwriter.Workbook, day: date, language: str, *, many: bool) -> None:
    page = book.add_worksheet(_("Roster"))
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE2", "bottom": 1, "num_format": "@"})
    grey = book.add_format({"font_color": "#6B6B6B", "italic": True, "num_format": "@"})
    page.freeze_panes(1, 0)
    lists = book.add_worksheet(_("Lists"))
    for column, rule in enumerate(fields.roster()):
        if rule.roster is None:
            continue
        page.set_column(column, column, WIDTH, text)
        page.write_string(0, column, f"{rule.label}{'*' if rule.roster.required else ''}", bold)
        before = SAMPLE[language] if rule.code == "name" else ""
        page.write_string(1, column, f"{before}{rule.roster.example}", grey)
        words = [label for _code, label in codes.options(rule.code_list, day)] if rule.code_list else []
        if rule.type == "yes_no":
            words = [_("Yes"), _("No")]
        if words:
            _drop_down(page, lists, column, str(rule.label), words, strict=rule.code not in FREE)
    if many:
        last = len(fields.roster())
        page.set_column(last, last, WIDTH, text)
        page.write_string(0, last, f"{_('Code of the union')}*", bold)
    lists.hide()


def _drop_down(
    page: object, lists: object, column: int, title: str, words: list[str], *, strict: bool
) -> None:
    """The words stand on a hidden sheet: a drop-down may not hold more than 255 characters itself."""
    lists.write_string(0, column, title)  # type: ignore[attr-defined]
    lists.write_column(1, column, words)  # type: ignore[attr-defined]
    place = xlsxwriter.utility.xl_range_abs(1, column, len(words), column)
    page.data_validation(  # type: ignore[attr-defined]
        2,
        column,
        ROWS,
        column,
        {
            "validate": "list",
            "source": f"='{lists.get_name()}'!{place}",  # type: ignore[attr-defined]
            "error_type": "stop" if strict else "information",
        },
    )


def _notes(book: xlsxwriter.Workbook, *, many: bool) -> None:
    page = book.add_worksheet(_("Notes"))
    page.set_column(0, 0, WIDTH)
    page.set_column(1, 1, 90)
    bold = book.add_format({"bold": True})
    lines = [
        (_("How to fill it in"), _("One person in each row. Columns marked * must be filled in.")),
        (_("Order"), _("Columns may stand in any order, and columns you do not need may be deleted.")),
        (_("Numbers"), _("The columns are text, so that long numbers keep all their digits. Paste values only.")),
        (_("Days"), _("Write days like 2020-01-31.")),
        (_("Sample row"), _("The grey row is a sample. It is left out when the roster is read.")),
        (_("A blank cell"), _("changes nothing of what is known already.")),
        (_("Data standard"), standards.version()),
    ]  # fmt: skip
    if many:
        told = _(
            "Each row names its union. Without this column all rows are members of the union you work for."
        )
        lines.insert(1, (_("Code of the union"), told))
    for row, (title, sentence) in enumerate(lines):
        page.write_string(row, 0, title, bold)
        page.write_string(row, 1, sentence)
