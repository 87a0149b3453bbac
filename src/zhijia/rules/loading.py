"""The rows rules are decided on, as the evaluator wants them: many subjects in one statement, and of each just what the
rules ask for. What consent hides is not loaded.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.rules import ir
from zhijia.rules.finding import HERE, Place, rows_of
from zhijia.rules.schema import Field, Relation
from zhijia.rules.sql import values
from zhijia.rules.sql.lists import reachable
from zhijia.rules.sql.reading import Reading
from zhijia.rules.sql.scopes import Row, entered, one
from zhijia.rules.sql.statement import TRUE, Statement, block, indented, together
from zhijia.rules.types import Kind


@dataclass(frozen=True, slots=True)
class Loaded:
    """A subject's row for the evaluator, and the place whose parameters hold for it."""

    row: Mapping[str, Any]
    division: str


@dataclass(slots=True)
class Needs:
    """What rules ask of a row: its fields, and of the rows its relations lead to."""

    fields: dict[str, Field] = field(default_factory=dict)
    relations: "dict[str, tuple[Relation, Needs]]" = field(default_factory=dict)

    def followed(self, relation: Relation) -> "Needs":
        """What is asked of the rows behind the relation."""
        return self.relations.setdefault(relation.name, (relation, Needs()))[1]


def needs(rules: Sequence[ir.Rule]) -> Needs:
    """What the rules, all about the same entity, ask of a row of it."""
    found = Needs()
    for rule in rules:
        variables: dict[tuple[str, int], Needs] = {}
        for node in ir.walk(rule.root):
            _collect(node, found, variables)
    return found


def _collect(node: ir.Node, top: Needs, variables: dict[tuple[str, int], Needs]) -> None:
    match node:
        case ir.Quantified() | ir.Filtered() | ir.Mapped():
            rows = _behind(node.over, top, variables)
            if rows is not None:
                variables[node.variable.name, node.variable.number] = rows
        case ir.Select(of=of, field=asked):
            rows = _behind(of, top, variables)
            if rows is not None:
                rows.fields[asked.name] = asked
        case ir.Follow():
            _behind(node, top, variables)


def _behind(node: ir.Node, top: Needs, variables: dict[tuple[str, int], Needs]) -> Needs | None:
    """What is asked of the row or rows a node stands for; None of values."""
    match node:
        case ir.Subject():
            return top
        case ir.Variable(name=name, number=number):
            return variables.get((name, number))
        case ir.Follow(of=of, relation=relation):
            rows = _behind(of, top, variables)
            return None if rows is None else rows.followed(relation)
        case ir.Filtered(over=over):
            return _behind(over, top, variables)
        case _:
            return None


def load(
    rules: Sequence[ir.Rule], keys: Sequence[Any], *, on: date, place: Place = HERE
) -> dict[Any, Loaded]:
    """The subjects with these keys, as far as the reader may see them. The rules are about one entity, for one purpose.
    Raises ValueError otherwise."""
    if len({(rule.subject, rule.purpose) for rule in rules}) != 1:
        raise ValueError("What is loaded at once is about one entity, for one purpose.")
    asked = needs(rules)
    said = rows_of(loading(rules[0], asked, keys, on=on, place=place), place)
    return {key: Loaded(_row(asked, json.loads(held)), division) for key, division, held in said}


def load_each(
    groups: Sequence[Sequence[ir.Rule]], key: Any, *, on: date, place: Place = HERE
) -> list[Loaded] | None:
    """One subject's row for each group of rules, in one statement; None where the reader may not see it. The rules of a
    group are for one purpose, all are about one entity."""
    asked = [needs(rules) for rules in groups]
    said = rows_of(
        together(
            [
                loading(rules[0], needed, [key], on=on, place=place)
                for rules, needed in zip(groups, asked, strict=True)
            ]
        ),
        place,
    )
    held = {
        number: Loaded(_row(asked[number], json.loads(text)), division)
        for number, _key, division, text in said
    }
    return [held[number] for number in range(len(groups))] if held else None


def loading(rule: ir.Rule, asked: Needs, keys: Sequence[Any], *, on: date, place: Place = HERE) -> Statement:
    """The statement of `load`."""
    reading = Reading(
        schema=place.schema, subject=rule.subject, purpose=rule.purpose, on=on, parameters=place.parameters
    )
    subject = reading.subject
    held = _written(reading, subject, asked)
    division = "''"
    if subject.entity.division:
        division = f"coalesce({reading.templates.fill(subject.entity.division, row=subject.alias)}, '')"
    among = reading.bindings.named("keys", list(keys), f"{subject.entity.key_type}[]")
    lines = [
        f"SELECT {subject.key}, {division}, ({held})::text",
        f"FROM {subject.scope.text()}",
        f"WHERE {subject.key} = ANY ({among})",
    ]
    return Statement("\n".join(lines), reading.bindings.params)


def _written(reading: Reading, row: Row, asked: Needs) -> str:
    """The row as a JSON array: its fields, then what its relations lead to, each in the order of `asked`."""
    parts = [_field(reading, row, held) for held in asked.fields.values()]
    for relation, below in asked.relations.values():
        parts.append(
            _many(reading, row, relation, below) if relation.many else _one(reading, row, relation, below)
        )
    return "json_build_array(\n" + indented(",\n".join(parts)) + "\n)" if parts else "json_build_array()"


def _field(reading: Reading, row: Row, held: Field) -> str:
    text = values.field(reading, row, held)
    text = reading.needing(reading.templates.consented(row), text) if held.sensitive else text
    return f"({text})::text" if held.type.kind is Kind.DECIMAL else text


def _one(reading: Reading, row: Row, relation: Relation, below: Needs) -> str:
    to = one(reading.templates, reading.names, row, relation)
    return f"CASE WHEN {to.present} THEN {_written(reading, to, below)} END"


def _many(reading: Reading, row: Row, relation: Relation, below: Needs) -> str:
    to = entered(reading.names, reading.templates.schema.entity(relation.to), once=False)
    held = _written(reading, to, below)
    link = reading.templates.link(row, relation, to.alias)
    found = block(f"SELECT coalesce(json_agg({held}), '[]')\nFROM {to.scope.text()}\nWHERE {link}")
    known = reachable(reading, row, relation)
    return found if known == TRUE else f"CASE WHEN {known.inline} THEN {found} END"


def _row(asked: Needs, held: Sequence[Any]) -> dict[str, Any]:
    """The array as a dict by the names of fields and relations."""
    parts: Iterator[Any] = iter(held)
    row: dict[str, Any] = {
        name: None if (value := next(parts)) is None else _READ[declared.type.kind](value)
        for name, declared in asked.fields.items()
    }
    for name, (relation, below) in asked.relations.items():
        found = next(parts)
        if found is not None:
            found = [_row(below, each) for each in found] if relation.many else _row(below, found)
        row[name] = found
    return row


def _as_it_is(value: Any) -> Any:
    return value


_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.BOOL: _as_it_is,
    Kind.INT: _as_it_is,
    Kind.STRING: _as_it_is,
    Kind.DOUBLE: float,
    Kind.DECIMAL: Decimal,
    Kind.DATE: date.fromisoformat,
    Kind.DURATION: _as_it_is,
}
