"""Columns of whole numbers to and from the database as one binary array each: no object a value on the way."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, Cursor
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

_HEAD = np.dtype([("dimensions", ">i4"), ("nulls", ">i4"), ("oid", ">u4"), ("many", ">i4"), ("first", ">i4")])
_CELL = np.dtype([("length", ">i4"), ("value", ">i8")])
_OID = types["int8"].oid
_EMPTY = np.array([0, 0, _OID], ">u4").tobytes()


class Int8s:
    """A column of whole numbers as a parameter (bigint[])."""

    def __init__(self, column: NDArray[np.int64]) -> None:
        self.column = column


class _Dumper(Dumper):
    format = Format.BINARY
    oid = types["int8"].array_oid

    def dump(self, obj: Int8s) -> bytes:
        """The array as the database reads it."""
        if not len(obj.column):
            return _EMPTY
        head = np.array([(1, 0, _OID, len(obj.column), 1)], _HEAD)
        cells = np.empty(len(obj.column), _CELL)
        cells["length"], cells["value"] = _CELL["value"].itemsize, obj.column
        return head.tobytes() + cells.tobytes()


def run(connection: Connection[Any], statement: str, values: Sequence[Any]) -> int:
    """Run a statement whose parameters may be `Int8s`; how many rows it touched."""
    with Cursor(connection) as cursor:
        cursor.adapters.register_dumper(Int8s, _Dumper)
        cursor.execute(statement.encode(), values)
        return cursor.rowcount


def columns(connection: Connection[Any], query: str, values: Sequence[Any]) -> list[NDArray[np.int64]]:
    """The one row of a query that answers arrays of bigint without NULL in them, as columns; an empty one for NULL."""
    with Cursor(connection) as cursor:
        cursor.adapters.register_dumper(Int8s, _Dumper)
        cursor.execute(query.encode(), values, binary=True)
        result = cursor.pgresult
        assert result is not None
        return [_read(result.get_value(0, place)) for place in range(result.nfields)]


def _read(sent: bytes | None) -> NDArray[np.int64]:
    if sent is None or len(sent) <= len(_EMPTY):
        return np.empty(0, np.int64)
    return np.frombuffer(sent, _CELL, offset=_HEAD.itemsize)["value"].astype(np.int64)
