"""The verdict or amount of one row: the typed form turned into Python's own syntax tree and compiled (ADR 0014)."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from zhijia.rules.evaluator.runtime import RUNTIME
from zhijia.rules.evaluator.writer import Writer
from zhijia.rules.ir import Node, Rule, Value

Row = Mapping[str, Any]
"""Fields and relations by name, as the loader gives them: related rows are lists of rows, the one related row is a row
or None, a duration is whole seconds. Every field the rule uses is there."""


class Reading(Protocol):
    """What a node says of a row on a business day; None where it is unknown. A duration is whole seconds."""

    def __call__(self, row: Row, on: date, params: Mapping[str, Any]) -> Any: ...


class Verdict(Protocol):
    """What a rule says of a row on a business day with the parameters in force there; None where it is unknown."""

    def __call__(self, row: Row, *, on: date, params: Mapping[str, Any]) -> Value | None: ...


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be asked."""

    rule: Rule
    of: Verdict


@lru_cache(maxsize=1024)
def compiled(rule: Rule) -> Compiled:
    """The rule as a function."""
    return Compiled(rule, compiled_node(rule.root))


@lru_cache(maxsize=8192)
def compiled_node(node: Node) -> Reading:
    """A node that stands outside all macros as a function."""
    writer = Writer()
    module = writer.module(node)
    held: dict[str, Any] = {"__builtins__": {}, **RUNTIME, **writer.constants}
    exec(compile(ast.fix_missing_locations(module), "<rule>", "exec"), held)  # noqa: S102 (a tree of our own making)
    reading: Reading = held["of"]
    return reading
