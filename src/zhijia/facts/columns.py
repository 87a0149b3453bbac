"""Many facts of one kind and day at once, laid out for COPY without an object a fact."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from zhijia.facts.services import NewFact, fitting
from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes

INTO = """COPY facts_fact (kind, union_id, county_id, day, quantity, amount, person_id, dimensions, class, record,
 record_id, turn, run_id) FROM STDIN (FORMAT binary)"""
"""The COPY that takes the rows below; it leaves the deltas of its facts as every statement does."""
_HEX = np.frombuffer("".join(f"{number:02x}" for number in range(256)).encode(), np.uint8).reshape(256, 2)
_DASHES = (8, 13, 18, 23)
_DIGITS = np.array([place for place in range(36) if place not in _DASHES])


def rows(
    *,
    kind: str,
    day: date | Bytes,
    record: str,
    record_ids: Bytes,
    people: Bytes,
    unions: Bytes,
    counties: Bytes,
    dimensions: Sequence[Mapping[str, str | int | bool]],
    of: NDArray[Any],
    run_id: str,
) -> bytes:
    """Rows for `INTO`: one person's fact each, of the run. `unions` and `counties` are fields of numbers
    (`copies.int4`), `day` one for all or a field of days, `of` says which of the `dimensions` a fact has. Raises
    UnknownFact when one does not fit its kind."""
    person = UUID(int=0)
    fit = [
        fitting(
            NewFact(
                kind=kind, union_id=0, county_id=0, day=date.max, record=record, record_id="", person_id=person,
                dimensions=cut,
            )
        )
        for cut in dimensions
    ]  # fmt: skip
    return copies.rows(
        len(people),
        [
            copies.of_text(kind),
            unions,
            counties,
            copies.of_day(day) if isinstance(day, date) else day,
            copies.of_int(1, 8),
            copies.of_int(0, 8),
            copies.wide(people),
            copies.chosen([copies.cell(b"\x01" + words.encode()) for words, _proof in fit], of),
            copies.chosen([copies.of_text(proof) for _words, proof in fit], of),
            copies.of_text(record),
            copies.wide(_as_text(record_ids)),
            copies.of_int(0, 2),
            copies.of_text(run_id),
        ],
    )


def _as_text(ids: Bytes) -> Bytes:
    """Identifiers as text is written, 8-4-4-4-12."""
    out = np.full((len(ids), 36), ord("-"), np.uint8)
    out[:, _DIGITS] = _HEX[ids].reshape(len(ids), 32)
    return out
