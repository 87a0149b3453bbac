"""The limit of an increment: the rows a roster writes, prepared beforehand, by bare INSERT … ON CONFLICT into the same
tables with the same indexes and triggers, on one connection."""

from django.db import connections, transaction

from zhijia.kernel import benches

OF_UNION = {
    "registry_person": "id",
    "registry_membership": "person_id",
    "registry_membership_change": "person_id",
    "vault_secret": "kind, blind",
    "facts_fact": "record_id",
}
"""The tables a roster's new members stand in, and the order in which the rows go in."""
PREFIX = "bench_prepared_"
_WRITTEN = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def prepare(union_id: int) -> None:
    """Take the rows of this union's members out of the register and lay them ready. Not part of what is measured."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in OF_UNION:
            cursor.execute(
                f"CREATE UNLOGGED TABLE {PREFIX}{table} AS SELECT * FROM {table} WHERE union_id = %s",  # noqa: S608
                [union_id],
            )
            cursor.execute(f"ANALYZE {PREFIX}{table}")
    _take_out(union_id)


def seconds(union_id: int) -> float:
    """How long the prepared rows take, all tables in one transaction; they are taken out again afterwards."""

    statements = [_insert(table, order) for table, order in OF_UNION.items()]

    def insert() -> None:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    took = benches.seconds_of(insert)
    _take_out(union_id)
    return took


def _insert(table: str, order: str) -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_WRITTEN, [table])
        (columns,) = cursor.fetchone()
    return (
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {PREFIX}{table}"  # noqa: S608
        f" ORDER BY {order} ON CONFLICT DO NOTHING"
    )


def _take_out(union_id: int) -> None:
    """Delete the rows and what is left of them in the indexes; facts, which are never deleted, by the owner's leave."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE facts_fact DISABLE TRIGGER facts_fact_only_grows")
        for table in OF_UNION:
            cursor.execute(f"DELETE FROM {table} WHERE union_id = %s", [union_id])  # noqa: S608 - our own names
        cursor.execute("ALTER TABLE facts_fact ENABLE TRIGGER facts_fact_only_grows")
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM {', '.join(OF_UNION)}")
