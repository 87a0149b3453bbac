"""Reading a table that somebody sent, in a process of its own with limits."""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from zhijia.kernel.processes import leash
from zhijia.kernel.sheets import guard
from zhijia.kernel.sheets.errors import CODES, EXIT, NO_MEMORY, NO_ROOM, Limits, SheetError

_STEP = 1 << 16
_PATIENCE = 3
"""Seconds by the clock for each second of the processor that a child may use."""


class Rows:
    """The rows, read from a file without a name as often as somebody asks; it is gone with this object."""

    def __init__(self, file: IO[bytes], count: int) -> None:
        self._file, self._count = file, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[list[str]]:
        for number, line in enumerate(_lines(self._file)):
            if number == self._count:
                return
            yield json.loads(line)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: its kind, the name of the sheet, its first row that is not empty and that row's
    number as a reader counts (from 1). `rows` begin with that row and keep empty ones (as []), so that
    `enumerate(table.rows, table.first_row)` gives the numbers of the sheet. Rows end at their last full
    cell."""

    kind: guard.Kind
    sheet: str
    header: list[str]
    first_row: int
    rows: Rows


def read_table(path: Path | str, *, limits: Limits, headings: Collection[str] = ()) -> Table:
    """The table in this file: xlsx, xls, or text in UTF-8, UTF-16 or GB18030; the kind is told by its bytes.

    Of several sheets the first with two of the `headings` near its top is read, else the first that is not
    empty. Raises SheetError."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  the rows keep it
    with open(path, "rb") as file:
        run_child(file, out, limits, {"headings": list(headings)})
    told = _last(out)
    rows = Rows(out, told["rows"])
    return Table(told["kind"], told["sheet"], next(iter(rows)), told["first"], rows)


def read_text(path: Path | str, *, limits: Limits, most: int) -> str:
    """What a docx or a PDF says, `most` characters of it; empty where it holds pictures alone. Raises SheetError."""
    with open(path, "rb") as file, tempfile.TemporaryFile() as out:
        run_child(file, out, limits, {"letters": most})
        out.seek(0)
        return out.read().decode()


def run_child(file: IO[bytes], out: IO[bytes], limits: Limits, job: dict[str, Any]) -> None:
    """Run the child on the file; what it answers goes to `out`. Raises SheetError for whatever ends it, and the OSError
    of a full disk."""
    words = json.dumps({"limits": asdict(limits), **job})
    with tempfile.TemporaryFile() as said:
        try:
            ended = subprocess.run(  # noqa: S603  our own interpreter and module
                [sys.executable, "-m", "zhijia.kernel.sheets.child", words],
                stdin=file,
                stdout=out,
                stderr=said,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"},
                cwd="/",
                preexec_fn=leash(),
                timeout=limits.seconds * _PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SheetError("too_slow") from None
        if ended.returncode == NO_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if ended.returncode != 0:
            said.seek(0)
            words = said.read(200).decode("ascii", "replace")
            code, line = _why(ended.returncode, words), words.rpartition(" ")[2]
            raise SheetError(code, int(line) if ended.returncode == EXIT and line.isdecimal() else 0)


def _why(code: int, words: str) -> str:
    """The code for how the child ended. Running out of memory ends a parser in many ways."""
    if code == EXIT and (told := words.partition(" ")[0]) in CODES:
        return told
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "too_slow"
    if code in (NO_MEMORY, -signal.SIGABRT, -signal.SIGSEGV) or "memory" in words.lower():
        return "too_much_inside"
    return "broken"


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines from the top, without moving a place that another reader shares."""
    place, rest = 0, b""
    while step := os.pread(file.fileno(), _STEP, place):
        place += len(step)
        *whole, rest = (rest + step).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _last(file: IO[bytes]) -> dict[str, Any]:
    """The last line, in which the child says what the rows were."""
    size = os.fstat(file.fileno()).st_size
    tail = os.pread(file.fileno(), 4096, max(0, size - 4096))
    told: dict[str, Any] = json.loads(tail.rsplit(b"\n", 1)[-1])
    return told
