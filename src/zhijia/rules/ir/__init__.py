"""The typed intermediate form that all four readings read (ADR 0014). Every node says its type and its place.

The checker makes it; nothing in it can clash in type any more. Semantics stand with each node; "unknown" is a value of
every type, and a node whose operand is unknown is unknown unless it says otherwise.
"""

from zhijia.rules.ir.conditions import And, Compare, Comparison, If, Not, Or
from zhijia.rules.ir.lists import (
    Aggregate,
    Filtered,
    In,
    Index,
    ListOf,
    MapOf,
    Mapped,
    Measure,
    Quantified,
    Quantity,
)
from zhijia.rules.ir.nodes import (
    Constant,
    Follow,
    Has,
    Node,
    Parameter,
    Select,
    Subject,
    Today,
    Value,
    Variable,
)
from zhijia.rules.ir.reckoning import Arithmetic, Call, Function, Negate, Operation
from zhijia.rules.ir.rule import Rule, children, uses, walk

__all__ = [
    "Aggregate",
    "And",
    "Arithmetic",
    "Call",
    "Compare",
    "Comparison",
    "Constant",
    "Filtered",
    "Follow",
    "Function",
    "Has",
    "If",
    "In",
    "Index",
    "ListOf",
    "MapOf",
    "Mapped",
    "Measure",
    "Negate",
    "Node",
    "Not",
    "Operation",
    "Or",
    "Parameter",
    "Quantified",
    "Quantity",
    "Rule",
    "Select",
    "Subject",
    "Today",
    "Value",
    "Variable",
    "children",
    "uses",
    "walk",
]
