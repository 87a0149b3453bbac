"""How many wait, of several things at once: a menu asks on every page, so it asks in one statement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Counted = tuple[int, int]


def counted(waiting: Sequence[QuerySet[Any]], *, most: int, today: date | None = None) -> list[Counted]:
    """For each of these, how many rows there are, counted no further than `most`, and how many of them were due before
    today (0 where no day is given: rows without a `due_on`)."""
    statements, values, known = [], [], []
    late = "count(*) FILTER (WHERE w.due_on < %s)" if today else "0"
    for rows in waiting:
        fields = ("pk", "due_on") if today else ("pk",)
        try:
            sql, given = rows.order_by().values(*fields)[:most].query.sql_with_params()
        except EmptyResultSet:
            known.append(False)
            continue
        known.append(True)
        statements.append(f"SELECT {len(known)} AS place, count(*), {late} FROM ({sql}) w")  # noqa: S608
        values += [*([today] if today else []), *given]
    if not statements:
        return [(0, 0)] * len(known)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements) + " ORDER BY place", values)
        found = iter(cursor.fetchall())
    return [next(found)[1:] if there else (0, 0) for there in known]
