"""Columns of the demo in the form of a binary COPY (`kernel.copies`)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes, Field
from zhijia.web.demo.seeds import Integers
from zhijia.web.demo.unions import NONE

TO_2000 = 10_957
"""Days from 1970, where ours begin, to 2000, where those of PostgreSQL do."""
DAY = 86_400_000_000
TEN_IN_SHANGHAI = 2 * 3_600_000_000


class Rows(NamedTuple):
    """Rows for a table: the COPY that takes them, how many, and the bytes. `told` says that they are alike each time
    they are made."""

    into: str
    many: int
    content: bytes
    told: bool = True


def day(column: Integers) -> Field:
    """Days since 1970 as dates; NONE is no date."""
    return or_null(copies.int4(column - TO_2000), column != NONE)


def moment(column: Integers) -> Bytes:
    """Ten o'clock in Shanghai on these days."""
    moments = (column - TO_2000) * DAY + TEN_IN_SHANGHAI
    return copies.wide(moments.astype(">i8").view(np.uint8).reshape(len(column), 8))


def number(column: NDArray[Any]) -> Field:
    """Numbers of four bytes; NONE is no number."""
    return or_null(copies.int4(column), column != NONE)


def or_null(cells: Bytes, here: NDArray[np.bool_]) -> Field:
    """The column where `here` says so, nothing elsewhere."""
    if here.all():
        return cells
    pieces: list[bytes] = cells.view(f"V{cells.shape[1]}").ravel().tolist()
    for place in np.flatnonzero(~here).tolist():
        pieces[place] = copies.NULL
    return pieces


def flag(column: NDArray[np.bool_]) -> Field:
    """Yes or no."""
    return copies.chosen([copies.of_flag(False), copies.of_flag(True)], column.astype(np.intp))


def word(column: NDArray[np.str_]) -> Field:
    """Texts of which there are few different ones."""
    different, which = np.unique(column, return_inverse=True)
    return copies.chosen(words_of(different.tolist()), which)


def words_of(texts: Sequence[str]) -> list[bytes]:
    """A cell for each of these texts."""
    return [copies.of_text(text) for text in texts]


def plain(column: NDArray[np.bytes_]) -> Bytes:
    """Texts of plain characters, all of one length."""
    return copies.wide(np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1))
