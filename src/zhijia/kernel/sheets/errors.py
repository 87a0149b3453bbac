"""Why a file cannot be taken, and how much of one may be read."""

from dataclasses import dataclass

CODES = (
    "sheet_empty",
    "no_rows",
    "not_a_sheet",
    "too_big",
    "too_much_inside",
    "too_many_rows",
    "too_many_columns",
    "too_slow",
    "encoding",
    "cut_off",
    "broken",
    "encrypted",
    "quote_open",
    "cell_too_long",
)
EXIT, NO_MEMORY, NO_ROOM = 3, 4, 5
"""How the child ends when it refuses a file, when it has no memory left, and when the disk is full."""

LOST = "\x00formula"
"""The text of a cell whose formula was saved without its result."""


class SheetError(Exception):
    """The file cannot be read; `code` is one of `CODES`, `line` the line it is about, where there is one (from 1).
    Nothing of its content is in the message."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file may be read: sizes in bytes, time in seconds of the processor.

    The first five are the federation's to decide; the others describe what no honest workbook does.
    """

    max_bytes: int
    max_unpacked_bytes: int
    max_rows: int
    max_columns: int
    seconds: int
    max_memory_bytes: int = 2 * 1024**3
    max_entries: int = 2000
    max_ratio: int = 300
