"""Emptying the tables after a test that really committed."""

import psycopg

LARGE = """
  SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
    AND (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(pg_class.oid)) > 1000000
"""
_filled_by_migrations: set[str] = set()


def remember(server: str, database: str) -> None:
    """Note which tables the migrations filled: their rows stay for the whole run."""
    with psycopg.connect(server, dbname=database) as connection:
        _filled_by_migrations.update(_filled(connection))


def filled_since(server: str, database: str) -> set[str]:
    """The tables that hold rows although the migrations put none there."""
    with psycopg.connect(server, dbname=database) as connection:
        return _filled(connection) - _filled_by_migrations


def sweep(server: str, database: str) -> None:
    """Delete all rows but those of tables the migrations filled.

    As a superuser with triggers off, since the trail lets nobody else. A table that had grown large is vacuumed:
    the next sweep would read its dead rows again.
    """
    with psycopg.connect(server, dbname=database, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            swept = sorted(_filled(connection) - _filled_by_migrations)
            for table in swept:
                connection.execute(f'DELETE FROM "{table}"')
        large = connection.execute(LARGE, [swept]).fetchall()
        for (table,) in large:
            connection.execute(f'VACUUM "{table}"')


def _filled(connection: psycopg.Connection) -> set[str]:
    """The tables in `public` that hold a row (a partition counts as its parent)."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition"
    ).fetchall()
    if not tables:
        return set()
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for (name,) in tables
    )
    return {name for (name,) in connection.execute(asked).fetchall()}
