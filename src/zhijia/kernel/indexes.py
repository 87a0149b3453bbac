"""Loading into empty tables without their indexes, which are built afterwards: several times quicker."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_FIND = """
SELECT t.relname, i.relname, c.conname, pg_get_constraintdef(c.oid),
  replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ')
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.conrelid = t.oid AND c.contype IN ('p', 'u')
WHERE x.indrelid = ANY (%s::regclass[]) ORDER BY t.relname, i.relname
"""


@contextmanager
def without_indexes(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Drop indexes, primary and unique keys of these tables; build each as it was when the block ends well.

    As their owner, in a running transaction: whatever fails, the tables are as before. Nobody else reaches them until
    it ends. Raises IntegrityError when what was loaded breaks a key.
    """
    cursor.execute(_FIND, [list(tables)])
    found = cursor.fetchall()
    for table, index, constraint, _rule, _definition in found:
        cursor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        )
    yield
    for table, _index, constraint, rule, definition in found:
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}" if constraint else definition
        )
