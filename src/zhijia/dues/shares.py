"""Sharing an amount to the fen: whole fen by the largest remainder, ties in the order of the shares (DUE-07).

One amount by `split`, a pot by whatever weights by `by_weight`, and whole columns by `split_columns`, which says the
same as `split` of each row.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

PARTS = 10_000
"""Parts of a whole that a share is told in: four places."""
MOST_FEN = 9 * 10**14
"""Above this an amount times its parts leaves the whole numbers of a column."""


def parts_of(shares: Sequence[Decimal]) -> list[int]:
    """The shares in ten-thousandths. Raises ValueError where they do not add up to one, or one has more places."""
    parts = [int(share * PARTS) for share in shares]
    if sum(parts) != PARTS or any(share * PARTS != part for share, part in zip(shares, parts, strict=True)):
        raise ValueError("Shares have at most four places and add up to one.")
    return parts


def split(amount: int, shares: Sequence[Decimal]) -> list[int]:
    """The fen of each share: they add up to the amount, none is a whole fen away from its share, and what a share of
    nothing gets is nothing."""
    return by_weight(amount, parts_of(shares))


def by_weight(pot: int, weights: Sequence[int]) -> list[int]:
    """A pot shared by weights to the fen. Raises ValueError for a weight below nothing, or none above it."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0 or pot < 0:
        raise ValueError("A pot is shared by weights, of which one is above nothing.")
    found = [pot * weight // whole for weight in weights]
    left = pot - sum(found)
    largest = sorted(range(len(weights)), key=lambda place: -(pot * weights[place] % whole))
    for place in largest[:left]:
        found[place] += 1
    return found


def split_columns(amounts: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """`split` of many amounts (fen, not below nothing): `parts` holds a row of ten-thousandths for each. Raises
    ValueError for an amount above MOST_FEN."""
    if len(amounts) and (int(amounts.max()) > MOST_FEN or int(amounts.min()) < 0):
        raise ValueError("An amount is too large to be shared in columns, or below nothing.")
    told = amounts[:, None] * parts
    found = told // PARTS
    left = amounts - found.sum(axis=1)
    # Each row's places from the largest remainder down; a stable sort keeps the order of the shares among equals.
    order = np.argsort(-(told - found * PARTS), axis=1, kind="stable")
    given = np.arange(parts.shape[1]) < left[:, None]
    np.put_along_axis(found, order, np.take_along_axis(found, order, axis=1) + given, axis=1)
    return found
