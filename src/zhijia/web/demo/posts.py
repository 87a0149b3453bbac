"""Who holds which post in a demo province (ORG-08, ORG-10): the first members of each union, and of some
unions below a federation its chair and vice-chair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhijia.web.demo.people import OFFICERS, Chunk, Register
from zhijia.web.demo.seeds import Integers
from zhijia.web.demo.unions import NONE, Unions

COMMITTEE = ((10, 1), (25, 3), (100, 5), (200, 7), (500, 9), (1000, 11))
"""Members at most, and how many posts the union then has; beyond the last, fifteen."""
LARGEST = 15
CHAIR, VICE = 0, 1
KINDS = np.array(["01", "02", "04", "05", *["03"] * (LARGEST - 4)])
FULL_TIME_FROM = 200
TERM_YEARS = (3, 5)
OVERDUE = 75
"""Days a few terms have been over already."""


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts held by people of a chunk: their place in it, the union, the kind, full time or not, the
    term."""

    holder: Integers
    union: Integers
    kind: NDArray[np.str_]
    full_time: NDArray[np.bool_]
    begins: Integers
    ends: Integers


class Offices:
    """Which posts there are, by union; asked for the holders chunk by chunk."""

    def __init__(self, register: Register) -> None:
        self.register = register
        unions, today = register.unions, register.calendar.today
        places = np.arange(len(unions))
        self.size = np.full(len(unions), LARGEST)
        for most, posts in reversed(COMMITTEE):
            self.size[unions.members <= most] = posts
        self.size = np.minimum(self.size, unions.members)
        length = np.array(TERM_YEARS)[places % 2] * 365
        self.begins = np.maximum(today - places * 137 % (length + OVERDUE), register.founded)
        self.ends = self.begins + length
        self.above = _federation_posts(unions, register)

    def held_in(self, chunk: Chunk) -> Posts:
        """The posts the people of this chunk hold."""
        own = np.flatnonzero(
            (chunk.rank < np.minimum(self.size[chunk.union], OFFICERS))
            & (chunk.stay.until == NONE)
            & (chunk.stay.begins < self.ends[chunk.union])
        )
        serials, federations, ranks = self.above
        low, high = np.searchsorted(serials, [chunk.serial[0], chunk.serial[-1] + 1])
        holder = np.concatenate([own, serials[low:high] - chunk.serial[0]])
        union = np.concatenate([chunk.union[own], federations[low:high]])
        rank = np.concatenate([chunk.rank[own], ranks[low:high]])
        own_size = self.register.unions.members[union]
        return Posts(
            holder=holder,
            union=union,
            kind=KINDS[rank],
            full_time=(rank == CHAIR) & ((own_size >= FULL_TIME_FROM) | (own_size == 0)),
            begins=np.maximum(self.begins[union], np.where(own_size > 0, chunk.stay.begins[holder], 0)),
            ends=self.ends[union],
        )


def _federation_posts(unions: Unions, register: Register) -> tuple[Integers, Integers, Integers]:
    """(serial of the person, union, rank) of chair and vice-chair of every union without members of its own:
    taken from the first unions below it, no person twice."""
    first = register.ends - unions.members - unions.gone
    used = np.zeros(len(unions), np.int64)
    filled = np.zeros(len(unions), np.int64)
    found: list[tuple[int, int, int]] = []
    for below in np.flatnonzero(unions.members >= OFFICERS).tolist():
        above = unions.parent[below]
        while above != NONE:
            if filled[above] < 2 and not unions.members[above] and used[below] < OFFICERS:
                found.append((int(first[below] + used[below]), above, int(filled[above])))
                filled[above] += 1
                used[below] += 1
            above = unions.parent[above]
    table = np.array(sorted(found), np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
