"""Whole columns of values of one width, as bytes: sealed, indexed and laid out for COPY without an object a value.

For runs of many rows as the role `bulk`; what a value is and whether it is well formed the caller has made sure.
"""

from datetime import datetime

import numpy as np

from zhijia.kernel import ciphers, copies
from zhijia.kernel.copies import Bytes, Field
from zhijia.vault import kinds, locks
from zhijia.vault.places import SEALING
from zhijia.vault.services.sealing import COPY

INTO = COPY.format(table="vault_secret")
"""The COPY that takes the rows below."""


def hold_keys(using: str) -> None:
    """Nobody turns the keys until the transaction of `using` ends, whoever seals for it."""
    locks.writing(using)


def index_column(kind: str, values: Bytes) -> Bytes:
    """The blind indexes of normal forms of one width, sixteen bytes a row, under the current key."""
    chosen = kinds.get(kind)
    return ciphers.index_cells(ciphers.keyring().current(chosen.index_name), values)


def indexed(kind: str, values: Bytes) -> Bytes | None:
    """The same as `index_column` for any kind: None where the kind is not searched."""
    return None if kinds.get(kind).search is kinds.Search.NONE else index_column(kind, values)


def index_version(kind: str) -> int:
    """The number of the index key that is current: indexes are equal for equal values while it stays."""
    return ciphers.keyring().current(kinds.get(kind).index_name).id


def sealed_rows(
    kind: str,
    *,
    people: Bytes,
    values: Bytes,
    unions: Bytes,
    counties: Bytes,
    at: datetime,
    blinds: Bytes | None = None,
    using: str | None = "bulk",
) -> bytes:
    """Rows for `INTO` that hold one value for each of these people; `unions` and `counties` are fields of numbers
    (`copies.int4`). Within the running transaction of `bulk`, which holds the keys still; `blinds` are the indexes
    under the current key where the caller has them already. `using` None: the keys are held (`hold_keys`), by
    another process or because the rows are made while they are copied."""
    if using is not None:
        locks.writing(using)
    chosen, ring = kinds.get(kind), ciphers.keyring()
    key = ring.current(SEALING)
    version = copies.NULL
    found: Field = copies.NULL
    if chosen.search is not kinds.Search.NONE:
        index_key = ring.current(chosen.index_name)
        found = copies.wide(ciphers.index_cells(index_key, values) if blinds is None else blinds)
        version = copies.of_int(index_key.id)
    person = copies.wide(people)
    return copies.rows(
        len(people),
        [
            copies.of_int(chosen.number, 2),
            person,
            found,
            version,
            copies.wide(ciphers.seal_cells(key, values, _bindings(chosen, people))),
            copies.of_int(key.id),
            unions,
            counties,
            person,
            copies.NULL,
            copies.of_moment(at),
        ],
    )


def _bindings(kind: kinds.Kind, people: Bytes) -> Bytes:
    """`places.binding` for each of these rows."""
    head = np.frombuffer(kind.name.encode() + b":", np.uint8)
    out = np.empty((len(people), len(head) + 16), np.uint8)
    out[:, : len(head)] = head
    out[:, len(head) :] = people
    return out
