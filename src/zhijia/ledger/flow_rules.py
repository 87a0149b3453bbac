"""First in, first out: which money that came into a union's fund paid for what went out of it. Pure arithmetic, in fen.

What came in and what went out of a fund stand in two rows, each in the order of (day, entry, line). The first fen that
came pays the first that went, and so on: both rows are laid on one axis, and what lies opposite each other belongs
together. What came in beyond all that went out is still at hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Span(NamedTuple):
    """A run of fen on an axis: `low` belongs to it, `high` no longer."""

    low: int
    high: int

    @property
    def fen(self) -> int:
        """How many fen it is."""
        return self.high - self.low


class Met(NamedTuple):
    """Some fen of one item of a row: which item, and where in it they lie."""

    item: int
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """What went one way through a fund: items (entries) in their order, and where each ends on the axis."""

    items: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def total(self) -> int:
        """All that went this way."""
        return int(self.ends[-1]) if len(self.ends) else 0

    def places(self, items: Sequence[int]) -> list[Span | None]:
        """Where items lie on the axis; None for one that went another way or moved nothing."""
        order = np.argsort(self.items)
        at = np.searchsorted(self.items, items, sorter=order)
        spans: list[Span | None] = []
        for item, found in zip(items, at.tolist(), strict=True):
            place = int(order[found]) if found < len(order) else 0
            if found == len(order) or int(self.items[place]) != item:
                spans.append(None)
            else:
                spans.append(Span(int(self.ends[place - 1]) if place else 0, int(self.ends[place])))
        return spans

    def opposite(self, span: Span) -> list[Met]:
        """The items that lie opposite the span, in their order, with the part of each."""
        low, high = span.low, min(span.high, self.total)
        met: list[Met] = []
        place = int(np.searchsorted(self.ends, low, side="right"))
        while low < high:
            end = int(self.ends[place])
            began = int(self.ends[place - 1]) if place else 0
            stop = min(end, high)
            met.append(Met(int(self.items[place]), Span(low - began, stop - began)))
            low, place = stop, place + 1
        return met


@dataclass(frozen=True, slots=True)
class Queue:
    """A fund of a union: what came in, and what went out of it."""

    came: Row
    gone: Row

    @classmethod
    def of(cls, items: Sequence[int] | NDArray[np.int64], nets: Sequence[int] | NDArray[np.int64]) -> "Queue":
        """Of entries in their order, and by how much each made the money at hand more or less."""
        every, moved = np.asarray(items, np.int64), np.asarray(nets, np.int64)
        came, gone = moved > 0, moved < 0
        return cls(Row(every[came], np.cumsum(moved[came])), Row(every[gone], np.cumsum(-moved[gone])))


def still_there(row: Row, span: Span) -> int:
    """How much of the span lies opposite nothing of the row."""
    return max(0, span.high - max(span.low, row.total))


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same fen in as few spans as can be, in their order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.low <= found[-1].high:
            found[-1] = Span(found[-1].low, max(found[-1].high, span.high))
        elif span.fen > 0:
            found.append(span)
    return found


def shares(amounts: Sequence[int], *, moved: int) -> list[Span]:
    """The lines of an entry that are no money at hand, in their order: which part of the money that the entry moved is
    each one's. Lines on the side that answers the money share it, the first first; the rest of them is set off against
    the entry's other lines and moved nothing."""
    given, spans = 0, []
    for amount in amounts:
        answers = -amount if moved > 0 else amount
        part = max(0, min(answers, abs(moved) - given))
        spans.append(Span(given, given + part))
        given += part
    return spans


def set_off(rests: Sequence[int], of: int) -> list[tuple[int, int]]:
    """Which lines the line `of` stands against without money, and with how much: `rests` is what money leaves of each
    line of an entry, debits above zero, together nothing. Debits and credits are laid opposite each other in order."""
    turn = 1 if rests[of] > 0 else -1
    own = [(place, turn * rest) for place, rest in enumerate(rests) if turn * rest > 0]
    other = [(place, -turn * rest) for place, rest in enumerate(rests) if turn * rest < 0]
    before = sum(rest for place, rest in own if place < of)
    mine = Span(before, before + abs(rests[of]))
    row = Row(
        np.array([place for place, _rest in other], np.int64),
        np.cumsum([rest for _place, rest in other], dtype=np.int64),
    )
    return [(met.item, met.span.fen) for met in row.opposite(mine)] if mine.fen else []
