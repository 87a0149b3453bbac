"""What a plan means and whether it can be done: values in, values out. No database, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zhijia.registry.services.reorganisations.plans import Dissolve, Found, Merge, Move, Plan, Rename, Split

ORGANISATION, FUND, INDUSTRY = "organisation", "fund", "industry"
TREES = (ORGANISATION, FUND, INDUSTRY)
NEW = 0
"""Stands for the union a plan founds, until it has a number of its own."""


@dataclass(frozen=True, slots=True)
class Node:
    """A union as it stands: what it is, and in each tree its parent, the unions above (highest first) and those
    straight under it."""

    id: int
    name: str
    type: str
    level: int
    division: str
    ended: bool
    parents: Mapping[str, int]
    members: bool = False
    above: Mapping[str, Sequence[int]] = field(default_factory=dict)
    children: Mapping[str, Sequence[int]] = field(default_factory=dict)
    sibling_names: frozenset[str] = frozenset()
    child_names: frozenset[str] = frozenset()


Standing = Mapping[int, Node]


@dataclass(frozen=True, slots=True)
class Hang:
    """The union hangs under this parent in the tree from now on (None: it leaves the tree)."""

    union: int
    tree: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class Begin:
    """A union is founded; where it hangs is said by what follows."""

    name: str
    type: str
    level: int
    division: str
    credit_code: str
    holding_pool: bool
    parent: int


@dataclass(frozen=True, slots=True)
class Call:
    """The union is called this from now on."""

    union: int
    name: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Members go from one union to another, and the employers it covers with them: all, or those at these employers."""

    source: int
    target: int
    employers: tuple[int, ...] | None
    members: bool = True


@dataclass(frozen=True, slots=True)
class End:
    """The union ends; another took it over, if any."""

    union: int
    successor: int | None


@dataclass(frozen=True, slots=True)
class Succeed:
    """A division ends and another stands for it (ORG-18)."""

    division: str
    successor: str


Effect = Begin | Hang | Call | Hand | End | Succeed


def effects(plan: Plan, standing: Standing) -> tuple[Effect, ...]:
    """What the plan does, step by step, in the order in which it is done."""
    if isinstance(plan, Found):
        return tuple(_found(plan))
    if isinstance(plan, Rename):
        return (Call(plan.union, plan.name),)
    if isinstance(plan, Move):
        return tuple(Hang(plan.union, tree, plan.parent) for tree in plan.trees)
    if isinstance(plan, Merge):
        return tuple(_merged(plan, standing))
    if isinstance(plan, Split):
        return tuple(_split(plan, standing))
    return tuple(_dissolved(plan, standing))


def _found(plan: Found) -> Iterator[Effect]:
    yield Begin(
        plan.name, plan.type, plan.level, plan.division, plan.credit_code, plan.holding_pool, plan.parent
    )
    yield Hang(NEW, ORGANISATION, plan.parent)
    yield Hang(NEW, FUND, plan.fund_parent or plan.parent)
    if plan.industry_parent is not None:
        yield Hang(NEW, INDUSTRY, plan.industry_parent)


def _merged(plan: Merge, standing: Standing) -> Iterator[Effect]:
    """The merged unions hang under the receiving one in every tree in which both stand; no member's row moves."""
    into = standing[plan.into]
    for union in (standing[union] for union in plan.unions):
        for tree in TREES:
            there = tree == ORGANISATION or tree in into.parents or bool(into.children[tree])
            if tree in union.parents and there and union.parents[tree] != into.id:
                yield Hang(union.id, tree, into.id)
        yield End(union.id, into.id)
        yield Hand(union.id, into.id, None, members=False)
        if plan.division and union.division != into.division:
            yield Succeed(union.division, into.division)


def _split(plan: Split, standing: Standing) -> Iterator[Effect]:
    old = standing[plan.union]
    parent = old.parents[ORGANISATION]
    yield Begin(plan.name, old.type, old.level, old.division, "", holding_pool=False, parent=parent)
    for tree in TREES:
        if tree in old.parents:
            yield Hang(NEW, tree, old.parents[tree])
    for child in plan.children:
        for tree in TREES:
            if standing[child].parents.get(tree) == old.id:
                yield Hang(child, tree, NEW)
    if plan.employers:
        yield Hand(old.id, NEW, plan.employers)


