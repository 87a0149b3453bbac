"""Written lists and maps, lists of related rows, and what is asked and made of them."""

from dataclasses import dataclass
from enum import StrEnum

from zhijia.rules.ir.nodes import Constant, Node, Variable


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
