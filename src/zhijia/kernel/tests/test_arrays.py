"""Columns go to the database and come back as they were."""

import numpy as np
import pytest
from django.db import connection

from zhijia.kernel import arrays
from zhijia.kernel.arrays import Int8s

COLUMN = np.array([0, 1, -1, 2**63 - 1, -(2**63), 4711])


@pytest.mark.parametrize("column", [COLUMN, COLUMN[:1], COLUMN[::2], np.empty(0, np.int64)])
def test_a_column_that_goes_there_comes_back(db, column):
    connection.ensure_connection()

    (found,) = arrays.columns(connection.connection, "SELECT %s::bigint[]", [Int8s(column)])

    assert found.tolist() == column.tolist()


def test_a_row_of_arrays_is_read_as_columns(db):
    connection.ensure_connection()
    query = (
        "SELECT array_agg(n), array_agg(-n), array_agg(n) FILTER (WHERE n > %s)"
        " FROM generate_series(1::bigint, 3) n"
    )

    found = arrays.columns(connection.connection, query, [9])

    assert [column.tolist() for column in found] == [[1, 2, 3], [-1, -2, -3], []]
