"""Emptying the tables after a test that really committed."""

import psycopg

LARGE = """
  SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
    AND (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(pg_class.oid)) > 1000000
"""
FILLED = """
CREATE FUNCTION pg_temp.filled(kept text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE name text; holds boolean;
BEGIN
  FOR name IN SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname <> ALL (kept) ORDER BY relname
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO holds;
    IF holds THEN RETURN NEXT name; END IF;
  END LOOP;
END $$
"""
_filled_by_migrations: set[str] = set()
_open: dict[tuple[str, str], psycopg.Connection] = {}


def remember(server: str, database: str) -> None:
    """Note which tables the migrations filled: their rows stay for the whole run."""
    _filled_by_migrations.update(_filled(_superuser(server, database)))


def filled_since(server: str, database: str) -> set[str]:
    """The tables that hold rows although the migrations put none there."""
    return _filled(_superuser(server, database))


def sweep(server: str, database: str) -> None:
    """Delete all rows but those of tables the migrations filled.

    As a superuser with triggers off, since the trail lets nobody else. A table that had grown large is vacuumed:
    the next sweep would read its dead rows again.
    """
    connection = _superuser(server, database)
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        swept = sorted(_filled(connection))
        for table in swept:
            connection.execute(f'DELETE FROM "{table}"')
    for (table,) in connection.execute(LARGE, [swept]).fetchall() if swept else []:
        connection.execute(f'VACUUM "{table}"')


def let_go(server: str, database: str) -> None:
    """Close the connection that is kept: a database somebody is connected to is not copied."""
    kept = _open.pop((server, database), None)
    if kept is not None:
        kept.close()


def _superuser(server: str, database: str) -> psycopg.Connection:
    """The connection of this process, opened once: it knows the tables by now."""
    connection = _open.get((server, database))
    if connection is None or connection.closed:
        connection = _open[server, database] = psycopg.connect(server, dbname=database, autocommit=True)
        connection.execute(FILLED)
    return connection


def _filled(connection: psycopg.Connection) -> set[str]:
    """The tables in `public` that hold a row and the migrations left empty (a partition counts as its parent)."""
    asked = "SELECT pg_temp.filled(%s::text[])"
    return {name for (name,) in connection.execute(asked, [sorted(_filled_by_migrations)])}
