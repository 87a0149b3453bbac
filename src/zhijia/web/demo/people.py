"""The people of a demo province, a chunk at a time: who they are, and where they were and are members."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhijia.web.demo.calendar import Calendar
from zhijia.web.demo.names import People
from zhijia.web.demo.numbers import Births, Texts, compact_days, identifiers, phones
from zhijia.web.demo.plan import Plan
from zhijia.web.demo.seeds import Integers, stream
from zhijia.web.demo.unions import NONE, Unions

STREAM = 3
CHUNK = 50_000
"""People made at once. Part of what a seed means: another size is another province."""
SIXTEEN = 16 * 366
"""Days until somebody may be a member (MEM-01), on the safe side."""
SHORTEST = 30
"""Days a stay in a union lasts at least."""
MOVED, CAME_BACK = 0.07, 0.012
RETAINED = (("30", 0.0, 0.03), ("31", 0.03, 0.038), ("32", 0.038, 0.042))
ENDED = {"40": 0.84, "41": 0.13, "50": 0.03}
NEIGHBOURS = 30
OFFICERS = 16
"""The first members of a union hold its posts."""

Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Stay:
    """One membership of each person of a chunk, where `here` says there is one. `until` NONE is still
    open."""

    here: Flags
    id: NDArray[np.uint8]
    union: Integers
    joined: Integers
    begins: Integers
    until: Integers
    status: NDArray[np.str_]


@dataclass(slots=True)
class Chunk:
    """People in the order of their unions. `serial` is a person's place in the whole province, `rank` the
    place among the people of the union; `moved` says that the earlier stay ended by a transfer, else by
    leaving."""

    serial: Integers
    rank: Integers
    union: Integers
    id: NDArray[np.uint8]
    name: NDArray[np.str_]
    women: Flags
    born: Integers
    number_order: Integers
    phone: Texts
    by_page: Flags
    earlier: Stay
    stay: Stay
    moved: Flags
    retained_on: Integers

    def __len__(self) -> int:
        return len(self.serial)

    @property
    def birth_dates(self) -> Integers:
        """Days of birth as integers yyyymmdd."""
        return compact_days(self.born)


class Register:
    """Everybody in the province, made again and again alike; holds columns by union, never by person."""

    def __init__(self, plan: Plan, unions: Unions, calendar: Calendar) -> None:
        self.plan, self.unions, self.calendar = plan, unions, calendar
        self.total = plan.members + plan.gone
        self.ends = np.cumsum(unions.members + unions.gone)
        self.births = Births.of(self.total, plan.seed)
        self.names = People.read()
        self.founded = calendar.today - np.array(unions.age, np.int64)
        self.pool = np.array(unions.pool)
        holding = unions.members > 0
        self.old = np.flatnonzero(holding & (self.founded < calendar.begins - SHORTEST))

    @property
    def chunk_count(self) -> int:
        """How many chunks the register has."""
        return -(-self.total // CHUNK)

    def chunks(self) -> Iterator[Chunk]:
        """The whole register, `CHUNK` people at a time."""
        return map(self.chunk, range(self.chunk_count))

    def chunk(self, number: int) -> Chunk:
        """One chunk, whichever were made before it."""
        first = number * CHUNK
        return self._chunk(stream(self.plan.seed, STREAM, number), first, min(first + CHUNK, self.total))

    def _chunk(self, rng: np.random.Generator, first: int, last: int) -> Chunk:
        serial = np.arange(first, last)
        union = np.searchsorted(self.ends, serial, side="right")
        before = self.ends[union] - self.unions.members[union] - self.unions.gone[union]
        rank = serial - before
        born, women, order = self.births.at(serial)
        member = rank < self.unions.members[union]
        moved, back = self._kinds(rng, union, member)
        earlier, stay = self._stays(rng, union, born, member, moved, back)
        retained_on = self._retain(rng, stay, rank, member & ~moved & ~back)
        known = np.where(earlier.here, earlier.begins, stay.begins)
        return Chunk(
            serial=serial,
            rank=rank,
            union=union,
            id=identifiers(rng, known),
            name=self.names.draw(rng, women, born // 365 + 1970),
            women=women,
            born=born,
            number_order=order,
            phone=phones(serial, self.plan.seed),
            by_page=rng.random(len(serial)) < np.where(self.pool[union], 0.9, 0.25),
            earlier=earlier,
            stay=stay,
            moved=moved,
            retained_on=retained_on,
        )

    def _kinds(self, rng: np.random.Generator, union: Integers, member: Flags) -> tuple[Flags, Flags]:
        lot = rng.random(len(union))
        moved = member & (lot < MOVED)
        back = member & ~moved & (lot < MOVED + CAME_BACK)
        return moved, back

    def _stays(
        self,
        rng: np.random.Generator,
        union: Integers,
        born: Integers,
        member: Flags,
        moved: Flags,
        back: Flags,
    ) -> tuple[Stay, Stay]:
        """Where everybody was before and is (or was last) a member. Nobody joins under sixteen, before the
        union was founded, or for less than a month."""
        calendar, many = self.calendar, len(union)
        adult, founded = born + SIXTEEN, self.founded[union]
        today, begins = np.full(many, calendar.today), np.full(many, calendar.begins)
        two = moved | back
        other = self._elsewhere(rng, union)
        turned = calendar.draw(rng, np.maximum.reduce([adult + 3 * SHORTEST, founded, begins]), today)
        apart = np.where(moved, 0, rng.integers(SHORTEST, 400, many))
        left_before = np.minimum(np.maximum(turned - apart, np.maximum(begins, adult + 2 * SHORTEST)), turned)
        first_joined = calendar.draw(rng, np.maximum(adult, self.founded[other]), left_before - SHORTEST)
        left = calendar.draw(rng, np.maximum.reduce([adult + SHORTEST, founded + SHORTEST, begins]), today)
        joined = calendar.draw(rng, np.maximum(adult, founded), np.where(member, today, left - SHORTEST))
        since = np.where(two, turned, joined)
        status = np.where(self.pool[union], "11", "10")
        gone = np.flatnonzero(~member)
        status[gone] = rng.choice(list(ENDED), len(gone), p=list(ENDED.values()))
        earlier = Stay(
            here=two,
            id=identifiers(rng, first_joined),
            union=other,
            joined=first_joined,
            begins=first_joined,
            until=left_before,
            status=np.full(many, "40"),
        )
        stay = Stay(
            here=np.ones(many, bool),
            id=identifiers(rng, since),
            union=union,
            joined=np.where(moved, first_joined, since),
            begins=since,
            until=np.where(member, NONE, left),
            status=status,
        )
        return earlier, stay

    def _elsewhere(self, rng: np.random.Generator, union: Integers) -> Integers:
        """Another union for each, mostly a near one, that stood before the history told."""
        many = len(union)
        near = np.searchsorted(self.old, union) + rng.integers(-NEIGHBOURS, NEIGHBOURS + 1, many)
        far = rng.integers(0, len(self.old), many)
        chosen = np.where(rng.random(many) < 0.7, near, far) % len(self.old)
        other = self.old[(chosen + 1) % len(self.old)]
        result: Integers = np.where(self.old[chosen] == union, other, self.old[chosen])
        return result

    def _retain(self, rng: np.random.Generator, stay: Stay, rank: Integers, plain: Flags) -> Integers:
        """Keep the membership of some who stopped working (MEM-09); answers since when, NONE for the others.
        The first of a union are its officers: they work."""
        since = np.full(len(rank), NONE, np.int64)
        today = self.calendar.today
        may = plain & (rank >= OFFICERS) & (stay.begins < today - 2 * SHORTEST)
        lot = np.where(may, rng.random(len(rank)), 1.0)
        for status, low, high in RETAINED:
            here = np.flatnonzero((lot >= low) & (lot < high))
            lowest = np.maximum(stay.begins[here] + SHORTEST, self.calendar.begins)
            since[here] = self.calendar.draw(rng, lowest, np.full(len(here), today))
            stay.status[here] = status
        return since
