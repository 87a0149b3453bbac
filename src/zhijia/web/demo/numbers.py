"""The numbers of whole columns of made-up people: identity numbers, phones, member numbers, random
identifiers.

All are valid by their check digits and belong to nobody (`kernel.codes.synthetic`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhijia.kernel import codes
from zhijia.web.demo.seeds import Integers, Shuffle, shares

Texts = NDArray[np.bytes_]
FIRST_BORN, LAST_BORN = np.datetime64("1962-01-01"), np.datetime64("2007-12-31")
MEN = 0.56
ORDERS = 500
"""Identity numbers a day has for each sex: three digits, odd for men."""
_PHONE_STEP = 61_803_399
_HEX = np.frombuffer("".join(f"{number:02x}" for number in range(256)).encode(), np.uint8).reshape(256, 2)
_STAMPED, _VERSION, _VARIANT = 6, 0x70, 0x80


@dataclass(frozen=True, slots=True)
class Births:
    """Who is born when: as many people of each sex a day as the register needs, each day's at most
    `ORDERS`."""

    ends: Integers
    order: Shuffle

    @classmethod
    def of(cls, people: int, seed: int) -> "Births":
        days = (LAST_BORN - FIRST_BORN).astype(int) + 1
        bump = 0.55 + 0.45 * np.sin(np.linspace(0.1, 3.0, days))
        counts = shares(people, np.concatenate([bump * MEN, bump * (1 - MEN)]))
        if counts.max() >= ORDERS:
            raise ValueError(f"{people} people need more identity numbers than a day has")
        return cls(np.cumsum(counts), Shuffle(people, seed))

    def at(self, serials: Integers) -> tuple[Integers, NDArray[np.bool_], Integers]:
        """Day of birth (since 1970), whether a woman, and the order in the number: for each person
        another."""
        places = self.order.at(serials)
        cells = np.searchsorted(self.ends, places, side="right")
        days = len(self.ends) // 2
        born, women = cells % days, cells >= days
        rank = places - np.where(cells > 0, self.ends[cells - 1], 0)
        orders = (rank + born * 137) % ORDERS * 2 + ~women
        return born + FIRST_BORN.astype("datetime64[D]").astype(np.int64), women, orders

    def spare(self, number: int) -> tuple[int, bool, int]:
        """The same for somebody outside the register: another number for each of as many as there are
        days."""
        cell = number * 7919 % len(self.ends)
        days = len(self.ends) // 2
        rank = int(self.ends[cell] - (self.ends[cell - 1] if cell else 0))
        born, women = cell % days, cell >= days
        order = (rank + born * 137) % ORDERS * 2 + (not women)
        return born + int(FIRST_BORN.astype("datetime64[D]").astype(np.int64)), women, order


def compact_days(days: Integers) -> Integers:
    """Days since 1970 as integers yyyymmdd."""
    dates = days.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    months = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    inside = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    result: Integers = years * 10_000 + months * 100 + inside
    return result


def digits(numbers: Integers, width: int) -> NDArray[np.int64]:
    """The decimal digits of each number, `width` columns."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    result: NDArray[np.int64] = numbers[:, None] // powers % 10
    return result


def as_text(figures: NDArray[np.int64]) -> Texts:
    """Rows of digits as text."""
    width = figures.shape[1]
    return np.ascontiguousarray((figures + ord("0")).astype(np.uint8)).view(f"S{width}").ravel()


def phones(serials: Integers, seed: int) -> Texts:
    """A mobile number nobody has for each serial below 10 ** 8, each another."""
    head = np.frombuffer(codes.synthetic_mobile(0)[:3].encode(), np.uint8).astype(np.int64) - ord("0")
    tails = digits((serials * _PHONE_STEP + seed) % 10**8, 8)
    return as_text(np.hstack([np.broadcast_to(head, (len(serials), 3)), tails]))


def identifiers(rng: np.random.Generator, days: Integers) -> NDArray[np.uint8]:
    """Random identifiers (version 7) that sort by the day they were made, sixteen bytes each."""
    raw = rng.integers(0, 256, (len(days), 16), dtype=np.uint8)
    stamps = days * 86_400_000 + rng.integers(0, 86_400_000, len(days))
    for place in range(_STAMPED):
        raw[:, place] = stamps >> 8 * (_STAMPED - 1 - place) & 0xFF
    raw[:, 6] = _VERSION | raw[:, 6] & 0x0F
    raw[:, 8] = _VARIANT | raw[:, 8] & 0x3F
    return raw


def as_hex(raw: NDArray[np.uint8]) -> Texts:
    """Sixteen bytes a row as 32 hexadecimal digits."""
    return np.ascontiguousarray(_HEX[raw].reshape(len(raw), 32)).view("S32").ravel()
