"""The same number twice in the files of a load, found by its keyed indexes. Pure."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

HALF = np.dtype("<u8")
STEP = 1 << 20


def later_rows(blinds: NDArray[np.uint8]) -> dict[int, int]:
    """Each row whose index an earlier row has, with the first that has it. Rows of zeros have none.

    Sorting the first halves alone leaves few rows to look at wholly; for n rows it takes 8 n bytes beside them.
    """
    heads = np.ascontiguousarray(blinds).view(HALF)[:, 0]
    ordered = np.sort(heads)
    shared = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    if not len(shared):
        return {}
    rows: dict[bytes, list[int]] = defaultdict(list)
    for start in range(0, len(heads), STEP):
        some = heads[start : start + STEP]
        places = np.minimum(np.searchsorted(shared, some), len(shared) - 1)
        for row in (np.flatnonzero(shared[places] == some) + start).tolist():
            rows[blinds[row].tobytes()].append(row)
    rows.pop(bytes(blinds.shape[1]), None)
    return {later: same[0] for same in rows.values() for later in same[1:]}
