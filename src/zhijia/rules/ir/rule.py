"""A whole rule, and the way through its nodes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from zhijia.rules.ir.nodes import Follow, Node, Select


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule: its text, the entity it is about, the purpose it may use fields for, and what it computes
    (a verdict when its type is bool)."""

    text: str
    subject: str
    purpose: str
    root: Node


def children(node: Node) -> Iterator[Node]:
    """The nodes right below, in the order of the text."""
    for part in fields(node):
        value = getattr(node, part.name)
        for item in value if isinstance(value, tuple) else (value,):
            for piece in item if isinstance(item, tuple) else (item,):
                if isinstance(piece, Node):
                    yield piece


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def uses(rule: Rule) -> frozenset[tuple[str, str]]:
    """The (entity, field or relation) pairs whose change can change what the rule says."""
    return frozenset(
        (part.of.type.entity, part.field.name if isinstance(part, Select) else part.relation.name)
        for part in walk(rule.root)
        if isinstance(part, Select | Follow)
    )
