"""Who holds which right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhijia.catalogue import parameters, roles
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Grant, Union


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


def holders(
    union_ids: Iterable[int], permission: str, at: datetime, using: str = "default", most: int | None = None
) -> dict[int, list[int]]:
    """Who holds the permission directly at each of the unions, by account (at `most` so many of them all); closed ones
    hold nothing. A job, who is nobody, asks on `bulk`."""
    held = _giving(permission, at, using).filter(union_id__in=list(union_ids))
    found: dict[int, list[int]] = {}
    for union_id, user_id in (
        held.values_list("union_id", "user_id").order_by("union_id", "user_id").distinct()[:most]
    ):
        found.setdefault(union_id, []).append(user_id)
    return found


def holders_below(union: Union, permission: str, at: datetime) -> list[tuple[str, int]]:
    """Who holds the permission directly at a union somewhere below this one: its code and the account. On `bulk`."""
    held = _giving(permission, at, "bulk").filter(
        union__tree_left__gt=union.tree_left,
        union__tree_left__lt=union.tree_right,
        union__dissolved_on__isnull=True,
    )
    return list(held.values_list("union__code", "user_id").order_by("union__code", "user_id").distinct())


def _giving(permission: str, at: datetime, using: str) -> QuerySet[Grant]:
    """The grants in force that give the permission to accounts that are open."""
    today = days.business_day(at)
    return Grant.objects.using(using).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        user__is_active=True,
        role__in=[role.code for role in roles.all() if permission in role.permissions],
        valid_from__lte=today,
    )
