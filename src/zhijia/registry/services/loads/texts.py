"""Plain text in pieces that end where a row ends, and the rows of a piece as columns. Pure but for the file."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from zhijia.kernel import sheets
from zhijia.kernel.sheets import separated

LONGEST_CELL = 1 << 20
"""Bytes within which a quote is closed, or it is broken."""
HEAD = 1 << 18
"""Bytes at the top in which header and separator are looked for."""
UTF8, GB18030 = "utf-8", "gb18030"
_BOM = codecs.BOM_UTF8
_ENDS = b"\x1a"


class BrokenQuote(sheets.SheetError):
    """A quote is opened in this row of the sheet and not closed, or closed in the middle of a cell."""

    def __init__(self, row: int) -> None:
        super().__init__("quote_open")
        self.row = row


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: where it begins, how many bytes it has, the number of its first row in the sheet."""

    begins: int
    size: int
    first_row: int
    rows: int


def top(path: Path) -> tuple[list[list[str]], str]:
    """The first rows, and the sign between cells. Raises SheetError: `encoding` for what is no text of ours."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        whole = not file.read(1)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise sheets.SheetError("encoding")
    if not whole:
        head = head[: head.rfind(b"\n") + 1]
    text = separated.decode(head)
    sign = separated.separator(text)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign)), sign


def after(path: Path, rows: int, sign: str) -> int:
    """The byte at which row number `rows` (from 0) begins."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    place = len(_BOM) if head.startswith(_BOM) else 0
    quoted = _quoted(head, sign, place)
    for _row in range(rows):
        place = head.find(b"\n", place) + 1
        while inside := next((end for start, end in quoted if start < place <= end), 0):
            place = head.find(b"\n", inside) + 1
        if not place:
            return len(head)
    return place


def pieces(
    path: Path, *, sign: str, begins: int, first_row: int, wanted: int
) -> Iterator[tuple[Piece, bytes]]:
    """The pieces from this byte on, with their bytes. Raises BrokenQuote."""
    rest, over = b"", False
    with path.open("rb") as file:
        file.seek(begins)
        while not over:
            read = file.read(wanted)
            content, over = rest + read, len(read) < wanted
            cut, rows = _cut(content, sign, first_row)
            if over and cut < len(content):
                rows += _end_closed(content[cut:], sign, first_row + rows)
                cut = len(content)
            if cut:
                yield Piece(begins, cut, first_row, rows), content[:cut]
            elif len(content) > wanted + LONGEST_CELL:
                raise sheets.SheetError("broken")
            begins, first_row, rest = begins + cut, first_row + rows, content[cut:]


def encoding_of(content: bytes) -> str:
    """The encoding of these bytes; empty while they are plain enough for either."""
    if content.isascii():
        return ""
    try:
        content.decode(UTF8)
    except UnicodeDecodeError:
        return GB18030
    return UTF8


def frame(content: bytes, *, encoding: str, sign: str, width: int, wanted: Sequence[int]) -> pl.DataFrame:
    """These columns of the rows as texts, named by their places; what a row does not have is blank. Raises
    SheetError: `encoding`, `cut_off`."""
    content = content.rstrip(_ENDS)
    try:
        if encoding == GB18030:
            content = content.decode(GB18030).encode()
        elif not content.isascii():
            content.decode(UTF8)
    except UnicodeDecodeError as error:
        cut_off = error.end >= len(content) and error.reason != "invalid start byte"
        raise sheets.SheetError("cut_off" if cut_off else "encoding") from None
    if b"\x00" in content:
        raise sheets.SheetError("not_a_sheet")
    if b'"' in content:
        return _by_hand(content.decode(), sign, width, wanted)
    if not content:
        return pl.DataFrame({str(place): pl.Series([], dtype=pl.String) for place in wanted})
    return (
        pl.read_csv(
            io.BytesIO(content),
            has_header=False,
            schema={str(place): pl.String for place in range(width)},
            columns=sorted(wanted),
            separator=sign,
            quote_char=None,
            truncate_ragged_lines=True,
            missing_columns="insert",
        )
        .fill_null("")
        .rechunk()
    )


def _by_hand(text: str, sign: str, width: int, wanted: Sequence[int]) -> pl.DataFrame:
    """Rows with quotes, as the roster page reads them: a cell that holds rows is a quote somebody forgot to close.
    Raises BrokenQuote with the row's place."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    rows: list[list[str]] = []
    ended = 0
    try:
        for row in reader:
            if reader.line_num > ended + 1 and separated.swallows(row, sign, width):
                raise BrokenQuote(len(rows))
            ended = reader.line_num
            rows.append(row)
    except csv.Error:
        raise sheets.SheetError("broken") from None
    return pl.DataFrame(
        {
            str(place): pl.Series([row[place] if place < len(row) else "" for row in rows], dtype=pl.String)
            for place in wanted
        }
    )


def _quoted(content: bytes, sign: str, begins: int = 0) -> list[tuple[int, int]]:
    """Where quoted cells stand; a last one that is not closed ends at infinity (the length and one more)."""
    if b'"' not in content:
        return []
    mark = re.escape(sign.encode())
    cell = re.compile(rb'(?:(?<=[\r\n%b])|(?<=\xef\xbb\xbf)|\A)"[^"]*(?:""[^"]*)*("?)' % mark)
    found, place = [], begins
    while hit := cell.search(content, place):
        place = hit.end()
        found.append((hit.start(), hit.end() if hit[1] else len(content) + 1))
    return found


def _cut(content: bytes, sign: str, first_row: int) -> tuple[int, int]:
    """How many bytes and rows stand before the last end of a row. Raises BrokenQuote for a quote that is closed in
    the middle of a cell."""
    quoted = _quoted(content, sign)
    if not quoted:
        cut = content.rfind(b"\n") + 1
        return cut, content.count(b"\n", 0, cut)
    stops, cut, rows, place = sign.encode() + b"\r\n", 0, 0, 0
    for start, end in [*quoted, (len(content), len(content))]:
        here = content.count(b"\n", place, start)
        if here:
            rows, cut = rows + here, content.rfind(b"\n", place, start) + 1
        if end < len(content) and start < end and content[end] not in stops:
            raise BrokenQuote(first_row + rows)
        place = min(end, len(content))
    if quoted[-1][1] > len(content) and len(content) - quoted[-1][0] > LONGEST_CELL:
        raise BrokenQuote(first_row + rows)
    return cut, rows


def _end_closed(content: bytes, sign: str, row: int) -> int:
    """1 for the last row, which no end of a row follows. Raises BrokenQuote when it is one that was not closed."""
    quoted = _quoted(content, sign)
    if quoted and quoted[-1][1] > len(content):
        raise BrokenQuote(row)
    return 1 if content.rstrip(_ENDS) else 0
