"""How the unions of a plan stand now, read for the rules."""

from collections.abc import Iterable
from datetime import date

from zhijia.facts import queries as facts
from zhijia.registry import tree as trees
from zhijia.registry.models import Parent, Union
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services.reorganisations.plans import Dissolve, Plan
from zhijia.registry.services.reorganisations.rules import ORGANISATION, TREES, Node, Standing


def of(plan: Plan, *, day: date, using: str = "default") -> Standing:
    """Every union the plan names, as it stands; of those under one that is dissolved, what they are and where."""
    standing = {union.pk: _node(union, day, using) for union in _unions(plan.named, using)}
    if isinstance(plan, Dissolve) and plan.union in standing:
        under = {child for tree in TREES for child in standing[plan.union].children[tree]}
        standing |= _leaves(under - standing.keys(), using)
    return standing


def parents(standing: Standing, plan: Plan) -> dict[str, dict[str, int]]:
    """What a plan took for granted: where the unions it names hang."""
    return {
        str(union): dict(sorted(standing[union].parents.items())) for union in plan.named if union in standing
    }


def _unions(ids: Iterable[int], using: str) -> list[Union]:
    return list(Union.objects.using(using).filter(pk__in=set(ids)).order_by("pk"))


def _node(union: Union, day: date, using: str) -> Node:
    edges = Parent.objects.using(using).filter(valid_to__isnull=True)
    parents = dict(edges.filter(union=union).values_list("tree", "parent_id"))
    children: dict[str, list[int]] = {tree: [] for tree in TREES}
    for tree, child in edges.filter(parent=union).order_by("union_id").values_list("tree", "union_id"):
        children[tree].append(child)
    return Node(
        id=union.pk,
        name=union.name,
        type=union.type,
        level=union.level,
        division=union.division,
        ended=union.dissolved_on is not None,
        members=facts.total(MEMBERS, unions=[union.pk]) != 0,
        parents=parents,
        above={tree: trees.at(day, tree, using=using).path(union.pk)[:-1] for tree in TREES},
        children=children,
        sibling_names=_names_under(parents.get(ORGANISATION), union.pk, using),
        child_names=_names_under(union.pk, None, using),
    )


def _leaves(ids: Iterable[int], using: str) -> dict[int, Node]:
    """Many unions in two statements, without what lies above and under them."""
    found = _unions(ids, using)
    parents: dict[int, dict[str, int]] = {union.pk: {} for union in found}
    edges = Parent.objects.using(using).filter(union__in=parents, valid_to__isnull=True)
    for union_id, tree, parent in edges.values_list("union_id", "tree", "parent_id"):
        parents[union_id][tree] = parent
    return {
        union.pk: Node(
            id=union.pk,
            name=union.name,
            type=union.type,
            level=union.level,
            division=union.division,
            ended=union.dissolved_on is not None,
            parents=parents[union.pk],
        )
        for union in found
    }


def _names_under(parent: int | None, but: int | None, using: str) -> frozenset[str]:
    """What the unions that still stand are called under a parent."""
    if parent is None:
        return frozenset()
    under = Parent.objects.using(using).filter(parent=parent, tree=ORGANISATION, valid_to__isnull=True)
    standing = Union.objects.using(using).filter(
        pk__in=under.exclude(union=but).values("union_id"), dissolved_on__isnull=True
    )
    return frozenset(standing.values_list("name", flat=True))
