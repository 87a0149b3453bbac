"""The process that opens foreign files: `python -m zhijia.kernel.sheets.child JOB`, the file on standard
input.

It lowers its own limits, then answers on standard output in lines of JSON: the rows from the first that is
not empty, and last what they were. It can write nothing else and knows no keys. A file it will not read ends
it with EXIT and the code on standard error; whatever else ends it, the parent names."""

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from zhijia.kernel.disks import is_full
from zhijia.kernel.sheets import guard
from zhijia.kernel.sheets.errors import EXIT, NO_MEMORY, NO_ROOM, Limits, SheetError

ROOM = 256 * 1024**2
"""Bytes of memory for any file; FOLD times what the file unpacks to comes on top."""

FOLD = 8


def main() -> None:
    """Do the job named in the first argument."""
    job = json.loads(sys.argv[1])
    limits = Limits(**job["limits"])
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, limits.seconds)
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        with os.fdopen(0, "rb") as file:
            if "errors" in job:
                _mark(file, limits, job)
            elif "letters" in job:
                _say(file, sys.stdout, limits, job["letters"])
            else:
                _read(file, sys.stdout, limits, job["headings"])
    except SheetError as error:
        sys.stderr.write(f"{error.code} {error.line}")
        sys.stderr.flush()
        os._exit(EXIT)
    except MemoryError:
        os._exit(NO_MEMORY)
    except OSError as error:
        if is_full(error):
            os._exit(NO_ROOM)
        raise


def _read(file: BinaryIO, out: TextIO, limits: Limits, headings: list[str]) -> None:
    kind = _check(file, limits)
    sheet, rows = _open(file, kind, headings)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    first = last = full = 0
    for number, row in enumerate(rows, 1):
        while row and not row[-1].strip():
            row.pop()
        if not row and not first:
            continue
        if row:
            first, last, full = first or number, number, full + 1
        if len(row) > limits.max_columns:
            raise SheetError("too_many_columns")
        if full > limits.max_rows + 1:
            raise SheetError("too_many_rows")
        out.write(encode(row) + "\n")
    if full < 2:
        raise SheetError("no_rows" if full else "sheet_empty")
    json.dump({"kind": kind, "sheet": sheet, "first": first, "rows": last - first + 1}, out)
    out.flush()


def _mark(file: BinaryIO, limits: Limits, job: dict[str, str]) -> None:
    from zhijia.kernel.sheets import marking  # its parser is loaded only for this job

    _check(file, limits)
    errors = json.loads(Path(job["errors"]).read_text(encoding="utf-8"))
    marking.mark(file, Path(job["target"]), job["sheet"], errors["header"], errors["cells"])


def _say(file: BinaryIO, out: TextIO, limits: Limits, most: int) -> None:
    from zhijia.kernel.sheets import texts  # its parsers are loaded only for this job

    length = _bounded(file, limits)
    is_pdf = guard.is_pdf(file)
    _let_use(limits, length if is_pdf else guard.check_workbook(file, limits, texts.BODY))
    out.write(texts.words(file, is_pdf=is_pdf, most=most))
    out.flush()


def _check(file: BinaryIO, limits: Limits) -> guard.Kind:
    """What the file is; from here on memory is limited by what it unpacks to."""
    length = _bounded(file, limits)
    kind = guard.sniff(file)
    _let_use(limits, guard.check_workbook(file, limits) if kind == "xlsx" else length)
    return kind


def _bounded(file: BinaryIO, limits: Limits) -> int:
    """The file's length in bytes. Raises SheetError for one that is too long."""
    length = guard.size(file)
    if length > limits.max_bytes:
        raise SheetError("too_big")
    return length


def _let_use(limits: Limits, unpacked: int) -> None:
    """No more memory than a file needs that unpacks to so many bytes."""
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, used + min(limits.max_memory_bytes, ROOM + FOLD * unpacked))


def _open(file: BinaryIO, kind: guard.Kind, headings: list[str]) -> tuple[str, Iterator[list[str]]]:
    if kind == "csv":
        from zhijia.kernel.sheets import separated

        return "", separated.rows(file)
    from zhijia.kernel.sheets import workbooks

    return workbooks.read(file, headings)


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


if __name__ == "__main__":
    main()
