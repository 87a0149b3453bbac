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


def rows(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of the text. Raises SheetError: `encoding`, `cut_off` (half a character at the end),
    `broken`."""
    file.seek(0)
    text = decode(file.read())
    if "\x00" in text:
        raise SheetError("not_a_sheet")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    except csv.Error:
        raise SheetError("broken") from None


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
