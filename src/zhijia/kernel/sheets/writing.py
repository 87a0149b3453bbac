"""Tables we hand out: every cell is text, nothing is a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

WIDTH = 18
SIGNED = "职家 Zhijia"
"""Who wrote the comment in a cell."""

WORST = "FFD9D0"
"""The fill of a cell somebody has to mend."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_workbook(
    path: Path | str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    sheet: str = "Sheet1",
    notes: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """A workbook of one sheet with the header frozen; cells are text whatever they look like.

    `notes` are sentences for cells by (row, column), row 0 being the first under the header: the cell is
    coloured and carries the sentence as a comment. Rows are streamed."""
    import xlsxwriter  # loaded only by those who write

    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        wrong = book.add_format({"num_format": "@", "bg_color": f"#{WORST}"})
        page = book.add_worksheet(sheet[:31])
        page.set_column(0, max(len(header) - 1, 0), WIDTH, text)
        page.freeze_panes(1, 0)
        for column, cell in enumerate(header):
            page.write_string(0, column, cell, bold)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sentence = notes.get((number, column)) if notes else None
                page.write_string(number + 1, column, cell, wrong if sentence else text)
                if sentence:
                    page.write_comment(number + 1, column, sentence, {"x_scale": 2, "author": SIGNED})


def write_csv(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A text table in UTF-8 with the mark Excel needs; cells that a spreadsheet would run are made text."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(cell) for cell in header])
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def safe_cell(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet could take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
