"""Errors written back into the workbook they were found in: the wrong rows stay, each bad cell says what to
do."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from zhijia.kernel.sheets.errors import LOST, Limits, SheetError
from zhijia.kernel.sheets.reading import Table, run_child
from zhijia.kernel.sheets.writing import SIGNED, WORST, write_workbook

LARGEST = 8 * 1024**2
"""Bytes of a workbook that is still kept as it is; rows of a larger one go into a new workbook."""


def mark_errors(
    table: Table,
    source: Path | str,
    target: Path | str,
    errors: Mapping[tuple[int, int], str],
    *,
    header_end: int,
    limits: Limits,
) -> None:
    """Write `target`: the workbook as it was sent with its header and only the wrong rows, a comment and a
    fill in each bad cell. For other kinds of file, and for a workbook too large to be kept whole, a new
    workbook.

    `errors` are sentences by (number of the row in the sheet, from 1; column, from 0); `header_end` is the
    number of the last row of the header. Raises SheetError."""
    if table.kind == "xlsx" and Path(source).stat().st_size <= LARGEST:
        try:
            _mark_in_child(table, Path(source), Path(target), errors, header_end, limits)
            return
        except SheetError as error:
            if error.code not in ("too_much_inside", "too_slow", "broken"):
                raise
    _write_new(table, Path(target), errors, header_end)


def mark(
    file: BinaryIO, target: Path, sheet: str, header_end: int, errors: list[tuple[int, int, str]]
) -> None:
    """The work of the child: formulas become their results, other sheets stay as they are."""
    import openpyxl  # loaded only in the child
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
        page = book[sheet]
    except (KeyError, ValueError, TypeError, AttributeError, OSError):
        raise SheetError("broken") from None
    fill = PatternFill("solid", start_color=WORST)
    for row, column, sentence in errors:
        cell = page.cell(row, column + 1)
        if hasattr(cell, "comment") and not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.comment, cell.fill = Comment(sentence, SIGNED, height=90, width=260), fill
    _keep_rows(page, header_end, sorted({row for row, _, _ in errors}))
    book.active = page
    book.save(target)


def _keep_rows(page: Any, header_end: int, kept: list[int]) -> None:
    """Draw the kept rows together under the header. What spans rows below it (merges, tables, filters)
    goes."""
    places = {row: row for row in range(1, header_end + 1)} | {
        row: header_end + count for count, row in enumerate(kept, 1)
    }
    for merge in list(page.merged_cells.ranges):
        if merge.max_row > header_end:
            page.unmerge_cells(str(merge))
    cells = {}
    for (row, column), cell in page._cells.items():
        if row in places:
            cell.row = places[row]
            cells[places[row], column] = cell
    page._cells = cells
    heights = {places[row]: size.height for row, size in page.row_dimensions.items() if row in places}
    page.row_dimensions.clear()
    for row, height in heights.items():
        page.row_dimensions[row].height = height
    for name in list(page.tables):
        del page.tables[name]
    page.auto_filter.ref = None


def _mark_in_child(
    table: Table,
    source: Path,
    target: Path,
    errors: Mapping[tuple[int, int], str],
    header_end: int,
    limits: Limits,
) -> None:
    cells = [(row, column, sentence) for (row, column), sentence in sorted(errors.items())]
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as told,
        tempfile.TemporaryFile() as out,
    ):
        json.dump({"header": header_end, "cells": cells}, told)
        told.flush()
        with open(source, "rb") as file:
            job = {"errors": told.name, "target": str(target.resolve()), "sheet": table.sheet}
            run_child(file, out, limits, job)


def _write_new(table: Table, target: Path, errors: Mapping[tuple[int, int], str], header_end: int) -> None:
    order = {row: place for place, row in enumerate(sorted({row for row, _ in errors}))}
    header = [""]
    for number, row in enumerate(table.rows, table.first_row):
        if number == header_end:
            header = row
            break
    widest: dict[int, int] = {}
    for place, column in errors:
        widest[place] = max(widest.get(place, 0), column + 1)
    wrong = (
        ["" if cell == LOST else cell for cell in row] + [""] * (widest[number] - len(row))
        for number, row in enumerate(table.rows, table.first_row)
        if number in order
    )
    notes = {(order[row], column): sentence for (row, column), sentence in errors.items()}
    write_workbook(target, header, wrong, notes=notes, sheet=table.sheet or "Sheet1")
