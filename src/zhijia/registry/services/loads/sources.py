"""The files of a load: texts, parquet files and workbooks, cut into pieces; a piece as columns of text."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from zhijia.kernel import sheets
from zhijia.kernel.sheets import guard
from zhijia.registry.services.imports import headers
from zhijia.registry.services.loads import texts
from zhijia.registry.services.loads.texts import Piece

UNION = "union_code"
"""The column that says at which union a row is."""
PIECE_BYTES = 4 << 20
PIECE_ROWS = 32_768
_PARQUET = b"PAR1"
_STEP = 1 << 22


@dataclass(slots=True)
class Part:
    """One file: its kind, its columns by field, and for a text its encoding (empty while undecided) and separator.
    `begins` is where its rows begin (a byte, or a row), `first_row` the number a reader of it gives that row."""

    path: str
    size: int
    kind: str
    columns: Mapping[str, int]
    header: Sequence[str]
    unknown: Sequence[str]
    begins: int
    first_row: int
    sign: str = ","
    encoding: str = ""
    rows: int = 0
    headings: Sequence[str] = ()
    sha256: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside the run."""
        return asdict(self)


def is_parquet(path: Path) -> bool:
    """Whether the file is one of parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_PARQUET)) == _PARQUET


def open_part(
    path: Path, *, names: Mapping[str, Sequence[str]], needed: Sequence[str], limits: sheets.Limits
) -> Part:
    """Look at the top of a file. Raises SheetError and NoHeader."""
    with path.open("rb") as file:
        kind = "parquet" if is_parquet(path) else guard.sniff(file)
    names = {**names, UNION: headers.UNION}
    first_row, sign, rows, headings = 1, ",", 0, list[str]()
    if kind == "parquet":
        head = [list(pl.read_parquet_schema(path))]
        rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    elif kind == "csv":
        head, sign = texts.top(path)
    else:
        headings = [name for all_names in names.values() for name in all_names]
        told = _workbook(str(path), limits, tuple(headings))
        head, first_row, rows = list(islice(told.rows, headers.LOOKED_AT + 1)), told.first_row, len(told.rows)
    found = headers.find(head[: headers.LOOKED_AT + 1], names, needed)
    begins = texts.after(path, found.first_row, sign) if kind == "csv" else found.first_row
    return Part(
        path=str(path),
        size=path.stat().st_size,
        kind=kind,
        columns=dict(found.columns),
        header=list(head[found.first_row - 1]),
        unknown=list(found.unknown),
        begins=0 if kind == "parquet" else begins,
        first_row=first_row + found.first_row,
        sign=sign,
        rows=rows,
        headings=headings,
    )


def pieces(
    part: Part, *, after: Piece | None, wanted: int = PIECE_BYTES, wanted_rows: int = PIECE_ROWS
) -> Iterator[Piece]:
    """The pieces of the part behind this one. The encoding of a text is decided on the way."""
    begins = part.begins if after is None else after.begins + after.size
    row = part.first_row if after is None else after.first_row + after.rows
    if part.kind == "csv":
        for piece, content in texts.pieces(
            Path(part.path), sign=part.sign, begins=begins, first_row=row, wanted=wanted
        ):
            part.encoding = part.encoding or texts.encoding_of(content)
            yield piece
        return
    for start in range(begins, part.rows, wanted_rows):
        size = min(wanted_rows, part.rows - start)
        yield Piece(start, size, row + start - begins, size)


def frame(part: Part, piece: Piece, *, fields: Sequence[str], limits: sheets.Limits) -> pl.DataFrame:
    """The columns of these fields in a piece, as texts. Raises SheetError."""
    columns = {name: part.columns[name] for name in fields if name in part.columns}
    wanted = list(columns.values())
    if part.kind == "csv":
        with open(part.path, "rb") as file:
            file.seek(piece.begins)
            content = file.read(piece.size)
        width = max(len(part.header), *(place + 1 for place in part.columns.values()))
        found = texts.frame(content, encoding=part.encoding, sign=part.sign, width=width, wanted=wanted)
    elif part.kind == "parquet":
        found = _of_parquet(part, piece, wanted)
    else:
        rows = islice(
            _workbook(part.path, limits, tuple(part.headings)).rows, piece.begins, piece.begins + piece.size
        )
        cells = list(rows)
        found = pl.DataFrame(
            {
                str(place): pl.Series(
                    [row[place] if place < len(row) else "" for row in cells], dtype=pl.String
                )
                for place in wanted
            }
        )
    return found.select([pl.col(str(place)).alias(name) for name, place in columns.items()])


def _of_parquet(part: Part, piece: Piece, wanted: Sequence[int]) -> pl.DataFrame:
    """Typed columns as a sheet would show them: a number without a point, a day as 2020-01-31."""
    names = {part.header[place]: str(place) for place in wanted}
    table = pl.scan_parquet(part.path).slice(piece.begins, piece.size).select(list(names)).collect()
    return table.select(
        [pl.col(name).cast(pl.String).fill_null("").alias(place) for name, place in names.items()]
    )


@lru_cache(maxsize=1)
def _workbook(path: str, limits: sheets.Limits, headings: tuple[str, ...]) -> sheets.Table:
    """The workbook this process reads at the moment: read whole in the guarded child, once."""
    return sheets.read_table(path, limits=limits, headings=headings)


def hash_of(path: Path) -> str:
    """The SHA-256 of the file, as `sha256sum` prints it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while content := file.read(_STEP):
            digest.update(content)
    return digest.hexdigest()
