"""Tables we hand out: numbers, amounts and days are what they are, all else is text, nothing is a formula."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from zhijia.kernel.sheets import cells
from zhijia.kernel.sheets.cells import Cell

WIDTH = 18
SIGNED = "职家 Zhijia"
"""Who wrote the comment in a cell."""

WORST = "FFD9D0"
"""The fill of a cell somebody has to mend."""
SHEET_ROWS = 1_000_000
"""Rows of a sheet; Excel has room for 1,048,576. What is longer goes on in a further sheet."""
PART_ROWS = 50_000
"""Rows of a typed table held at once."""
MEASURED = 200
"""Rows by which the width of a column is told."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_workbook(
    path: Path | str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "Sheet1",
    notes: Mapping[tuple[int, int], str] | None = None,
    about: tuple[str, Sequence[tuple[str, str]]] | None = None,
) -> None:
    """A workbook with the header frozen and columns as wide as what stands in them. A text stays text whatever it
    looks like; numbers, amounts, days and moments can be ordered and added up. One sheet, and more of them beyond
    `SHEET_ROWS` rows.

    `notes` are sentences for cells by (row, column), row 0 being the first under the header: the cell is
    coloured and carries the sentence as a comment. `about` is what the file says of itself: the name of a last
    sheet and its lines; they stand in the file's properties and on each printed page too. Rows are streamed."""
    import xlsxwriter  # loaded only by those who write

    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as book:
        formats = {kind: book.add_format({"num_format": said}) for kind, said in cells.FORMATS.items()}
        bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        wrong = book.add_format({"num_format": "@", "bg_color": f"#{WORST}"})
        for name, part in _sheets(rows, sheet):
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            if about:
                page.set_footer(
                    "&C&8 " + "  ".join(words for _title, words in about[1]).replace("&", "&&")[:240]
                )
            for column, cell in enumerate(header):
                page.write_string(0, column, cell, bold)
            columns = _Columns(header)
            for number, row in enumerate(part):
                columns.look_at(number, row)
                for column, value in enumerate(row):
                    sentence = notes.get((number, column)) if notes else None
                    if sentence:
                        page.write_string(number + 1, column, cells.plain(value), wrong)
                        page.write_comment(number + 1, column, sentence, {"x_scale": 2, "author": SIGNED})
                    else:
                        _put(page, number + 1, column, value, formats)
            for column, (wide, kind) in enumerate(columns.told()):
                page.set_column(column, column, wide, formats[kind])
        if about:
            _about(book, about[0], about[1], bold)


class _Columns:
    """How wide each column is and what stands in it, by the header and the first rows."""

    def __init__(self, header: Sequence[str]) -> None:
        self._widths = [cells.width(cell) for cell in header]
        self._kinds = [""] * len(header)

    def look_at(self, number: int, row: Sequence[Cell]) -> None:
        """Count a row in, as long as it is among the first."""
        if number >= MEASURED:
            return
        for column, cell in enumerate(row[: len(self._widths)]):
            if cell is not None:
                said = cells.width(cells.plain(cell)) + (3 if cells.kind(cell) == "money" else 0)
                self._widths[column] = max(self._widths[column], said)
                self._kinds[column] = self._kinds[column] or cells.kind(cell)

    def told(self) -> Iterator[tuple[int, str]]:
        """(width, kind) of each column; one of which nothing is known is text."""
        for wide, kind in zip(self._widths, self._kinds, strict=True):
            yield min(max(wide + 2, cells.NARROWEST), cells.WIDEST), kind or "text"


def _put(page: Any, row: int, column: int, cell: Cell, formats: Mapping[str, Any]) -> None:
    """One cell as its kind. A text is written as one, so that nothing in it runs; where nothing stands, nothing is."""
    kind = cells.kind(cell)
    if cell is None:
        return
    if kind == "text":
        page.write_string(row, column, cells.plain(cell), formats[kind])
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cells.local(cell), formats[kind])
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats[kind])
    else:
        page.write_number(row, column, cell, formats[kind])


def write_csv(
    path: Path | str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    about: Sequence[tuple[str, str]] = (),
) -> None:
    """A text table in UTF-8 with the mark Excel needs; texts that a spreadsheet would run are made text. What the
    file says of itself (`about`) stands above the header, each line behind a #."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([safe_cell(f"# {title}: {words}")] for title, words in about)
        writer.writerow([safe_cell(cell) for cell in header])
        writer.writerows(
            [safe_cell(cell) if isinstance(cell, str) else cells.plain(cell) for cell in row] for row in rows
        )


def write_parquet(
    path: Path | str,
    columns: Mapping[str, Any],
    rows: Iterable[Sequence[Any]],
    *,
    about: Sequence[tuple[str, str]] = (),
) -> None:
    """A typed table: `columns` are polars types by name. What the file says of itself stands in its metadata.

    Rows are taken in this thread and laid down in parts, so that memory does not grow with them."""
    import polars

    path = Path(path)
    rows = iter(rows)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        parts: list[Path] = []
        while (part := list(islice(rows, PART_ROWS))) or not parts:
            frame = polars.DataFrame(part, schema=dict(columns), orient="row")
            parts.append(Path(folder) / f"{len(parts)}.parquet")
            frame.write_parquet(parts[-1])
        polars.scan_parquet(parts).sink_parquet(path, metadata=dict(about), engine="streaming")


def _sheets(rows: Iterable[Sequence[Cell]], name: str) -> Iterator[tuple[str, Iterable[Sequence[Cell]]]]:
    """The rows cut into sheets, each taken before the next is asked for; an empty table is one empty sheet."""
    rows, number = iter(rows), 1
    yield name[:31], islice(rows, SHEET_ROWS)
    while (first := next(rows, None)) is not None:
        number += 1
        yield f"{name[:26]} {number}", chain([first], islice(rows, SHEET_ROWS - 1))


def _about(book: Any, name: str, lines: Sequence[tuple[str, str]], bold: Any) -> None:
    book.set_properties({"author": SIGNED, "comments": "\n".join(": ".join(line) for line in lines)})
    page = book.add_worksheet(name[:31])
    page.set_column(0, 1, WIDTH * 2)
    for row, (title, words) in enumerate(lines):
        page.write_string(row, 0, title, bold)
        page.write_string(row, 1, words)


def safe_cell(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet could take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
