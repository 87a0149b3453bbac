"""Lists in SQL: related rows and written ones, chosen and turned, and what is asked of all of them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.schema import Relation
from zhijia.rules.sql import conditions, folding, placed
from zhijia.rules.sql.scopes import Element, Group, Row, Scope, entered, grouped
from zhijia.rules.sql.statement import FALSE, TRUE, Test, all_of, any_of, block, untrue
from zhijia.rules.sql.values import compared
from zhijia.rules.types import Kind

if TYPE_CHECKING:
    from zhijia.rules.sql.reading import Reading


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as rows of a FROM. `reachable` is asked outside and says whether the list is known at all; `link` ties its
    rows to the row outside, `chosen` are those its filters hold for, `doubtful` those they are unknown for: one of
    these makes the list unknown. `anchor` is a column of its rows that is never NULL."""

    scope: Scope
    link: Test
    reachable: Test
    element: Row | Element
    anchor: str
    chosen: Test = TRUE
    doubtful: Test = FALSE
    group: Group | None = None

    def own(self, text: str) -> str:
        """A value as an aggregate over these rows may take it: one that speaks of rows outside alone would be an
        aggregate over those."""
        alias = self.anchor.partition(".")[0]
        return text if f"{alias}." in text else f"CASE WHEN {self.anchor} IS NOT NULL THEN {text} END"

    def exists(self, test: Test) -> Test:
        """Whether one of the chosen passes the test."""
        return self._any(all_of([self.chosen, test]), "EXISTS (")

    def none(self, test: Test) -> Test:
        """Whether none of the chosen does."""
        return self._any(all_of([self.chosen, test]), "NOT EXISTS (")

    def known(self) -> Test:
        """Whether the list is known, asked outside."""
        return all_of([self.reachable, self._any(self.doubtful, "NOT EXISTS (")])

    def _any(self, test: Test, opening: str) -> Test:
        if test == FALSE:
            return FALSE if opening == "EXISTS (" else TRUE
        return Test(block(self.select("1", test), opening))

    def select(self, what: str, test: Test) -> str:
        """A query over the list's rows that pass the test."""
        where = all_of([self.link, test])
        return f"SELECT {what}\nFROM {self.scope.text()}" + (f"\nWHERE {where}" if where != TRUE else "")


def listed(reading: "Reading", node: ir.Node, *, group: bool = False) -> Listed:
    """The list's rows, in a scope of their own (`group`: in that of the relation grouped as a whole). Variables of its
    filters and maps are bound on the way."""
    match node:
        case ir.Follow(of=of, relation=relation):
            owner = reading.row(of)
            if group:
                whole = grouped(reading.templates, reading.names, owner, relation)
                row, there = whole.row, reachable(reading, owner, relation)
                return Listed(row.scope, TRUE, there, row, row.key, group=whole)
            row = entered(reading.names, reading.templates.schema.entity(relation.to), once=False)
            link = reading.templates.link(owner, relation, row.alias)
            return Listed(row.scope, link, reachable(reading, owner, relation), row, row.key)
        case ir.Filtered(variable=variable, over=over, body=body):
            below = listed(reading, over, group=group)
            reading.bind(variable, below.element)
            doubt = all_of([below.chosen, reading.unknown(body)])
            return replace(
                below,
                chosen=all_of([below.chosen, reading.holds(body)]),
                doubtful=any_of([below.doubtful, doubt]),
            )
        case ir.Mapped(variable=variable, over=over, body=body):
            below = listed(reading, over, group=group)
            reading.bind(variable, below.element)
            return replace(below, element=Element(reading.value(body), conditions.certain(reading, body)))
        case ir.ListOf(items=items):
            values = ", ".join(f"({reading.value(item)})" for item in items)
            known = all(conditions.certain(reading, item) for item in items)
            return _written(reading, f"(VALUES {values})", TRUE, known)
        case ir.Parameter():
            array = reading.value(node)
            there = TRUE if placed.known(reading, node) else Test(f"{array} IS NOT NULL")
            return _written(reading, f"unnest({array})", there, True)
    raise TypeError(f"{type(node).__name__} is no list.")


