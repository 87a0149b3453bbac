"""People nobody knew go into the register: one COPY a table, in the order of the table's largest index, laid out piece
by piece so that memory stays small however many they are."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhijia.kernel import copies
from zhijia.notices import many as notices
from zhijia.registry.services.imports import encoding, fields
from zhijia.registry.services.imports.batches import Batch, Places, by_width
from zhijia.registry.services.imports.encoding import Made, Run
from zhijia.vault import services as vault

PIECE = 20_000
"""Rows that are laid out at once."""
_SERIALS = """
SELECT coalesce(string_agg(int8send(drawn.serial), ''), '')
FROM (SELECT nextval('registry_member_serial') AS serial FROM generate_series(1, %s)) AS drawn
"""


def write(cursor: Any, run: Run, batch: Batch) -> Made:
    """Write these people with everything that belongs to them, in the running transaction of `bulk`, in the order of
    their keyed indexes where a number is held once: two runs never wait for each other for good. Raises
    IntegrityError when another run was quicker with one of them."""
    made = encoding.made(batch, serials(cursor, len(batch.rows)), None)
    vault.hold_keys("bulk")
    _copy(cursor, encoding.INTO["secrets"], _secrets(run, made))
    by_name, by_person, by_membership = (
        batch.names.arg_sort().to_numpy().astype(np.int64),
        _order(made.people),
        _order(made.memberships),
    )
    for table, order in (
        ("people", by_name),
        ("memberships", by_person),
        ("changes", by_person),
        ("facts", by_membership),
    ):
        _copy(cursor, encoding.INTO[table], _rows(encoding.TABLES[table], run, made, order))
    return made


def tell(cursor: Any, run: Run, made: Made, *, union: str) -> None:
    """A message to each of them: by whom they were registered, and that they may refuse."""
    people = made.people[_order(made.people)]
    _copy(
        cursor,
        notices.INTO,
        notices.rows(
            at=run.at, kind="imported", values={"union": union}, people=people, link="registry:me",
            reason="membership", piece=PIECE,
        ),
    )  # fmt: skip


def serials(cursor: Any, many: int) -> NDArray[np.int64]:
    """As many serial numbers of members as are needed, in one value."""
    cursor.execute(_SERIALS, [many])
    return np.frombuffer(bytes(cursor.fetchone()[0]), ">i8").astype(np.int64)


def _rows(encode: Callable[[Run, Made], bytes], run: Run, made: Made, order: Places) -> Iterator[bytes]:
    for begins in range(0, len(order), PIECE):
        yield encode(run, made.at(order[begins : begins + PIECE]))


def _secrets(run: Run, made: Made) -> Iterator[bytes]:
    """Every sealed field, the values of one width after the other, in the order of their indexes. The keys are held."""
    unions, counties = encoding.place(run, made)
    for code, kind in fields.sealed().items():
        for where, values in by_width(encoding.to_seal(made.batch, code)):
            blinds = vault.indexed(kind, values)
            order = np.arange(len(where)) if blinds is None else _order(blinds)
            for begins in range(0, len(order), PIECE):
                some = order[begins : begins + PIECE]
                rows = where[some]
                yield vault.sealed_rows(
                    kind,
                    people=made.people[rows],
                    values=values[some],
                    unions=unions[rows],
                    counties=counties[rows],
                    at=run.at,
                    blinds=None if blinds is None else blinds[some],
                    using=None,
                )


def _order(ids: NDArray[np.uint8]) -> Places:
    """The order of identifiers of sixteen bytes, as the database sorts them."""
    halves = np.ascontiguousarray(ids).view(">u8")
    return np.lexsort((halves[:, 1], halves[:, 0]))


def _copy(cursor: Any, into: str, rows: Iterator[bytes]) -> None:
    with cursor.copy(into) as copy:
        copy.write(copies.HEAD)
        for some in rows:
            copy.write(some)
        copy.write(copies.END)
