"""The wrong rows of a load: for each piece a file while it runs, all of them beside the file that was sent at its end.
Each row as it was sent, with its number and a sentence in both languages."""

import csv
import io
import os
import shutil
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import fields
from zhijia.kernel import sheets
from zhijia.registry.services.imports import headers, words
from zhijia.registry.services.imports.rules import Mistake
from zhijia.registry.services.loads.sources import UNION
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
