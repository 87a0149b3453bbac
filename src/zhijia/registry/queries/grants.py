"""Who holds which right."""

from dataclasses import dataclass

from django.db.models import Q

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Grant


@dataclass(frozen=True, slots=True)
class Page:
    """Some rights, and the number to go on after, if there are more."""

    rows: list[Grant]
    after: int | None


def in_force(actor: Actor, *, after: int | None = None) -> Page:
    """The rights in force at and under the unions where the actor may see them, latest first; a page."""
    today = days.business_day(days.now())
    scope = Q(pk__in=[])
    for union in access.unions_granted(actor, "grant.view"):
        scope |= Q(union__tree_left__gte=union.tree_left, union__tree_left__lt=union.tree_right)
    held = Grant.objects.filter(
        scope, Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
    )
    if after is not None:
        held = held.filter(pk__lt=after)
    many = parameters.value("pages.rows", day=today)
    found = list(held.select_related("user", "union").order_by("-pk")[: many + 1])
    return Page(found[:many], found[many - 1].pk if len(found) > many else None)