def _dissolved(plan: Dissolve, standing: Standing) -> Iterator[Effect]:
    """What it held goes elsewhere; the union keeps its place, so that figures of the past find it."""
    union = standing[plan.union]
    for tree in TREES:
        for child in union.children[tree]:
            yield Hang(child, tree, plan.children_to)
    if plan.members_to is not None:
        yield Hand(union.id, plan.members_to, None)
    yield End(union.id, None)


def objection(plan: Plan, standing: Standing) -> str:
    """The code of the first reason why the plan cannot be done as the unions stand; empty when it can."""
    if any(union not in standing for union in plan.named):
        return "no_such_union"
    if any(standing[union].ended for union in plan.named):
        return "union_ended"
    said = _objection_to(plan, standing)
    if said:
        return said
    for effect in effects(plan, standing):
        if isinstance(effect, Hang) and (said := _cannot_hang(effect, plan, standing)):
            return said
    return ""


def _objection_to(plan: Plan, standing: Standing) -> str:
    about = standing[plan.about]
    if isinstance(plan, Found):
        return "name_taken" if plan.name in about.child_names else ""
    if isinstance(plan, Rename):
        if plan.name == about.name:
            return "name_same"
        return "name_taken" if plan.name in about.sibling_names else ""
    if isinstance(plan, Move):
        if not plan.trees:
            return "no_tree"
        same = all(about.parents.get(tree) == plan.parent for tree in plan.trees)
        return "hangs_there" if same else ""
    if any(ORGANISATION not in standing[union].parents for union in _ending(plan)):
        return "highest_union"
    if isinstance(plan, Merge):
        if plan.into in plan.unions or len(set(plan.unions)) < len(plan.unions):
            return "merged_with_itself"
        return "division_is_higher" if plan.division and _division_holds(plan, standing) else ""
    if isinstance(plan, Split):
        if not plan.children and not plan.employers:
            return "splits_nothing"
        if any(standing[child].parents.get(ORGANISATION) != plan.union for child in plan.children):
            return "not_under_it"
        return "name_taken" if plan.name in about.sibling_names else ""
    if plan.union in (plan.members_to, plan.children_to):
        return "own_child"
    if about.members and plan.members_to is None:
        return "members_nowhere"
    if any(about.children[tree] for tree in TREES) and plan.children_to is None:
        return "children_nowhere"
    return ""


def _ending(plan: Plan) -> tuple[int, ...]:
    """The unions that end, or whose part becomes another union beside them."""
    return plan.unions if isinstance(plan, Merge) else (plan.about,)


def _division_holds(plan: Merge, standing: Standing) -> bool:
    """Whether a division that would end is the receiving one's own, or holds it."""
    into = standing[plan.into].division
    return any(into.startswith(standing[union].division.rstrip("0")) for union in plan.unions)


def _cannot_hang(effect: Hang, plan: Plan, standing: Standing) -> str:
    """Why this edge cannot be: a union under itself, under a lower one, or out of the organisation's tree."""
    if effect.parent is None:
        return "needs_parent" if effect.tree == ORGANISATION else ""
    if isinstance(plan, Found):
        return _lower(effect.tree, standing[effect.parent].level, plan.level)
    if NEW in (effect.union, effect.parent):
        return ""  # it takes the place of the union it comes out of, beside it
    parent = standing[effect.parent]
    if effect.parent == effect.union or effect.union in parent.above.get(effect.tree, ()):
        return "own_child"
    return _lower(effect.tree, parent.level, standing[effect.union].level)


def _lower(tree: str, parent: int, union: int) -> str:
    return "parent_lower" if tree == ORGANISATION and parent > union else ""


def deciding(plan: Plan, standing: Standing) -> tuple[int, ...]:
    """The unions at which the right to decide is needed: the one straight above each that changes (ORG-05), and
    each that takes something over."""

    def above(union: int) -> int:
        return standing[union].parents.get(ORGANISATION, union)

    if isinstance(plan, Found):
        places: tuple[int | None, ...] = (plan.parent, plan.fund_parent, plan.industry_parent)
    elif isinstance(plan, Move):
        places = (above(plan.union), plan.parent)
    elif isinstance(plan, Merge):
        places = (*(above(union) for union in plan.unions), above(plan.into))
    elif isinstance(plan, Dissolve):
        places = (above(plan.union), plan.members_to, plan.children_to)
    else:
        places = (above(plan.about),)
    return tuple(dict.fromkeys(place for place in places if place is not None))
