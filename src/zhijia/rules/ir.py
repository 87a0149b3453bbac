"""The typed intermediate form that all four readings read (ADR 0014). Every node says its type and its place.

The checker makes it; nothing in it can clash in type any more. Semantics stand with each node; "unknown" is a value of
every type, and a node whose operand is unknown is unknown unless it says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from zhijia.rules.problems import Span
from zhijia.rules.schema import Field, Relation
from zhijia.rules.types import Type

Value = bool | int | float | Decimal | str | date | timedelta


@dataclass(frozen=True, slots=True)
class Node:
    """What every node says of itself."""

    span: Span
    type: Type


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A value that stands in the text: never unknown."""

    value: Value


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """`param("key")`: the value in force at the subject's division on the day asked about; unknown where none is.
    A list of whole numbers is asked by `in` alone."""

    key: str


@dataclass(frozen=True, slots=True)
class Today(Node):
    """`today`: the business day asked about."""


@dataclass(frozen=True, slots=True)
class Subject(Node):
    """The row the rule is about, by its entity's name."""


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """The element a macro is at. `number` tells variables of one name apart: counted from 0 as the text goes on."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Select(Node):
    """A field of a row (`of` is an entity): unknown where there is no such row, no value, or no consent."""

    of: Node
    field: Field


@dataclass(frozen=True, slots=True)
class Follow(Node):
    """A relation of a row: its rows as a list (`many`), or the one row, which may be none.

    The list is unknown where `of` is no row or consent is missing; otherwise it is known, perhaps empty."""

    of: Node
    relation: Relation


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(row.field)`: whether we know it. Never unknown: false where it is missing or hidden. `of` is a Select,
    or a Follow (of one: there is a row; of many: the list is known)."""

    of: "Select | Follow"


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


class Operation(StrEnum):
    """What arithmetic does."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    REMAINDER = "%"


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """int: 64 bits, division and remainder toward zero; double, without remainder; decimal: six places, halves away
    from zero, below 10^18, remainder toward zero.
    Also date - date, date ± duration, duration ± duration, string + string.
    Unknown: a divisor of zero and, where `guarded`, a result outside the type's range (otherwise the bounds of the
    operands prove that it lies within)."""

    how: Operation
    left: Node
    right: Node
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-term` of a number or a duration; guarded as in Arithmetic."""

    term: Node
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b, …]` of scalars of one type, at least one. The list is known, an item may be unknown."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    """`{key: value, …}`: keys are different constants of one type (string, int or bool), values scalars of one type;
    a value may be unknown."""

    entries: tuple[tuple[Constant, Node], ...]


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`list[i]` or `map[key]`; unknown where there is none."""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`item in list` or `key in map`: true if it equals any, else unknown if any comparison is unknown, else false."""

    item: Node
    among: Node


class Function(StrEnum):
    """What can be called."""

    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    CONTAINS = "contains"
    MATCHES = "matches"
    LENGTH = "size"
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    YEAR = "getFullYear"
    MONTH = "getMonth"
    DAY_OF_MONTH = "getDate"
    DAY_OF_WEEK = "getDayOfWeek"
    TO_INT = "int"
    TO_DOUBLE = "double"
    TO_DECIMAL = "decimal"
    TO_STRING = "string"
    SMALLER = "least"
    GREATER = "greatest"


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of scalars. LENGTH is in code points. MATCHES: the second argument is a constant, a pattern of
    `patterns`, found anywhere in the text. YEARS and MONTHS (from, to): completed ones, an anniversary of 29 February
    falls on 1 March; negative when `to` comes first
    (minus those from `to` to `from`). DAYS (duration): whole days. MONTH counts from 0, DAY_OF_WEEK from Sunday = 0, as
    CEL does. TO_INT of double and decimal cuts toward zero, of a string reads `-?[0-9]+`; unknown outside the range.
    LEAST and GREATEST of two numbers of one type."""

    function: Function
    arguments: tuple[Node, ...]
    guarded: bool = True


class Quantity(StrEnum):
    """How a condition is asked of a list."""

    ALL = "all"
    EXISTS = "exists"
    EXISTS_ONE = "exists_one"


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`list.all(x, p)` and `exists` are And and Or over the elements. `exists_one`: unknown if p is unknown for any
    element, else whether it is true for exactly one. All are unknown if the list is."""

    quantity: Quantity
    variable: Variable
    over: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Filtered(Node):
    """`list.filter(x, p)`: the list is unknown if p is unknown for any element."""

    variable: Variable
    over: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Mapped(Node):
    """`list.map(x, e)`: a list of scalars; an element may be unknown."""

    variable: Variable
    over: Node
    body: Node


class Measure(StrEnum):
    """What is made of a whole list."""

    SIZE = "size"
    SUM = "sum"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`size(list)`, `sum(list)`, `min(list)`, `max(list)`. Sum, min and max are unknown if any element is; of an empty
    list the sum is zero, min and max are unknown. Size counts unknown elements too. Doubles have no sum: it would hang
    on the order. A sum is guarded as a whole, not step by step."""

    measure: Measure
    over: Node
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule: its text, the entity it is about, the purpose it may use fields for, and what it computes
    (a verdict when its type is bool)."""

    text: str
    subject: str
    purpose: str
    root: Node


def children(node: Node) -> Iterator[Node]:
    """The nodes right below, in the order of the text."""
    for part in fields(node):
        value = getattr(node, part.name)
        for item in value if isinstance(value, tuple) else (value,):
            for piece in item if isinstance(item, tuple) else (item,):
                if isinstance(piece, Node):
                    yield piece


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def uses(rule: Rule) -> frozenset[tuple[str, str]]:
    """The (entity, field or relation) pairs whose change can change what the rule says."""
    return frozenset(
        (part.of.type.entity, part.field.name if isinstance(part, Select) else part.relation.name)
        for part in walk(rule.root)
        if isinstance(part, Select | Follow)
    )
