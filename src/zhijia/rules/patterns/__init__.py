"""The patterns of `matches`: a subset of RE2's that Python and PostgreSQL both keep, parsed to a tree and written anew.

A pattern is found anywhere in the text. `.` is any character but the line feed, `^` and `$` are the two ends of the
text, classes are sets of code points, `\\d \\w \\s` speak of ASCII alone.
"""

from zhijia.rules.patterns.reading import PatternRefused, Reader
from zhijia.rules.patterns.tree import Alternatives, Begin, Characters, End, Pattern, Range, Repeat, Sequence

__all__ = [
    "Alternatives",
    "Begin",
    "Characters",
    "End",
    "Pattern",
    "PatternRefused",
    "Range",
    "Repeat",
    "Sequence",
    "parse",
]

MOST_CHARACTERS = 500
MOST_PIECES = 1_000
MOST_EMPTY = 200
"""How many pieces that match the empty text too a pattern may have when each repetition is written out: the time in
which the database reads a row of them grows with their third power."""


def parse(text: str) -> Pattern:
    """The tree. Raises PatternRefused."""
    if len(text) > MOST_CHARACTERS:
        raise PatternRefused("long", MOST_CHARACTERS)
    reader = Reader(text)
    found = reader.alternatives(0)
    if reader.at < len(text):
        raise PatternRefused("sign", reader.at, text[reader.at])
    if _size(found) > MOST_PIECES or _empties(found) > MOST_EMPTY:
        raise PatternRefused("long", 0)
    return found


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
