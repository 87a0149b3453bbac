"""Whole columns of values for people the vault has not held before: straight into the table."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connections

from zhijia.audit.services import Place
from zhijia.vault.services.sealing import copy_records, prepare


def add_many(kind: str, values: Mapping[UUID, str], *, place: Place, at: datetime) -> int:
    """Keep one value for each of these people, all of one union, in one COPY; how many.

    Values are in their normal form, and nobody holds one of a unique kind (`find_many` said so). They go in in the
    order of their index, so that two such runs never wait for each other for good. Runs as `bulk`, in the caller's
    transaction. Raises IntegrityError when another run was quicker with one of them.
    """
    if not values:
        return 0
    people = list(values)
    made = prepare(kind, people, [values[person] for person in people])
    blinds = made.blinds
    order = range(len(people))
    if blinds:
        order = sorted(order, key=lambda row: blinds[row * 16 : row * 16 + 16])  # type: ignore[assignment]
    with connections["bulk"].cursor() as cursor:
        copy_records(
            cursor,
            "vault_secret",
            (
                (
                    made.kind,
                    people[row],
                    made.blind(row),
                    made.blind_version,
                    made.sealed[row],
                    made.key_id,
                    place.union_id,
                    place.county_id,
                    people[row],
                    None,
                    at,
                )
                for row in order
            ),
        )
    return len(people)
