"""The tree of unions and one union's profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Coverage, Parent, Post, Union, UnionName
from zhijia.registry.queries import counts


@dataclass(frozen=True, slots=True)
class Profile:
    """What a union's page shows."""

    union: Union
    path: Sequence[Union]
    parents: Sequence[Parent]
    names: Sequence[UnionName]
    merged: Sequence[Union]
    coverages: Sequence[Coverage]
    posts: Sequence[Post]
    members: int
    unions_below: int


@dataclass(frozen=True, slots=True)
class AsItWas:
    """A union on a day: what it was called, what was above and straight under it, and its members in both readings:
    with the unions that were under it then, and with those that are under it now."""

    day: date
    name: str
    path: Sequence[tuple[Union, str]]
    below: Sequence[tuple[Union, str]]
    more: bool
    members_then: int
    members_now: int


def roots(actor: Actor) -> list[Union]:
    """Where the actor's tree begins: the unions they hold a right at."""
    return access.unions_granted(actor, "union.view")


def children(actor: Actor, union: Union) -> tuple[Sequence[Union], bool]:
    """A page of the unions straight under it, each with whether it has any itself (`has_children`), and whether
    there are more than the page holds."""
    access.require(actor, "union.view", union.pk)
    has_more = Parent.objects.filter(
        parent_id=OuterRef("pk"), tree=Parent.Tree.ORGANISATION, valid_to__isnull=True
    )
    rows = _rows()
    found = list(tree.children(union.pk).annotate(has_children=Exists(has_more))[: rows + 1])
    return found[:rows], len(found) > rows


def search(actor: Actor, words: str) -> list[Union]:
    """Unions under the actor's own whose name begins with or contains the words, or whose code is this; a page of
    them, searched on the server. Those that were dissolved or merged away stand last."""
    found = fitting(actor, words).select_related("successor")
    return list(found.order_by(F("dissolved_on").desc(nulls_first=True), "level", "name")[: _rows()])


def fitting(actor: Actor, words: str) -> QuerySet[Union]:
    """All unions under the actor's own that fit the words of a search; none for no words."""
    words = words.strip()
    if not words:
        return Union.objects.none()
    scope = Q(pk__in=[])
    for union in roots(actor):
        scope |= Q(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
    return Union.objects.filter(scope, Q(name__contains=words) | Q(code=words) | Q(credit_code=words))


def page(unions: QuerySet[Union], after: str) -> tuple[list[Union], str | None]:
    """Some of these unions in the order of their codes, behind this one; the code the next page begins behind, if
    there is one."""
    rows = _rows()
    found = list(unions.filter(code__gt=after).order_by("code")[: rows + 1])
    return found[:rows], found[rows - 1].code if len(found) > rows else None


def profile(actor: Actor, union: Union) -> Profile:
    """Everything a union's page shows."""
    actor = access.require(actor, "union.view", union.pk)
    today = days.business_day(days.now())
    return Profile(
        union=union,
        path=tree.path(union),
        parents=list(
            Parent.objects.filter(union=union).select_related("parent").order_by("tree", "-valid_from")
        ),
        names=list(UnionName.objects.filter(union=union).order_by("-valid_to", "-id")),
        merged=list(Union.objects.filter(successor=union).order_by("dissolved_on", "id")[: _rows()]),
        coverages=list(
            Coverage.objects.filter(union=union, valid_to__isnull=True).select_related("employer")[: _rows()]
        ),
        posts=posts_of(union, today),
        members=counts.members(union.pk),
        unions_below=tree.under(union.pk).filter(dissolved_on__isnull=True).exclude(pk=union.pk).count(),
    )


def as_it_was(actor: Actor, union: Union, day: date, tree_kind: str = "organisation") -> AsItWas:
    """The union on a day, in one of the three trees."""
    access.require(actor, "union.view", union.pk)
    then = tree.at(day, tree_kind)
    rows = _rows()
    path, children = then.path(union.pk), then.children(union.pk)
    named = then.names([*path, *children])
    known = Union.objects.in_bulk([*path, *children])
    below = sorted(children, key=lambda child: (known[child].level, named[child], child))
    return AsItWas(
        day=day,
        name=named[union.pk],
        path=[(known[above], named[above]) for above in path],
        below=[(known[child], named[child]) for child in below[:rows]],
        more=len(below) > rows,
        members_then=counts.members(union.pk, day=day, tree=tree_kind),
        members_now=counts.members(union.pk, day=day, tree=tree_kind, reading="now"),
    )


def posts_of(union: Union, today: date) -> list[Post]:
    """The posts held in the union today."""
    return list(
        Post.objects.filter(union_id=union.pk, ended_on__isnull=True, term_from__lte=today).order_by("kind")
    )


def _rows() -> int:
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
