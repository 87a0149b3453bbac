"""The days on which what a clause says can turn, all facts as they are: the borders of each comparison with the day, of
each of the related rows it is asked of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.nearest.directions import joined, moves, turned, way
from zhijia.rules.nearest.seeing import Seen
from zhijia.rules.schema import Relation
from zhijia.rules.types import BOOL, Type

Put = Mapping[tuple[str, int], ir.Node]
"""What stands for the variables of macros, by name and number."""


class EveryDay(Exception):
    """It may turn on any day: on each first of a month, on Mondays."""


def turns(seen: Seen, clause: ir.Node, early: int, late: int) -> set[int]:
    """The days ahead, after `early` and up to `late`, on which the clause can turn; the parameters between the two are
    the same. Raises EveryDay."""
    found: set[int] = set()
    for at, comparison in _compared(seen, clause, {}):
        found.update(borders(_said(at, comparison), early, late))
    return found


def borders(said: Callable[[int], Any], early: int, late: int) -> Iterator[int]:
    """The first day of each new value. Each value's days have to follow one another without a gap."""
    if said(early) == said(late):
        return
    if late - early == 1:
        yield late
        return
    middle = (early + late) // 2
    yield from borders(said, early, middle)
    yield from borders(said, middle, late)


def _said(seen: Seen, comparison: ir.Node) -> Callable[[int], Any]:
    return lambda days: seen.ahead(days).value(comparison)


def _compared(seen: Seen, node: ir.Node, put: Put) -> Iterator[tuple[Seen, ir.Node]]:
    """The comparisons in it that turn at most once, each with the row that its related row stands in. Raises EveryDay
    where the day has a part in something else."""
    if not moves(node):
        return
    match node:
        case ir.Today():
            raise EveryDay
        case ir.Compare(how=how, left=left, right=right) if joined(way(left), turned(way(right))) is not None:
            for once in _ONCE.get(how, (how,)):
                yield seen, _with(replace(node, how=once), put)
        case ir.In(item=item, among=ir.ListOf(items=items)):
            for held in items:
                alike = ir.Compare(node.span, BOOL, ir.Comparison.EQUAL, item, held)
                yield from _compared(seen, alike, put)
        case ir.Quantified(variable=variable, over=over, body=body):
            yield from _each(seen, variable, over, body, put)
        case ir.Aggregate(over=over):
            yield from _rows_compared(seen, over, put)
        case _:
            for child in ir.children(node):
                yield from _compared(seen, child, put)


_ONCE = dict.fromkeys(
    (ir.Comparison.EQUAL, ir.Comparison.DIFFERENT), (ir.Comparison.MOST, ir.Comparison.MORE)
)
"""Equality holds between two borders."""


def _rows_compared(seen: Seen, over: ir.Node, put: Put) -> Iterator[tuple[Seen, ir.Node]]:
    """What a list's filters compare, and what its values are made of."""
    match over:
        case (
            ir.Filtered(variable=variable, over=below, body=body)
            | ir.Mapped(variable=variable, over=below, body=body)
        ):
            yield from _each(seen, variable, below, body, put)
        case ir.ListOf(items=items):
            for item in items:
                yield from _compared(seen, item, put)


def _each(
    seen: Seen, variable: ir.Variable, over: ir.Node, body: ir.Node, put: Put
) -> Iterator[tuple[Seen, ir.Node]]:
    yield from _rows_compared(seen, over, put)
    if not moves(body):
        return
    for at, element in _elements(seen, over, put):
        yield from _compared(at, body, {**put, (variable.name, variable.number): element})


def _elements(seen: Seen, over: ir.Node, put: Put) -> Iterator[tuple[Seen, ir.Node]]:
    """The elements of a list, each as a node outside all macros, with the row it is asked of."""
    match over:
        case ir.Filtered(over=below):
            yield from _elements(seen, below, put)
        case ir.Mapped(variable=variable, over=below, body=body):
            for at, element in _elements(seen, below, put):
                yield at, _with(body, {**put, (variable.name, variable.number): element})
        case ir.Follow(relation=relation, type=Type(of=Type() as held)):
            depth = sum(name.startswith(_OWN) for name in seen.row)
            name = f"{_OWN}{depth}"
            element = ir.Follow(over.span, held, ir.Subject(over.span, held), _own(name, relation.to))
            for row in seen.value(_with(over, put)) or ():
                yield replace(seen, row={**seen.row, name: row}), element
        case _:
            raise EveryDay


_OWN = "§"
"""Before the name that a related row has while it stands in the row it belongs to; no field is called so."""


def _own(name: str, to: str) -> Relation:
    nothing = Text(en="", zh="")
    return Relation(name, to, nothing, keys=(), purposes=frozenset(), source="", many=False)


def _with(node: ir.Node, put: Put) -> ir.Node:
    """The node with what stands for its variables."""
    if isinstance(node, ir.Variable):
        return put.get((node.name, node.number), node)
    changed = {
        part.name: _put(value, put)
        for part in fields(node)
        if isinstance(value := getattr(node, part.name), ir.Node | tuple)
    }
    return replace(node, **changed)


def _put(value: Any, put: Put) -> Any:
    if isinstance(value, ir.Node):
        return _with(value, put)
    return tuple(_put(item, put) for item in value) if isinstance(value, tuple) else value
