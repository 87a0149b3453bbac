"""The limit of an increment: the rows a roster writes, prepared beforehand, by bare INSERT … ON CONFLICT into the same
tables with the same indexes and triggers, on one connection. Who comes in so is a member as good as any other."""

from datetime import datetime
from pathlib import Path

import numpy as np
from django.db import connections, transaction

from zhijia.kernel import benches, copies, days
from zhijia.registry.models import Union
from zhijia.registry.services.imports import encoding, newcomers, reading, staging
from zhijia.registry.services.imports.ground import of_union
from zhijia.vault import services as vault

ORDER = {
    "registry_person": "id",
    "registry_membership": "person_id",
    "registry_membership_change": "person_id",
    "vault_secret": "kind, blind",
    "facts_fact": "record_id",
}
"""The tables a roster's new members stand in, and the order in which the rows go in."""
PREFIX = "bench_prepared_"


def table_of(into: str) -> str:
    """The table a COPY goes into."""
    return into.split()[1]


def columns_of(into: str) -> str:
    """The columns a COPY names."""
    return into.partition("(")[2].partition(")")[0]


def prepare(file: Path, union: Union, at: datetime) -> None:
    """Lay the rows ready that this roster writes at this union. Not part of what is measured."""
    day = days.business_day(at)
    checked = reading.read(file, union=union, day=day).checked
    batch = staging.batch(checked.values, checked.good())
    run = encoding.Run(of_union(union, day), day, at, "bench", 0)
    with connections["owner"].cursor() as cursor:
        for into in encoding.INTO.values():
            table = table_of(into)
            cursor.execute(
                f"CREATE UNLOGGED TABLE {PREFIX}{table} AS SELECT {columns_of(into)} FROM {table} WITH NO DATA"  # noqa: S608 - names of ours
            )
        with transaction.atomic(using="bulk"):
            vault.hold_keys("bulk")
            with connections["bulk"].cursor() as drawing:
                made = encoding.made(batch, newcomers.serials(drawing, len(batch.rows)), None)
            for begins in range(0, len(batch.rows), newcomers.PIECE):
                some = made.at(np.arange(begins, min(begins + newcomers.PIECE, len(batch.rows))))
                for name, encode in encoding.TABLES.items():
                    rows = encode(run, some)
                    with cursor.copy(encoding.INTO[name].replace("COPY ", f"COPY {PREFIX}", 1)) as copy:
                        for piece in (copies.HEAD, rows, copies.END):
                            copy.write(piece)
        cursor.execute(f"ANALYZE {', '.join(PREFIX + table for table in ORDER)}")


def seconds() -> float:
    """How long the prepared rows take, all tables in one transaction."""
    columns = {table_of(into): columns_of(into) for into in encoding.INTO.values()}

    def insert() -> None:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table, order in ORDER.items():
                cursor.execute(
                    f"INSERT INTO {table} ({columns[table]}) SELECT {columns[table]} FROM {PREFIX}{table}"  # noqa: S608
                    f" ORDER BY {order} ON CONFLICT DO NOTHING"
                )

    took = benches.seconds_of(insert)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(PREFIX + table for table in ORDER)}")
    return took
