"""A piece of a load goes into the register: by COPY into tables, in the transaction that also says it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes
from zhijia.registry.services.imports import encoding, newcomers
from zhijia.registry.services.imports.batches import Batch


def write(
    cursor: Any, run: encoding.Run, batches: Sequence[Batch], blinds: Bytes | None
) -> list[encoding.Made]:
    """Write people nobody knew, in the running transaction of `bulk`. `blinds` are the indexes of the piece's numbers
    by row, where the current key made them."""
    written: list[encoding.Made] = []
    serials, begins = newcomers.serials(cursor, sum(len(batch.rows) for batch in batches)), 0
    tables: dict[str, list[bytes]] = {name: [] for name in encoding.INTO}
    for batch in batches:
        ends = begins + len(batch.rows)
        known = None if blinds is None else blinds[batch.rows]
        made = encoding.made(batch, serials[begins:ends], known)
        for name, encode in encoding.TABLES.items():
            tables[name].append(encode(run, made))
        written.append(made)
        begins = ends
    _send(cursor, tables)
    return written


def _send(cursor: Any, tables: Mapping[str, Sequence[bytes]]) -> None:
    for name, rows in tables.items():
        with cursor.copy(encoding.INTO[name]) as copy:
            copy.write(copies.HEAD)
            for some in rows:
                copy.write(some)
            copy.write(copies.END)
