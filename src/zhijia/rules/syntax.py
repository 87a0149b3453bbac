"""What the parser makes of a rule's text: CEL's expressions with their places, not yet understood."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from zhijia.rules.problems import Span


class Form(StrEnum):
    """How a literal is written."""

    INT = "int"
    UINT = "uint"
    DOUBLE = "double"
    STRING = "string"
    BYTES = "bytes"
    BOOL = "bool"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Expression:
    """What every expression says of itself: from where to where it stands."""

    span: Span


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A value as it is written; a negative number carries its sign."""

    form: Form
    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """An identifier that stands alone."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Expression):
    """`of.name`."""

    of: Expression
    name: str
    place: Span


@dataclass(frozen=True, slots=True)
class Invocation(Expression):
    """`name(arguments)`, or `target.name(arguments)`; macros too."""

    target: Expression | None
    name: str
    place: Span
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Subscript(Expression):
    """`of[key]`."""

    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Prefix(Expression):
    """`!term` or `-term`."""

    sign: str
    term: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """`left sign right`: arithmetic, comparisons and `in`. `place` is that of the sign."""

    sign: str
    place: Span
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Junction(Expression):
    """`a && b && …` or `a || b || …`."""

    sign: str
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Ternary(Expression):
    """`test ? then : other`."""

    test: Expression
    then: Expression
    other: Expression


@dataclass(frozen=True, slots=True)
class Listing(Expression):
    """`[a, b, …]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Expression):
    """`{key: value, …}`."""

    entries: tuple[tuple[Expression, Expression], ...]


def parts(expression: Expression) -> Iterator[Expression]:
    """The expressions right below, in the order of the text."""
    for name in (part.name for part in fields(expression)):
        value = getattr(expression, name)
        for item in value if isinstance(value, tuple) else (value,):
            for piece in item if isinstance(item, tuple) else (item,):
                if isinstance(piece, Expression):
                    yield piece
