"""The signs of a pattern, read into its tree."""

from collections.abc import Iterator

from zhijia.rules.patterns.tree import (
    ANY,
    Alternatives,
    Begin,
    Characters,
    End,
    Pattern,
    Range,
    Repeat,
    Sequence,
    inverted,
    merged,
)

MOST_REPEATS = 255
MOST_NESTED = 12
_DIGIT: tuple[Range, ...] = ((48, 57),)
_WORD: tuple[Range, ...] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: tuple[Range, ...] = ((9, 10), (12, 13), (32, 32))
_SETS = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_SIGNS = frozenset(r"\.+*?()|[]{}^$/-")


class PatternRefused(Exception):
    """The pattern is none of ours: a code, the place in the pattern counted from 0, and the sign that stands there."""

    def __init__(self, code: str, at: int, sign: str = "") -> None:
        super().__init__(f"{code} at {at} {sign}")
        self.code, self.at, self.sign = code, at, sign


class Reader:
    """Reads one pattern from its beginning. Raises PatternRefused."""

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
