"""Arithmetic and functions."""

from dataclasses import dataclass
from enum import StrEnum

from zhijia.rules.ir.nodes import Node


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
