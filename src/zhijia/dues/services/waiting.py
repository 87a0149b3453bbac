"""The contributions a union has not shared yet: its work list, read and emptied in columns on `bulk`."""

import numpy as np
from django.db import connection, connections
from numpy.typing import NDArray

from zhijia.dues.services.choosing import Paid
from zhijia.kernel import arrays
from zhijia.kernel.arrays import Int8s

_KNOWN = """
SELECT EXISTS (
  SELECT FROM dues_waiting w JOIN dues_contribution c ON c.id = w.contribution_id
  WHERE w.union_id = %s AND c.other_union_id IS NOT NULL AND c.amount > c.given_back)"""
_TAKE = """
SELECT array_agg(id), array_agg(amount), array_agg(payer), array_agg(county), array_agg(employer), array_agg(day)
FROM (
  SELECT c.id, c.amount - c.given_back AS amount, c.other_union_id::bigint AS payer,
    c.other_county_id::bigint AS county, coalesce(c.employer_id, 0)::bigint AS employer,
    (c.paid_on - date '2000-01-01')::bigint AS day
  FROM dues_waiting w JOIN dues_contribution c ON c.id = w.contribution_id
  WHERE w.union_id = %s AND c.other_union_id IS NOT NULL AND c.amount > c.given_back
  ORDER BY c.id) AS told"""
_GONE = "DELETE FROM dues_waiting w USING unnest(%s::bigint[]) AS gone WHERE w.contribution_id = gone"
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_EPOCH = np.datetime64("2000-01-01")


def any_known(union_id: int) -> bool:
    """Whether something waits at the union whose payer is known."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [union_id])
        return bool(cursor.fetchone()[0])


def hold(union_id: int, using: str = "default") -> None:
    """Whoever shares at the union and whoever gives back wait for each other, to the end of the transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HOLD, [f"dues.waiting:{union_id}"])


def taken(union_id: int) -> Paid:
    """What waits at the union and whose payer is known, in the order it came in, without what goes back. On `bulk`."""
    hold(union_id, "bulk")
    database = connections["bulk"]
    database.ensure_connection()
    with database.wrap_database_errors:
        read = arrays.columns(database.connection, _TAKE, [union_id])
    ids, amounts, payers, counties, employers, days = read
    return Paid(ids, amounts, payers, counties, employers, _EPOCH + days.astype("timedelta64[D]"))


def distinct(payers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The payers' unions, each once, in ascending order."""
    return np.unique(payers)


def shared(paid: Paid) -> None:
    """Take these off the list. Raises AssertionError where one of them was not on it: it would be shared twice."""
    database = connections["bulk"]
    with database.wrap_database_errors:
        gone = arrays.run(database.connection, _GONE, [Int8s(paid.ids)])
    if gone != len(paid):
        raise AssertionError("A contribution was shared that did not wait.")
