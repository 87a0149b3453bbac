"""Rows that stand, as columns: what rosters and loads hand to the encoding for COPY."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

NUMBER, PHONE, NAME = "id_number", "phone", "name"
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column with few different values: the values, and which of them each row has."""

    values: Sequence[Any]
    which: Places

    def at(self, rows: Places) -> "Coded":
        """The same column for these rows."""
        return Coded(self.values, self.which[rows])


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that stand, as columns: their places in the piece, their unions, names, numbers and phones as bytes of
    their normal forms, and the other fields."""

    rows: Places
    unions: Places
    names: pl.Series
    numbers: pl.Series
    phones: pl.Series
    fields: Mapping[str, Coded]

    def at(self, rows: Places) -> "Batch":
        """The same columns for these rows."""
        return Batch(
            self.rows[rows],
            self.unions[rows],
            self.names.gather(rows),
            self.numbers.gather(rows),
            self.phones.gather(rows),
            {code: column.at(rows) for code, column in self.fields.items()},
        )


def listed(values: Sequence[Any]) -> Coded:
    """A column of values as the different ones and which of them each row has."""
    different = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return Coded(list(different), np.array([different[value] for value in values], np.int64))


def binary(values: Sequence[str | None]) -> pl.Series:
    """A column of texts as their bytes."""
    return pl.Series(values, dtype=pl.String).cast(pl.Binary)


def by_width(column: pl.Series) -> Iterator[tuple[Places, NDArray[np.uint8]]]:
    """The rows of each length of text, and their bytes; rows without a text are left out."""
    lengths = column.bin.size().fill_null(0).to_numpy()
    for width in np.unique(lengths).tolist():
        if width:
            where = np.flatnonzero(lengths == width)
            raw = b"".join(column.gather(where).to_list())
            yield where, np.frombuffer(raw, np.uint8).reshape(-1, width)
