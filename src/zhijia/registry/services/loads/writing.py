"""A piece of a load goes into the register: by COPY into tables, in the transaction that also says it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connections, transaction
from numpy.typing import NDArray

from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes
from zhijia.registry.services.loads import encoding
from zhijia.registry.services.loads.checking import Batch
from zhijia.registry.services.loads.ground import Unions

_SERIALS = """
SELECT coalesce(string_agg(int8send(drawn.serial), ''), '')
FROM (SELECT nextval('registry_member_serial') AS serial FROM generate_series(1, %s)) AS drawn
"""
_EMPLOYERS = """
INSERT INTO registry_employer (name, credit_code, division, unit_nature, industry, platform)
SELECT told.name, told.code, told.division, '', '', false
FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (code, name, division)
ORDER BY told.code ON CONFLICT (credit_code) DO NOTHING
"""
_EMPLOYED = "SELECT credit_code, id FROM registry_employer WHERE credit_code = ANY (%s)"


def employers(batches: Sequence[Batch], unions: Unions) -> list[Batch]:
    """The batches with their employers, who are made where nobody knows them: in a transaction of its own, since
    two pieces may name the same."""
    asked = {
        code
        for batch in batches
        if "employer_code" in batch.fields
        for code in batch.fields["employer_code"].values
        if code is not None
    }
    if not asked:
        return list(batches)
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute(_EMPLOYED, [list(asked)])
        ids = dict(cursor.fetchall())
        named = {code: told for code, told in encoding.employers_named(batches).items() if code not in ids}
        if named:
            names = [name for name, _union in named.values()]
            divisions = [unions.division_codes[union] for _name, union in named.values()]
            cursor.execute(_EMPLOYERS, [list(named), names, divisions])
            cursor.execute(_EMPLOYED, [list(named)])
            ids |= dict(cursor.fetchall())
    return [encoding.employed(batch, ids) for batch in batches]


def write(
    cursor: Any, run: encoding.Run, batches: Sequence[Batch], blinds: Bytes | None
) -> list[encoding.Made]:
    """Write people nobody knew, in the running transaction of `bulk`. `blinds` are the indexes of the piece's numbers
    by row, where the current key made them."""
    written: list[encoding.Made] = []
    serials, begins = _serials(cursor, sum(len(batch.rows) for batch in batches)), 0
    tables: dict[str, list[bytes]] = {name: [] for name in encoding.INTO}
    for batch in batches:
        ends = begins + len(batch.rows)
        known = None if blinds is None else blinds[batch.rows]
        made = encoding.made(batch, serials[begins:ends], known)
        for name, rows in encoding.encoded(run, made).items():
            tables[name].append(rows)
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


def _serials(cursor: Any, many: int) -> NDArray[np.int64]:
    """As many serial numbers of members as are needed, in one value."""
    cursor.execute(_SERIALS, [many])
    return np.frombuffer(bytes(cursor.fetchone()[0]), ">i8").astype(np.int64)
