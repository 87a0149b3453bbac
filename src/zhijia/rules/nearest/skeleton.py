"""The boolean skeleton of a rule: its different clauses, and how they make the verdict, in three-valued logic."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from zhijia.rules import ir
from zhijia.rules.schema import Field, Relation
from zhijia.rules.types import Kind
from zhijia.rules.words.comparing import facing

Verdict = bool | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A clause by its number, or its opposite."""

    clause: int
    positive: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict that hangs on nothing."""

    verdict: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """All of these, or any of them."""

    every: bool
    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one of two says, as the test decides."""

    test: "Formula"
    then: "Formula"
    other: "Formula"


Formula = Leaf | Settled | Gate | Choice


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The different clauses of a rule (a clause and its opposite are one) and how they make the verdict."""

    clauses: tuple[ir.Node, ...]
    formula: Formula

    def decide(self, verdicts: Sequence[Verdict]) -> Verdict:
        """The verdict of the rule from those of its clauses (Kleene)."""
        return decide(self.formula, verdicts)


def skeleton(root: ir.Node) -> Skeleton:
    """The skeleton of a condition."""
    found: dict[Hashable, int] = {}
    clauses: list[ir.Node] = []

    def read(node: ir.Node, positive: bool) -> Formula:
        match node:
            case ir.Not(term=term):
                return read(term, not positive)
            case ir.And(terms=terms) | ir.Or(terms=terms):
                every = isinstance(node, ir.And) is positive
                return Gate(every, tuple(read(term, positive) for term in terms))
            case ir.If(test=test, then=then, other=other):
                return Choice(read(test, True), read(then, positive), read(other, positive))
            case ir.Constant(value=value):
                return Settled(bool(value) is positive)
        clause, said = plain(node)
        key = shape(clause)
        if key not in found:
            found[key] = len(clauses)
            clauses.append(clause)
        return Leaf(found[key], said is positive)

    formula = read(root, True)
    return Skeleton(tuple(clauses), formula)


def plain(node: ir.Node) -> tuple[ir.Node, bool]:
    """A clause in its plain form, and whether the plain form says the same (or the opposite): of a comparison and
    its opposite only one is plain, and facts stand on its left."""
    if not isinstance(node, ir.Compare):
        return node, True
    how, left, right = facing(node)
    if (
        left.type.kind is Kind.BOOL
        and isinstance(right, ir.Constant)
        and how in (ir.Comparison.EQUAL, ir.Comparison.DIFFERENT)
    ):
        clause, said = plain(left)
        return clause, said is (bool(right.value) is (how is ir.Comparison.EQUAL))
    if how in (ir.Comparison.DIFFERENT, ir.Comparison.MORE, ir.Comparison.MOST):
        return replace(node, how=how.opposite, left=left, right=right), False
    return replace(node, how=how, left=left, right=right), True


def shape(node: ir.Node) -> Hashable:
    """What a node says wherever it stands in the text."""
    return (
        type(node).__name__,
        *(_shaped(getattr(node, part.name)) for part in fields(node) if part.name != "span"),
    )


def _shaped(value: object) -> Hashable:
    if isinstance(value, ir.Node):
        return shape(value)
    if isinstance(value, tuple):
        return tuple(_shaped(item) for item in value)
    if isinstance(value, Field | Relation):
        return value.name
    return (type(value).__name__, str(value))


def decide(formula: Formula, verdicts: Sequence[Verdict]) -> Verdict:
    """What a formula says."""
    match formula:
        case Leaf(clause=clause, positive=positive):
            verdict = verdicts[clause]
            return verdict if verdict is None else verdict is positive
        case Settled(verdict=settled):
            return settled
        case Choice(test=test, then=then, other=other):
            asked = decide(test, verdicts)
            return None if asked is None else decide(then if asked else other, verdicts)
        case Gate(every=every, parts=parts):
            told = [decide(part, verdicts) for part in parts]
            return (not every) if (not every) in told else None if None in told else every


def leaves(formula: Formula, *, tested: bool = False) -> Iterator[tuple[int, bool | None]]:
    """Each clause with the verdict of it that helps the rule to be true; None where it may be either."""
    match formula:
        case Leaf(clause=clause, positive=positive):
            yield clause, None if tested else positive
        case Gate(parts=parts):
            for part in parts:
                yield from leaves(part, tested=tested)
        case Choice(test=test, then=then, other=other):
            yield from leaves(test, tested=True)
            for part in (then, other):
                yield from leaves(part, tested=tested)
