"""How far lists of related rows may lie in one another: each one inside another multiplies what has to be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zhijia.rules.ir import Filtered, Follow, Mapped, Node, Quantified, Variable, children
from zhijia.rules.types import Kind

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker

MOST_WITHIN = 2
"""So many lists may lie in one another."""
MOST_LISTS = 40
"""So many lists may be asked in one rule."""


def check(checker: Checker, root: Node) -> None:
    """Report the first list that lies too deep, leads back to rows of its own kind, or is one too many."""
    for asked, (outside, relation) in enumerate(_lists(root, ()), start=1):
        if len(outside) >= MOST_WITHIN:
            checker.report("list_too_deep", relation.span, most=MOST_WITHIN)
            return
        if _leads_back(outside, relation):
            label = checker.schema.entity(relation.relation.to).label
            checker.report("list_leads_back", relation.span, of=label)
            return
        if asked > MOST_LISTS:
            checker.report("too_many_lists", relation.span, most=MOST_LISTS)
            return


def _lists(node: Node, outside: tuple[Follow, ...]) -> Iterator[tuple[tuple[Follow, ...], Follow]]:
    """Each list of related rows with those it lies in, the outermost first."""
    match node:
        case Quantified(over=over, body=body) | Filtered(over=over, body=body) | Mapped(over=over, body=body):
            yield from _lists(over, outside)
            base = _base(over)
            yield from _lists(body, (*outside, base) if base else outside)
        case Follow(of=of):
            yield from _lists(of, outside)
            if node.type.kind is Kind.LIST:
                yield outside, node
        case _:
            for child in children(node):
                yield from _lists(child, outside)


def _base(over: Node) -> Follow | None:
    """The related rows that a chain of filters and maps goes through."""
    while isinstance(over, Filtered | Mapped):
        over = over.over
    return over if isinstance(over, Follow) else None


def _leads_back(outside: tuple[Follow, ...], relation: Follow) -> bool:
    """Whether it goes from a row of a list over a single row to rows of a kind it lies in: of each member, all members
    of the union."""
    if not isinstance(relation.of, Follow):
        return False
    of: Node = relation.of
    while isinstance(of, Follow):
        of = of.of
    return isinstance(of, Variable) and any(one.relation.to == relation.relation.to for one in outside)
