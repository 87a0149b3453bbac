"""The slow, obvious model the trees are compared with: every edge and stay is kept as a dated line and read by walking.

It knows nothing of intervals, counties, roll-ups or SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

TREES = ("organisation", "fund", "industry")


@dataclass
class Stay:
    """Somebody was in a union from a day to a day."""

    person: int
    union: int
    start: date
    end: date | None = None


@dataclass
class Trees:
    """Unions by number, their level, what ended, the dated edges and stays."""

    levels: dict[int, int] = field(default_factory=dict)
    names: dict[int, list[tuple[date, str]]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    edges: list[list[object]] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    def hang(self, union: int, tree: str, parent: int | None, day: date) -> None:
        for edge in self.edges:
            if edge[:2] == [union, tree] and edge[4] is None:
                edge[4] = day
        if parent is not None:
            self.edges.append([union, tree, parent, day, None])

    def parent(self, union: int, tree: str, day: date | None = None) -> int | None:
        for of, which, parent, start, end in self.edges:
            if (of, which) == (union, tree) and _holds(start, end, day):
                return parent
        return None

    def children(self, union: int, tree: str) -> list[int]:
        return [of for of in self.levels if self.parent(of, tree) == union]

    def under(self, top: int, tree: str, day: date | None = None) -> set[int]:
        parents = {
            of: parent
            for of, which, parent, start, end in self.edges
            if which == tree and _holds(start, end, day)
        }
        found = set()
        for union in self.levels:
            step: int | None = union
            while step is not None and step != top:
                step = parents.get(step)
            if step == top:
                found.add(union)
        return found

    def members(self, unions: Iterable[int], day: date | None = None) -> int:
        there = set(unions)
        return sum(stay.union in there and _holds(stay.start, stay.end, day) for stay in self.stays)

    def rows(self, unions: Iterable[int]) -> int:
        there = set(unions)
        return sum(stay.union in there for stay in self.stays)

    def open_in(self, union: int) -> list[Stay]:
        return [stay for stay in self.stays if stay.union == union and stay.end is None]

    def move_members(self, source: int, target: int, people: Iterable[int], day: date) -> None:
        going = set(people)
        for stay in self.open_in(source):
            if stay.person in going:
                stay.end = max(day, stay.start)
                self.stays.append(Stay(stay.person, target, stay.end))

    def name(self, union: int, day: date) -> str:
        return [name for start, name in self.names[union] if start <= day][-1]


def _holds(start: date, end: date | None, day: date | None) -> bool:
    """In force on the day; open, where none is named."""
    return end is None if day is None else start <= day and (end is None or day < end)
