"""The contributions a union has not shared yet: its work list, read and emptied in columns on `bulk`."""

import struct

import numpy as np
from django.db import connection, connections
from numpy.typing import NDArray

from zhijia.dues.services.choosing import Paid

_KNOWN = """
SELECT EXISTS (
  SELECT FROM dues_waiting w JOIN dues_contribution c ON c.id = w.contribution_id
  WHERE w.union_id = %s AND c.other_union_id IS NOT NULL)"""
_TAKE = """
COPY (
  SELECT c.id, c.amount, c.other_union_id::bigint, c.other_county_id::bigint, coalesce(c.employer_id, 0)::bigint,
    (c.paid_on - date '2000-01-01')::bigint
  FROM dues_waiting w JOIN dues_contribution c ON c.id = w.contribution_id
  WHERE w.union_id = {union:d} AND c.other_union_id IS NOT NULL ORDER BY c.id
) TO STDOUT (FORMAT binary)"""
_GONE = "DELETE FROM dues_waiting w USING unnest(%s::bigint[]) AS gone WHERE w.contribution_id = gone"
_HEAD, _ROW = 19, 2 + 6 * 12
_EPOCH = np.datetime64("2000-01-01")


def any_known(union_id: int) -> bool:
    """Whether something waits at the union whose payer is known."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [union_id])
        return bool(cursor.fetchone()[0])


def taken(union_id: int) -> Paid:
    """What waits at the union and whose payer is known, in the order it came in. On `bulk`."""
    with connections["bulk"].cursor() as cursor, cursor.copy(_TAKE.format(union=union_id)) as copy:
        sent = b"".join(bytes(piece) for piece in copy)
    ids, amounts, payers, counties, employers, days = _read(sent)
    return Paid(ids, amounts, payers, counties, employers, _EPOCH + days.astype("timedelta64[D]"))


def _read(sent: bytes) -> list[NDArray[np.int64]]:
    """The six columns of whole numbers in a binary COPY."""
    many = (len(sent) - _HEAD - struct.calcsize("!h")) // _ROW
    rows = np.frombuffer(sent, np.uint8, many * _ROW, _HEAD).reshape(many, _ROW)
    return [
        np.ascontiguousarray(rows[:, start : start + 8]).view(">i8").ravel().astype(np.int64)
        for start in range(6, _ROW, 12)
    ]


def distinct(payers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The payers' unions, each once, in ascending order."""
    return np.unique(payers)


def shared(paid: Paid) -> None:
    """Take these off the list. Raises AssertionError where one of them was not on it: it would be shared twice."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_GONE, [paid.ids.tolist()])
        if cursor.rowcount != len(paid):
            raise AssertionError("A contribution was shared that did not wait.")
