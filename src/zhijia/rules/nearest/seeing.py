"""What is known of one row on one day: the values of nodes, and the facts a node lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from zhijia.rules import in_force, ir
from zhijia.rules.evaluator import compiled_node
from zhijia.rules.schema import Field, Relation
from zhijia.rules.types import Kind

LONGEST = 86_400 * 999_999_999
"""Seconds a duration is said of at most; what is longer is said to be that long."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field or relation of an entity that is not known."""

    entity: str
    name: str
    part: Field | Relation


@dataclass(frozen=True, slots=True)
class Seen:
    """A row (as `evaluator` takes it), the business day asked about, and the parameters in force for the row."""

    row: Row
    on: date
    parameters: Mapping[str, Any]

    def value(self, node: ir.Node) -> Any:
        """The value of a node that stands outside all macros, a duration as one; None where it is unknown."""
        value = compiled_node(node)(self.row, self.on, self.parameters)
        if node.type.kind is not Kind.DURATION or value is None:
            return value
        return timedelta(seconds=max(-LONGEST, min(value, LONGEST)))

    def ahead(self, days: int) -> "Seen":
        """The same facts so many days later, with the parameters in force then."""
        on = self.on + timedelta(days=days)
        return replace(self, on=on, parameters=in_force.on(self.parameters, on))

    def lacking(self, node: ir.Node) -> frozenset[Fact]:
        """The facts that are missing where the node looks."""
        return frozenset(self._lacking(node, {}))

    def parameters_lacking(self, node: ir.Node) -> frozenset[str]:
        """The parameters in it that have no value."""
        keys = {part.key for part in ir.walk(node) if isinstance(part, ir.Parameter)}
        return frozenset(key for key in keys if self.parameters.get(key) is None)

    def _lacking(self, node: ir.Node, rows: Mapping[tuple[str, int], list[Row]]) -> Iterator[Fact]:
        match node:
            case ir.Has():
                return
            case ir.Select(of=of, field=field):
                yield from self._missing(of, field, rows)
            case ir.Follow(of=of, relation=relation):
                yield from self._missing(of, relation, rows)
        if isinstance(node, ir.Quantified | ir.Filtered | ir.Mapped):
            yield from self._lacking(node.over, rows)
            bound = (node.variable.name, node.variable.number)
            yield from self._lacking(node.body, {**rows, bound: self._rows(node.over, rows)})
            return
        for child in ir.children(node):
            yield from self._lacking(child, rows)

    def _missing(
        self, of: ir.Node, part: Field | Relation, rows: Mapping[tuple[str, int], list[Row]]
    ) -> Iterator[Fact]:
        if any(row.get(part.name) is None for row in self._rows(of, rows)):
            yield Fact(of.type.entity, part.name, part)

    def _rows(self, node: ir.Node, rows: Mapping[tuple[str, int], list[Row]]) -> list[Row]:
        """The rows a node stands for, as far as they are known."""
        match node:
            case ir.Subject():
                return [self.row]
            case ir.Variable(name=name, number=number):
                return rows.get((name, number), [])
            case ir.Follow(of=of, relation=relation):
                found = [row.get(relation.name) for row in self._rows(of, rows)]
                if relation.many:
                    return [row for related in found if related for row in related]
                return [row for row in found if row is not None]
            case ir.Filtered(over=over):
                return self._rows(over, rows)
            case ir.If(then=then, other=other):
                return [*self._rows(then, rows), *self._rows(other, rows)]
        return []


def facts_of(node: ir.Node) -> tuple[Field | Relation, ...]:
    """The fields and relations a node looks at, each once, in the order of the text."""
    return tuple(_each(part.field if isinstance(part, ir.Select) else part.relation for part in _looks(node)))


def can_be_changed(node: ir.Node) -> bool:
    """Whether somebody could change what it says: it looks at a relation, or at a field that is not fixed."""
    return any(isinstance(part, ir.Follow) or not part.field.fixed for part in _looks(node))


def _looks(node: ir.Node) -> Iterator[ir.Select | ir.Follow]:
    return (part for part in ir.walk(node) if isinstance(part, ir.Select | ir.Follow))


def _each(parts: Iterator[Field | Relation]) -> Iterator[Field | Relation]:
    seen: set[str] = set()
    for part in parts:
        if part.name not in seen:
            seen.add(part.name)
            yield part
