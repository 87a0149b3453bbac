"""The patterns of `matches`: a subset of RE2's that Python and PostgreSQL both keep, parsed to a tree and written anew.

A pattern is found anywhere in the text. `.` is any character but the line feed, `^` and `$` are the two ends of the
text, classes are sets of code points, `\\d \\w \\s` speak of ASCII alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 500
MOST_REPEATS = 255
MOST_PIECES = 1_000
MOST_NESTED = 12
MOST_EMPTY = 200
"""How many pieces that match the empty text too a pattern may have when each repetition is written out: the time in
which the database reads a row of them grows with their third power."""
LAST = 0x10FFFF

Range = tuple[int, int]
"""From one code point to another, both included."""


class PatternRefused(Exception):
    """The pattern is none of ours: a code, the place in the pattern counted from 0, and the sign that stands there."""

    def __init__(self, code: str, at: int, sign: str = "") -> None:
        super().__init__(f"{code} at {at} {sign}")
        self.code, self.at, self.sign = code, at, sign


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

_DIGIT: tuple[Range, ...] = ((48, 57),)
_WORD: tuple[Range, ...] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: tuple[Range, ...] = ((9, 10), (12, 13), (32, 32))
_SETS = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_SIGNS = frozenset(r"\.+*?()|[]{}^$/-")


def parse(text: str) -> Pattern:
    """The tree. Raises PatternRefused."""
    if len(text) > MOST_CHARACTERS:
        raise PatternRefused("long", MOST_CHARACTERS)
    reader = _Reader(text)
    found = reader.alternatives(0)
    if reader.at < len(text):
        raise PatternRefused("sign", reader.at, text[reader.at])
    if _size(found) > MOST_PIECES or _empties(found) > MOST_EMPTY:
        raise PatternRefused("long", 0)
    return found


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


def _size(pattern: Pattern) -> int:
    """How many pieces it has when each repetition is written out."""
    match pattern:
        case Sequence(parts=parts) | Alternatives(choices=parts):
            return 1 + sum(_size(part) for part in parts)
        case Repeat(part=part, least=least, most=most):
            return _size(part) * max(least + 1, most or 0)
    return 1


def _empties(pattern: Pattern) -> int:
    """How many of its pieces match the empty text too when each repetition is written out."""
    match pattern:
        case Sequence(parts=parts) | Alternatives(choices=parts):
            return sum(_empties(part) for part in parts) or int(parts == ())
        case Repeat(part=part, least=least, most=most):
            return _empties(part) * max(least, most or 1) or int(least == 0)
    return 0


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def took(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def alternatives(self, depth: int) -> Pattern:
        if depth > MOST_NESTED:
            raise PatternRefused("deep", self.at)
        choices = [self.sequence(depth)]
        while self.took("|"):
            choices.append(self.sequence(depth))
        return choices[0] if len(choices) == 1 else Alternatives(tuple(choices))

    def sequence(self, depth: int) -> Pattern:
        parts = []
        while self.sign and self.sign not in "|)":
            parts.append(self.repeated(depth))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, depth: int) -> Pattern:
        start = self.at
        part = self.piece(depth)
        counts = self.counts()
        if counts is None:
            return part
        if isinstance(part, Begin | End):
            raise PatternRefused("repeat", start, self.text[start])
        if self.sign and self.sign in "?*+{":
            raise PatternRefused("repeat", self.at, self.sign)
        return Repeat(part, *counts)

    def counts(self) -> tuple[int, int | None] | None:
        if self.took("?"):
            return (0, 1)
        if self.took("*"):
            return (0, None)
        if self.took("+"):
            return (1, None)
        if not self.took("{"):
            return None
        start = self.at
        least = self.number()
        most: int | None = least
        if self.took(","):
            most = self.number() if self.sign.isdecimal() else None
        if not self.took("}") or max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise PatternRefused("count", start, self.sign)
        return (least, most)

    def number(self) -> int:
        start = self.at
        while "0" <= self.sign <= "9":
            self.at += 1
        if not 0 < self.at - start <= 4:
            raise PatternRefused("count", start, self.sign)
        return int(self.text[start : self.at])

    def piece(self, depth: int) -> Pattern:
        start = self.at
        sign = self.sign
        self.at += 1
        match sign:
            case "(":
                if self.sign == "?" and not self.took("?:"):
                    raise PatternRefused("group", start, self.text[start : start + 3])
                found = self.alternatives(depth + 1)
                if not self.took(")"):
                    raise PatternRefused("open", start, "(")
                return found
            case "[":
                return self.set_of(start)
            case ".":
                return ANY
            case "^":
                return Begin()
            case "$":
                return End()
            case "\\":
                return Characters(self.escape(start))
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternRefused("sign", start, sign)
        return Characters(((ord(sign), ord(sign)),))

    def escape(self, start: int) -> tuple[Range, ...]:
        sign = self.sign
        self.at += 1
        if sign in _SETS:
            return _SETS[sign]
        if sign and sign.lower() in _SETS:
            return inverted(_SETS[sign.lower()])
        if sign in _SIGNS or sign in _PLAIN:
            code = ord(_PLAIN.get(sign, sign))
            return ((code, code),)
        raise PatternRefused("escape", start, "\\" + sign)

    def set_of(self, start: int) -> Pattern:
        negative = self.took("^")
        ranges: list[Range] = []
        while not self.took("]"):
            if not self.sign:
                raise PatternRefused("open", start, "[")
            ranges += self.member()
        if not ranges:
            raise PatternRefused("class", start, "[]")
        found = merged(ranges)
        if negative:
            found = inverted(found)
        if not found:
            raise PatternRefused("class", start, self.text[start : self.at])
        return Characters(found)

    def member(self) -> Iterator[Range]:
        low = self.one()
        if self.sign == "-" and self.text[self.at + 1 : self.at + 2] not in {"]", ""}:
            self.at += 1
            start = self.at
            high = self.one()
            if (
                len(low) != 1
                or len(high) != 1
                or low[0][0] != low[0][1]
                or high[0][0] != high[0][1]
                or high < low
            ):
                raise PatternRefused("class", start, self.text[start : self.at])
            yield (low[0][0], high[0][0])
            return
        yield from low

    def one(self) -> tuple[Range, ...]:
        start = self.at
        sign = self.sign
        self.at += 1
        if sign == "\\":
            return self.escape(start)
        if not sign or sign == "[":
            raise PatternRefused("class", start, sign)
        return ((ord(sign), ord(sign)),)