def _written(reading: "Reading", values: str, there: Test, known: bool) -> Listed:
    alias = reading.names.take("item")
    scope = Scope(once=False, base=f"{values} AS {alias} (value)")
    value = f"{alias}.value"
    return Listed(scope, TRUE, there, Element(value, known), value)


def reachable(reading: "Reading", owner: Row, relation: Relation) -> Test:
    """Whether the related rows are known: there is a row they belong to, and consent where it is needed."""
    consent = [reading.templates.consented(owner)] if relation.sensitive else []
    return all_of([owner.present, *consent])


def holds(reading: "Reading", node: ir.Quantified) -> Test:
    """Where what is asked of the list is so."""
    if node.quantity is ir.Quantity.EXISTS_ONE:
        return Test(folding.one(reading, node))
    rows = listed(reading, node.over)
    reading.bind(node.variable, rows.element)
    if node.quantity is ir.Quantity.EXISTS:
        found = rows.exists(reading.holds(node.body))
    else:
        found = rows.none(_not(reading, node.body, reading.holds(node.body), reading.fails(node.body)))
    return all_of([rows.known(), found])


def fails(reading: "Reading", node: ir.Quantified) -> Test:
    """Where it is not so."""
    if node.quantity is ir.Quantity.EXISTS_ONE:
        return Test(f"NOT {folding.one(reading, node)}")
    rows = listed(reading, node.over)
    reading.bind(node.variable, rows.element)
    if node.quantity is ir.Quantity.ALL:
        found = rows.exists(reading.fails(node.body))
    else:
        found = rows.none(_not(reading, node.body, reading.fails(node.body), reading.holds(node.body)))
    return all_of([rows.known(), found])


def _not(reading: "Reading", node: ir.Node, half: Test, other: Test) -> Test:
    """Where one half is not so: the other half where the node cannot be unknown, else wherever it is not true."""
    return other if conditions.certain(reading, node) else untrue(half)


def holds_in(reading: "Reading", node: ir.In) -> Test:
    """Where the item equals one of the list."""
    return _among(reading, node, ir.Comparison.EQUAL)


def fails_in(reading: "Reading", node: ir.In) -> Test:
    """Where the item surely differs from each of the list."""
    return _among(reading, node, ir.Comparison.DIFFERENT)


def _among(reading: "Reading", node: ir.In, how: ir.Comparison) -> Test:
    item, inside = node.item, how is ir.Comparison.EQUAL
    match node.among:
        case ir.ListOf(items=items):
            return _beside(reading, item, items, how)
        case ir.MapOf(entries=entries):
            return _beside(reading, item, tuple(key for key, _value in entries), how)
        case ir.Parameter() as array:
            # Of an empty list it is false whatever the item: the item asks for its own consent.
            word = "= ANY" if inside else "<> ALL"
            return Test(f"{reading.value(item)} {word} ({reading.value(array)})")
        case among:
            rows = listed(reading, among)
            element = rows.element
            if isinstance(element, Row):
                raise TypeError("The checker lets no row be looked for.")
            collated = ' COLLATE "C"' if item.type.kind is Kind.STRING else ""
            said = reading.value(item)
            if inside:
                return all_of([rows.known(), rows.exists(Test(f"{said} = {element.text}{collated}"))])
            known = element.known and conditions.certain(reading, item)
            same = (
                f"{said} = {element.text}{collated}"
                if known
                else f"({said} <> {element.text}{collated}) IS NOT TRUE"
            )
            return all_of([rows.known(), rows.none(Test(same))])


def _beside(reading: "Reading", item: ir.Node, others: tuple[ir.Node, ...], how: ir.Comparison) -> Test:
    """The item beside each of a written list: IN where all of them are constants."""
    inside = how is ir.Comparison.EQUAL
    if all(isinstance(other, ir.Constant) for other in others):
        collated = ' COLLATE "C"' if item.type.kind is Kind.STRING and not isinstance(item, ir.Select) else ""
        values = ", ".join(reading.value(other) for other in others)
        word = "IN" if inside else "NOT IN"
        return reading.strictly(lambda: f"{reading.value(item)}{collated} {word} ({values})")
    parts = [
        reading.strictly(
            lambda other=other: compared(how, item, other, reading.value(item), reading.value(other))  # type: ignore[misc]
        )
        for other in others
    ]
    return any_of(parts) if inside else all_of(parts)
