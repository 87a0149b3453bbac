"""May this person do this here? The one question every service asks, for pages, API, jobs and commands alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.audit.services import NOWHERE, Place
from zhijia.catalogue import roles
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.registry.models import Grant, Person, Union

GRANT = """
SELECT g.id FROM registry_grant g JOIN registry_union held ON held.id = g.union_id
LEFT JOIN registry_union here ON here.id = %(union)s::int
WHERE g.user_id = %(user)s AND g.role = ANY (%(roles)s)
  AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
  AND (%(union)s::int IS NULL OR here.tree_left >= held.tree_left AND here.tree_left < held.tree_right)
ORDER BY held.level DESC, g.id LIMIT 1"""
"""The grant that gives the right, by the values of `asked`: no row, no right. A statement can ask and write in one."""

_HELD = f"""
SELECT {rows.columns(Grant, "g")}, {rows.columns(Union, "u")}
FROM registry_grant g JOIN registry_union u ON u.id = g.union_id
WHERE g.user_id = %(user)s AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
ORDER BY u.level, u.code, g.id"""  # noqa: S608 - columns of ours
_OF_GRANT = len(Grant._meta.concrete_fields)


def require(actor: Actor, permission: str, union_id: int | None = None) -> Actor:
    """The actor, by the grant that gives `permission` over the union (or anywhere, when no union is named).

    A grant covers its union and everything under it in today's organisation tree (ORG-21).
    Raises NotForYou, which the edge turns into 404 or 403 and a line on the trail.
    """
    found = rows.run(GRANT, asked(actor, permission, union_id))
    if not found:
        raise not_for_you()
    return actor.by(found[0][0])


def asked(actor: Actor, permission: str, union_id: int | None) -> dict[str, Any]:
    """The values of `GRANT`. Raises NotForYou where nobody asks, or with a token that does not go so far."""
    if actor.user_id is None or not actor.within_scopes(permission):
        raise not_for_you()
    return {"user": actor.user_id, "roles": _giving(permission), "day": _today(), "union": union_id}


def not_for_you() -> NotForYou:
    """What is said to somebody without the right."""
    return NotForYou("not_for_you", _("You have no right to do this here. Ask the officer of your union."))


def may(actor: Actor, permission: str, union_id: int | None = None) -> bool:
    """Whether `require` would let the actor pass."""
    if actor.user_id is None or not actor.within_scopes(permission):
        return False
    return bool(rows.run(GRANT, asked(actor, permission, union_id)))


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything an actor holds today, read in one statement: for menus and lists, which ask many times."""

    actor: Actor
    grants: tuple[Grant, ...]

    @property
    def permissions(self) -> frozenset[str]:
        """What the actor may do anywhere."""
        held = (permission for grant in self.grants for permission in roles.get(grant.role).permissions)
        return frozenset(permission for permission in held if self.actor.within_scopes(permission))

    @property
    def home(self) -> roles.Role | None:
        """The role whose home the actor lands on: that of the highest union; None for a member or a visitor."""
        return roles.get(self.grants[0].role) if self.grants else None

    def unions(self, permission: str) -> list[Union]:
        """The unions at which the actor holds this permission directly, highest first."""
        if not self.actor.within_scopes(permission):
            return []
        giving = (grant.union for grant in self.grants if permission in roles.get(grant.role).permissions)
        return list({union.pk: union for union in giving}.values())

    def reach(self, permission: str, union: Union) -> bool:
        """Whether `may` says yes at this union, from what was read: for what a page offers, never for a decision."""
        return any(held.tree_left <= union.tree_left < held.tree_right for held in self.unions(permission))


def rights_of(actor: Actor) -> Rights:
    """What the actor holds today."""
    if actor.user_id is None:
        return Rights(actor, ())
    found = rows.run(_HELD, {"user": actor.user_id, "day": _today()})
    return Rights(actor, tuple(_with_union(values) for values in found))


def permissions_of(actor: Actor) -> frozenset[str]:
    """What the actor may do anywhere today."""
    return rights_of(actor).permissions


def unions_granted(actor: Actor, permission: str) -> list[Union]:
    """The unions at which the actor holds this permission directly, highest first."""
    return rights_of(actor).unions(permission)


def grants_of(actor: Actor, day: date | None = None) -> QuerySet[Grant]:
    """The actor's own grants in force on the day (today when none is named)."""
    if actor.user_id is None:
        return Grant.objects.none()
    day = day or _today()
    in_force = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    return Grant.objects.filter(in_force, user_id=actor.user_id)


def place_of(union: Union, person_id: UUID | None = None) -> Place:
    """Where a protected row of this union stands."""
    return Place(union_id=union.pk, county_id=union.county_id, person_id=person_id)


def standing_of(actor: Actor) -> Place:
    """Where the actor's own doings stand on the trail, so that the auditor there reads them: the highest union they
    work for, or the one they are a member of; nowhere for a visitor."""
    held = grants_of(actor).select_related("union").order_by("union__level", "id").first()
    if held is not None or actor.person_id is None:
        return place_of(held.union) if held else NOWHERE
    stands = Person.objects.filter(pk=actor.person_id).values_list("union_id", "county_id").first()
    union_id, county_id = stands or (None, None)
    return Place(union_id, county_id, actor.person_id)


def _with_union(values: Sequence[Any]) -> Grant:
    """The grant with its union, of a row of `_HELD`."""
    grant = rows.made(Grant, values[:_OF_GRANT])
    grant.union = rows.made(Union, values[_OF_GRANT:])
    return grant


def _giving(permission: str) -> list[str]:
    return [role.code for role in roles.all() if permission in role.permissions]


def _today() -> date:
    return days.business_day(days.now())
