"""Whole columns of values for people the vault has not held before: straight into the table."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import connections

from zhijia.audit.services import Place
from zhijia.kernel import copies
from zhijia.vault import kinds
from zhijia.vault.services import columns


def add_many(kind: str, values: Mapping[UUID, str], *, place: Place, at: datetime) -> int:
    """Keep one value for each of these people, all of one union, in one COPY; how many.

    Values are in their normal form, and nobody holds one of a unique kind (`find_many` said so). They go in in the
    order of their length and their index, so that two such runs never wait for each other for good. Runs as `bulk`,
    in the caller's transaction. Raises IntegrityError when another run was quicker with one of them.
    """
    if not values:
        return 0
    by_width: dict[int, list[tuple[UUID, bytes]]] = defaultdict(list)
    for person, value in values.items():
        raw = value.encode()
        by_width[len(raw)].append((person, raw))
    made = [_rows(kind, held, place, at) for _width, held in sorted(by_width.items())]
    database = connections["bulk"]
    with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(columns.INTO) as copy:
        for piece in (copies.HEAD, *made, copies.END):
            copy.write(piece)
    return len(values)


def _rows(kind: str, held: list[tuple[UUID, bytes]], place: Place, at: datetime) -> bytes:
    """The rows of values of one width, in the order of their indexes where the kind has one."""
    many = len(held)
    people = np.frombuffer(b"".join(person.bytes for person, _ in held), np.uint8).reshape(many, 16)
    cells = np.frombuffer(b"".join(value for _, value in held), np.uint8).reshape(many, -1)
    blinds = None
    if kinds.get(kind).search is not kinds.Search.NONE:
        blinds = columns.index_column(kind, cells)
        halves = blinds.view(">u8")
        order = np.lexsort((halves[:, 1], halves[:, 0]))
        people, cells, blinds = people[order], cells[order], blinds[order]
    return columns.sealed_rows(
        kind,
        people=people,
        values=cells,
        unions=np.broadcast_to(np.frombuffer(copies.of_int(place.union_id), np.uint8), (many, 8)),
        counties=np.broadcast_to(np.frombuffer(copies.of_int(place.county_id), np.uint8), (many, 8)),
        at=at,
        blinds=blinds,
    )
