"""Chance that can be repeated: every stream of random numbers is named by the seed and what it is for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_ROUNDS = 4
_MIX = np.uint64(0x9E3779B97F4A7C15)


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """The random numbers of this seed for this purpose, the same on every machine and in any order."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *purpose])))


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A random order of 0 … `size` - 1 that can be asked for any place without holding the others in memory.

    A Feistel network over the next even power of two; what falls outside `size` walks on until it falls
    inside.
    """

    size: int
    seed: int

    def at(self, places: Integers) -> Integers:
        """What stands at these places: each of 0 … size - 1 exactly once over all places."""
        half = max(1, (max(2, self.size - 1).bit_length() + 1) // 2)
        values = self._pass(places.astype(np.uint64), half)
        outside = np.flatnonzero(values >= self.size)
        while len(outside):
            values[outside] = self._pass(values[outside], half)
            outside = outside[values[outside] >= self.size]
        return values.astype(np.int64)

    def _pass(self, values: NDArray[np.uint64], half: int) -> NDArray[np.uint64]:
        mask = np.uint64((1 << half) - 1)
        left, right = values >> np.uint64(half), values & mask
        for number in range(_ROUNDS):
            key = np.uint64((self.seed * 2 + 1) * (number + 1) & 0xFFFFFFFF)
            mixed = (right + key) * _MIX
            mixed ^= mixed >> np.uint64(29)
            mixed *= _MIX
            left, right = right, left ^ (mixed >> np.uint64(40)) & mask
        result: NDArray[np.uint64] = (left << np.uint64(half)) | right
        return result


def shares(total: int, weights: NDArray[np.float64], least: int = 0) -> Integers:
    """Whole numbers that follow `weights`, none below `least`, whose sum is exactly `total`."""
    free = total - least * len(weights)
    if free < 0 or not len(weights):
        raise ValueError(f"{total} cannot be shared among {len(weights)} with {least} each")
    ends = np.floor(np.cumsum(weights) / weights.sum() * free + 0.5).astype(np.int64)
    ends[-1] = free
    result: Integers = np.diff(ends, prepend=0) + least
    return result
