"""The file of an export, written row by row, with what it says of itself: who, when, by which request, for what."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhijia.kernel import days, sheets
from zhijia.registry.services.exports import card_sheets
from zhijia.registry.services.exports.cells import Sight, told
from zhijia.registry.services.exports.tables import Column

Rows = Iterable[Sequence[Any]]
About = Sequence[tuple[str, str]]


def write(
    path: Path, form: str, *, title: str, columns: Sequence[Column], sight: Sight, rows: Rows, about: About
) -> None:
    """Write the rows to the path in one of the formats. A sheet says things in words, under the headings of a
    roster; a typed table keeps codes and types, under the names of the standard."""
    _FORMATS[form](path, title, columns, sight, rows, about)


def _xlsx(path: Path, title: str, columns: Sequence[Column], sight: Sight, rows: Rows, about: About) -> None:
    header = [str(column.label) for column in columns]
    said = (_("About this file"), about)
    sheets.write_workbook(path, header, _in_words(columns, sight, rows), sheet=title, about=said)


def _csv(path: Path, title: str, columns: Sequence[Column], sight: Sight, rows: Rows, about: About) -> None:
    header = [str(column.label) for column in columns]
    sheets.write_csv(path, header, _in_words(columns, sight, rows), about=about)


def _parquet(
    path: Path, title: str, columns: Sequence[Column], sight: Sight, rows: Rows, about: About
) -> None:
    types = {column.code: _type(sight.kind(column)) for column in columns}
    texts = [place for place, column in enumerate(columns) if sight.kind(column) in _TEXTS]
    sheets.write_parquet(path, types, _as_text(rows, texts), about=about)


def _pdf(path: Path, title: str, columns: Sequence[Column], sight: Sight, rows: Rows, about: About) -> None:
    named = [dict(zip([column.code for column in columns], row, strict=True)) for row in rows]
    card_sheets.write(path, named, about=about, at=days.now())


_TEXTS = ("text", "code", "uuid", "division")
_FORMATS: dict[str, Callable[..., None]] = {"xlsx": _xlsx, "csv": _csv, "parquet": _parquet, "pdf": _pdf}


def _in_words(columns: Sequence[Column], sight: Sight, rows: Rows) -> Iterator[list[sheets.Cell]]:
    kinds = [sight.kind(column) for column in columns]
    met: dict[tuple[str, str], str] = {}
    for row in rows:
        yield [told(c, value, kind, met) for c, value, kind in zip(columns, row, kinds, strict=True)]


def _as_text(rows: Rows, texts: Sequence[int]) -> Iterator[list[Any]]:
    for row in rows:
        made = list(row)
        for place in texts:
            made[place] = None if made[place] in (None, "") else str(made[place])
        yield made


def _type(kind: str) -> Any:
    import polars  # loaded only by those who write

    others = {
        "date": polars.Date,
        "moment": polars.Datetime("us", "UTC"),
        "money": polars.Decimal(18, 2),
        "yes_no": polars.Boolean,
    }
    return polars.Int64 if kind == "whole" else others.get(kind, polars.String)
