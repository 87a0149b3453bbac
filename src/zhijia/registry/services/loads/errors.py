"""The wrong rows of a load: for each piece a file while it runs, all of them beside the file that was sent at its end.
Each row as it was sent, with its number and a sentence in both languages."""

import csv
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import fields, parameters
from zhijia.kernel import days, sheets
from zhijia.registry.services.imports import findings, headers, words
from zhijia.registry.services.imports.rules import Mistake
from zhijia.registry.services.loads.sources import UNION, Part
from zhijia.registry.services.loads.texts import Piece

ADDED = (_("File"), _("Row"), _("What is wrong"))
LANGUAGES = ("zh-hans", "en")


def keep(
    folder: Path, number: int, *, file: str, piece: Piece, frame: pl.DataFrame, found: Sequence[Mistake]
) -> None:
    """Write down the wrong rows of a piece, in place of what an earlier try wrote."""
    target = folder / f"{number:08d}.csv"
    if not found:
        target.unlink(missing_ok=True)
        return
    said: dict[int, list[Mistake]] = {}
    for mistake in found:
        said.setdefault(mistake.row, []).append(mistake)
    text = io.StringIO()
    out = csv.writer(text)
    for row, cells in zip(said, frame[list(said)].iter_rows(), strict=True):
        sentences = [_said(said[row], language) for language in LANGUAGES]
        out.writerow([*map(sheets.safe_cell, cells), file, piece.first_row + row, *sentences])
    fresh = target.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as kept:
        kept.write(text.getvalue())
    os.replace(fresh, target)


def first(part: Part, piece: Piece, frame: pl.DataFrame, found: Sequence[Mistake]) -> list[dict[str, Any]]:
    """The first mistakes of a piece as a page shows them: row, column, code, and the cell masked."""
    shown = int(parameters.value("import.shown_errors", day=days.business_day(days.now())))
    beside = part.columns["id_number"]
    return [
        {
            "row": piece.first_row + mistake.row,
            "column": findings.letter(part.columns.get(mistake.field, beside)),
            "field": mistake.field,
            "code": mistake.code,
            "number": mistake.number,
            "value": _masked(mistake.field, frame, mistake.row),
        }
        for mistake in found[:shown]
    ]


def understood(part: Part) -> dict[str, Any]:
    """The columns of a file: of each field its letter, and the headings nobody knows."""
    known = {field: findings.letter(place) for field, place in part.columns.items()}
    return {"known": known, "unknown": list(part.unknown)}


def rows(path: Path, language: str) -> Iterator[list[str]]:
    """The rows of a file of errors, its heading first: each as it was sent, its number, a sentence in this language."""
    said = LANGUAGES.index(language if language in LANGUAGES else LANGUAGES[0]) - len(LANGUAGES)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield [*row[:-4], row[-3], row[said]]


def _masked(field: str, frame: pl.DataFrame, row: int) -> str:
    text = str(frame[field][row]) if field in frame.columns else ""
    if field == UNION:
        return text[:40]
    return findings.masked(field, "" if text == sheets.LOST else text)


def gather(folder: Path, target: Path, columns: Sequence[str]) -> Path | None:
    """Put all wrong rows into one file, under their headings; None when there is none."""
    found = sorted(folder.glob("*.csv"))
    if found:
        with os.fdopen(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            heading = io.StringIO()
            csv.writer(heading).writerow(_headings(columns))
            out.write(b"\xef\xbb\xbf" + heading.getvalue().encode())
            for file in found:
                with file.open("rb") as content:
                    shutil.copyfileobj(content, out)
    return target if found else None


def _headings(columns: Sequence[str]) -> list[str]:
    known = [headers.UNION[0] if column == UNION else str(fields.get(column).label.zh) for column in columns]
    with translation.override(LANGUAGES[0]):
        added = [str(word) for word in ADDED]
    with translation.override(LANGUAGES[1]):
        return [*known, *added, str(ADDED[-1])]


def _said(mistakes: Sequence[Mistake], language: str) -> str:
    return "\n".join(_sentence(one.field, one.code, one.number, language) for one in mistakes)


@lru_cache(maxsize=4096)
def _sentence(field: str, code: str, number: int, language: str) -> str:
    with translation.override(language):
        said = words.of_cell(code, number)
        return said if field == UNION else f"{_label(field, language)}: {said}"


def _label(field: str, language: str) -> str:
    label = fields.get(field).label
    return str(label.zh if language == LANGUAGES[0] else label.en)
