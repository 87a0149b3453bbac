"""What a pattern is made of."""

from dataclasses import dataclass

LAST = 0x10FFFF

Range = tuple[int, int]
"""From one code point to another, both included."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set: sorted ranges apart from each other, none of them empty. Never U+0000."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Begin:
    """`^`: the beginning of the text."""


@dataclass(frozen=True, slots=True)
class End:
    """`$`: the end of the text."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; of nothing, the empty text."""

    parts: "tuple[Pattern, ...]"


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Any of them."""

    choices: "tuple[Pattern, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part at least `least` times and at most `most` (None: any number)."""

    part: "Pattern"
    least: int
    most: int | None


Pattern = Characters | Begin | End | Sequence | Alternatives | Repeat


def inverted(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """All characters but these (and U+0000, which no text has)."""
    found, start = [], 1
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def merged(ranges: list[Range]) -> tuple[Range, ...]:
    """The same characters as sorted ranges apart from each other."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


ANY = Characters(inverted(((10, 10),)))
