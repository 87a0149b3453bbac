"""Columns as PostgreSQL takes them by binary COPY: whole columns in, the bytes of their rows out.

A field is the same for every row (bytes), of one width in all of them (an array with a row each), or as wide as
each value is (a list, or `Texts`). All carry their lengths in front, as the format wants; `NULL` is no value.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from struct import pack
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]

HEAD = b"PGCOPY\n\xff\r\n\0" + pack("!ii", 0, 0)
END = pack("!h", -1)
NULL = pack("!i", -1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts that differ from row to row, as the bytes they are."""

    values: Sequence[bytes]

    def lengths(self) -> Bytes:
        """The lengths that stand in front."""
        many = len(self.values)
        return np.fromiter(map(len, self.values), ">i4", many).view(np.uint8).reshape(many, 4)


Field: TypeAlias = bytes | Bytes | list[bytes] | Texts


def rows(count: int, fields: Sequence[Field]) -> bytes:
    """The rows with these fields, without head and end: rows of several calls can follow each other."""
    parts: list[Iterable[bytes]] = []
    fixed: list[bytes | Bytes] = [pack("!h", len(fields))]
    for field in fields:
        if isinstance(field, (bytes, np.ndarray)):
            fixed.append(field)
            continue
        values = field
        if isinstance(values, Texts):
            fixed.append(values.lengths())
            values = list(values.values)
        parts += [_pieces(count, fixed), values] if fixed else [values]
        fixed = []
    if not parts:
        return _matrix(count, fixed).tobytes()
    if fixed:
        parts.append(_pieces(count, fixed))
    return b"".join(chain.from_iterable(zip(*parts, strict=False)))


def cell(raw: bytes | None) -> bytes:
    """One value as a field of its own; None is NULL."""
    return NULL if raw is None else pack("!i", len(raw)) + raw


def chosen(cells: Sequence[bytes], which: NDArray[Any]) -> Field:
    """A column that takes one of a few cells in each row: `which` are their positions."""
    if len(cells) == 1:
        return cells[0]
    widths = set(map(len, cells))
    if len(widths) == 1:
        table: Bytes = np.frombuffer(b"".join(cells), np.uint8).reshape(len(cells), widths.pop())[which]
        return table
    found: list[bytes] = np.array(cells, object)[which].tolist()
    return found


def wide(raw: Bytes) -> Bytes:
    """Values of one width, a row of bytes each: uuids, numbers of fixed length, sealed values."""
    many, width = raw.shape
    field = np.empty((many, 4 + width), np.uint8)
    field[:, :4] = np.frombuffer(pack("!i", width), np.uint8)
    field[:, 4:] = raw
    return field


def int4(values: NDArray[Any]) -> Bytes:
    """Whole numbers of four bytes."""
    return _numbers(values, 4)


def int2(values: NDArray[Any]) -> Bytes:
    """Whole numbers of two bytes."""
    return _numbers(values, 2)


def int8(values: NDArray[Any]) -> Bytes:
    """Whole numbers of eight bytes."""
    return _numbers(values, 8)


def days(values: NDArray[np.datetime64]) -> Bytes:
    """Dates."""
    return int4((values.astype("datetime64[D]") - np.datetime64("2000-01-01")).astype(np.int64))


def of_int(value: int | None, width: int = 4) -> bytes:
    """One whole number of two, four or eight bytes."""
    return NULL if value is None else cell(value.to_bytes(width, "big", signed=True))


def of_day(value: date | None) -> bytes:
    """One date."""
    return NULL if value is None else of_int(value.toordinal() - _EPOCH_DAY)


def of_moment(value: datetime) -> bytes:
    """One moment (timestamptz)."""
    return of_int((value - _EPOCH) // timedelta(microseconds=1), 8)


def of_flag(value: bool | None) -> bytes:
    """One boolean."""
    return NULL if value is None else cell(bytes([value]))


def of_text(value: str | None) -> bytes:
    """One text."""
    return NULL if value is None else cell(value.encode())


def of_json(value: Any) -> bytes:
    """One value of the type jsonb."""
    return cell(b"\x01" + json.dumps(value, ensure_ascii=False, sort_keys=True).encode())


def _numbers(values: NDArray[Any], width: int) -> Bytes:
    return wide(np.ascontiguousarray(values.astype(f">i{width}")).view(np.uint8).reshape(len(values), width))


def _pieces(count: int, fixed: Sequence[bytes | Bytes]) -> Iterable[bytes]:
    if all(isinstance(field, bytes) for field in fixed):
        return repeat(b"".join(field for field in fixed if isinstance(field, bytes)), count)
    matrix = _matrix(count, fixed)
    pieces: list[bytes] = matrix.view(f"V{matrix.shape[1]}").ravel().tolist()
    return pieces


def _matrix(count: int, fixed: Sequence[bytes | Bytes]) -> Bytes:
    width = sum(len(field) if isinstance(field, bytes) else field.shape[1] for field in fixed)
    out = np.empty((count, width), np.uint8)
    place = 0
    for field in fixed:
        raw = np.frombuffer(field, np.uint8) if isinstance(field, bytes) else field
        ends = place + raw.shape[-1]
        out[:, place:ends] = raw
        place = ends
    return out
