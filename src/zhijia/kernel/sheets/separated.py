"""Tables in plain text: UTF-8 with or without a mark, UTF-16 as Excel writes it, GB18030; comma, tab,
semicolon."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from zhijia.kernel.sheets.errors import SheetError

SEPARATORS = ",\t;"
LOOKED_AT = 20
"""Lines that tell the separator."""
MOST_BREAKS = 8
"""Line breaks in one cell that somebody may have typed."""


def rows(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of the text. Raises SheetError: `encoding`, `cut_off` (half a character at the end), `quote_open`
    with the line of a quote that swallows the lines below it, `cell_too_long`, `broken`.

    A cell in quotes may hold some line breaks (Alt+Enter). One that ends with the file, reaches over more lines than
    anybody types into a cell, or holds as many separators as a row has, is a quote somebody forgot to close: what it
    swallowed are people."""
    file.seek(0)
    text = decode(file.read())
    if "\x00" in text:
        raise SheetError("not_a_sheet")
    sign = separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    begins, width = 1, 0
    try:
        for row in reader:
            if reader.line_num > begins and swallows(row, sign, width):
                raise SheetError("quote_open", begins)
            yield row
            begins, width = reader.line_num + 1, max(width, len(row))
    except csv.Error as error:
        if "field larger" in str(error):
            raise SheetError("quote_open" if reader.line_num > begins else "cell_too_long", begins) from None
        raise SheetError("quote_open" if _is_quote(error) else "broken", begins) from None


def swallows(row: list[str], sign: str, width: int) -> bool:
    """Whether a cell of this row over several lines holds rows: too many lines, or all the separators of a row
    (from a cell to the one below it there are just as many)."""
    return any(
        len(lines) - 1 > MOST_BREAKS or (sign in cell and cell.count(sign) >= width - 1)
        for cell in row
        if len(lines := cell.splitlines()) > 1
    )


def _is_quote(error: csv.Error) -> bool:
    """Whether the reader met a quote that is not closed, or closed in the middle of a cell."""
    return "unexpected end of data" in str(error) or "expected after" in str(error)


def decode(content: bytes) -> str:
    """The text, whichever of the encodings it is in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16")
    try:
        return content.decode("utf-8-sig").rstrip("\x1a")
    except UnicodeDecodeError as error:
        ends_early = error.reason == "unexpected end of data"
        if ends_early and not content[: error.start].isascii():
            raise SheetError("cut_off") from None
    return _decode(content, "gb18030").rstrip("\x1a")


def separator(text: str) -> str:
    """The sign that parts most of the first lines into the most columns."""
    lines = text[: LOOKED_AT * 2000].splitlines()[:LOOKED_AT]

    def columns(sign: str) -> int:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        return max(widths, key=lambda width: (width > 1, widths[width], width), default=0)

    return max(SEPARATORS, key=columns)


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        at_the_end = error.end >= len(content) and (
            "incomplete" in error.reason or "truncated" in error.reason
        )
        raise SheetError("cut_off" if at_the_end else "encoding") from None
