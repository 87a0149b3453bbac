"""Patterns in Python: `re` where it cannot be slow, an automaton of our own where `re` might try for years."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from zhijia.rules.patterns import Alternatives, Begin, Characters, End, Pattern, Range, Repeat, Sequence

MOST_REMEMBERED = 20_000
Search = Callable[[str], object | None]


@lru_cache(maxsize=1024)
def search(pattern: Pattern) -> Search:
    """Something where the text holds the pattern, else None; in time that grows with the text alone."""
    return re.compile(python_pattern(pattern)).search if _straight(pattern) else _Automaton(pattern)


def python_pattern(pattern: Pattern) -> str:
    """The pattern as Python's `re` reads it."""
    match pattern:
        case Characters(ranges=ranges):
            return "[" + "".join(f"{_char(low)}-{_char(high)}" for low, high in ranges) + "]"
        case Begin():
            return r"\A"
        case End():
            return r"\Z"
        case Sequence(parts=parts):
            return "".join(f"(?:{python_pattern(part)})" for part in parts)
        case Alternatives(choices=choices):
            return "|".join(f"(?:{python_pattern(choice)})" for choice in choices)
        case Repeat(part=part, least=least, most=most):
            return f"(?:{python_pattern(part)}){{{least},{'' if most is None else most}}}"


def _char(code: int) -> str:
    return f"\\U{code:08x}"


def _straight(pattern: Pattern) -> bool:
    """Whether trying back is bounded: only characters repeat, at most one of them by choice, an open end after `^`."""
    parts = pattern.parts if isinstance(pattern, Sequence) else (pattern,)
    chosen = 0
    for part in parts:
        if isinstance(part, Repeat):
            if not isinstance(part.part, Characters) or (
                part.most is None and not isinstance(parts[0], Begin)
            ):
                return False
            chosen += part.least != part.most
        elif isinstance(part, Sequence | Alternatives):
            return False
    return chosen <= 1


class _State:
    __slots__ = ("accepts", "ends", "next", "places")

    def __init__(self, places: frozenset[int], *, accepts: bool, ends: bool) -> None:
        self.places, self.accepts, self.ends = places, accepts, ends
        self.next: dict[str, _State] = {}


class _Automaton:
    """All ways through the pattern at once, each set of places remembered as one state."""

    def __init__(self, pattern: Pattern) -> None:
        self.read: dict[int, tuple[tuple[Range, ...], int]] = {}
        self.free: dict[int, list[tuple[type | None, int]]] = {}
        self._places = 1
        self.goal = self._write(pattern, 0)
        self._states: dict[frozenset[int], _State] = {}
        self._remembered = 0
        self._again = self._reached({0})
        self.first = self._state(frozenset(self._reached({0}, Begin)))
        self.first.ends = self.goal in self._reached({0}, Begin, End)

    def __call__(self, text: str) -> bool | None:
        state = self.first
        for char in text:
            if state.accepts:
                return True
            state = state.next.get(char) or self._step(state, char)
        return True if state.accepts or state.ends else None

    def _place(self) -> int:
        self._places += 1
        return self._places - 1

    def _way(self, start: int, to: int, kind: type | None = None) -> None:
        self.free.setdefault(start, []).append((kind, to))

    def _write(self, pattern: Pattern, start: int) -> int:
        """Lay the pattern from a place on; the place it ends at."""
        match pattern:
            case Characters(ranges=ranges):
                end = self._place()
                at = self._place()
                self._way(start, at)
                self.read[at] = (ranges, end)
                return end
            case Begin() | End():
                end = self._place()
                self._way(start, end, type(pattern))
                return end
            case Sequence(parts=parts):
                for part in parts:
                    start = self._write(part, start)
                return start
            case Alternatives(choices=choices):
                end = self._place()
                for choice in choices:
                    self._way(self._write(choice, start), end)
                return end
            case Repeat(part=part, least=least, most=most):
                return self._repeat(part, least, most, start)

    def _repeat(self, part: Pattern, least: int, most: int | None, start: int) -> int:
        for _ in range(least):
            start = self._write(part, start)
        end = self._place()
        if most is None:
            again = self._place()
            self._way(start, again)
            self._way(self._write(part, again), again)
            self._way(again, end)
            return end
        self._way(start, end)
        for _ in range(most - least):
            start = self._write(part, start)
            self._way(start, end)
        return end

    def _reached(self, places: set[int], *kinds: type) -> set[int]:
        found, waiting = set(places), list(places)
        while waiting:
            for kind, to in self.free.get(waiting.pop(), ()):
                if to not in found and (kind is None or kind in kinds):
                    found.add(to)
                    waiting.append(to)
        return found

    def _state(self, places: frozenset[int]) -> _State:
        if places not in self._states:
            ends = self.goal in self._reached(set(places), End)
            self._states[places] = _State(places, accepts=self.goal in places, ends=ends)
        return self._states[places]

    def _step(self, state: _State, char: str) -> _State:
        if self._remembered >= MOST_REMEMBERED:
            for known in (self.first, *tuple(self._states.values())):
                known.next.clear()
            self._states.clear()
            self._remembered = 0
        self._remembered += 1
        found = self._state(frozenset(self._reached(set(self._after(state, ord(char)))) | self._again))
        state.next[char] = found
        return found

    def _after(self, state: _State, code: int) -> Iterator[int]:
        for place in state.places:
            if place in self.read:
                ranges, to = self.read[place]
                if any(low <= code <= high for low, high in ranges):
                    yield to
