"""Values that stand in a rule, and the rows and fields it speaks of."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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
