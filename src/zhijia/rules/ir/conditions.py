"""And, or, not, one or the other, and two values beside each other."""

from dataclasses import dataclass
from enum import StrEnum

from zhijia.rules.ir.nodes import Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!term`; unknown stays unknown."""

    term: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """`a && b && …`: false if any is false, else unknown if any is unknown, else true (Kleene)."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """`a || b || …`: true if any is true, else unknown if any is unknown, else false (Kleene)."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`test ? then : other`; unknown when the test is unknown, whatever the two say."""

    test: Node
    then: Node
    other: Node


class Comparison(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    DIFFERENT = "!="
    LESS = "<"
    LEAST = "<="
    MORE = ">"
    MOST = ">="

    @property
    def opposite(self) -> "Comparison":
        """How two known values stand where they do not stand so."""
        return _OPPOSITE[self]

    @property
    def turned(self) -> "Comparison":
        """The same said with the two values in each other's place."""
        return _TURNED.get(self, self)


_OPPOSITE = {
    Comparison.EQUAL: Comparison.DIFFERENT,
    Comparison.DIFFERENT: Comparison.EQUAL,
    Comparison.LESS: Comparison.MOST,
    Comparison.LEAST: Comparison.MORE,
    Comparison.MORE: Comparison.LEAST,
    Comparison.MOST: Comparison.LESS,
}
_TURNED = {
    Comparison.LESS: Comparison.MORE,
    Comparison.LEAST: Comparison.MOST,
    Comparison.MORE: Comparison.LESS,
    Comparison.MOST: Comparison.LEAST,
}


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two scalars of the same type. Strings by code point, false before true."""

    how: Comparison
    left: Node
    right: Node
