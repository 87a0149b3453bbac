"""Exports: one's own, those that wait for a second person, one of them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Export, Union
from zhijia.registry.queries.counting import counted

SHOWN = 50
State = Export.State


@dataclass(frozen=True, slots=True)
class Page:
    """Some of one's exports, latest first, and the id after which the next ones come."""

    rows: list[Export]
    after: UUID | None


def find(actor: Actor, export_id: UUID) -> Export | None:
    """The export, for who asked for it, or who may allow it; None for anybody else."""
    export = Export.objects.filter(pk=export_id).first()
    if export is None or actor.user_id is None:
        return None
    own = export.user_id == actor.user_id and actor.within_scopes("export.make")
    return export if own or access.may(actor, "export.allow", export.union_id) else None


def page(actor: Actor, after: UUID | None = None) -> Page:
    """The actor's own exports, latest first."""
    many = int(parameters.value("pages.rows", day=days.business_day(days.now())))
    found = Export.objects.filter(user_id=actor.user_id or 0)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: many + 1])
    shown = rows[:many]
    return Page(shown, shown[-1].pk if len(rows) > many else None)


def waiting(rights: Rights) -> QuerySet[Export]:
    """Exports of others that the actor may allow, oldest first."""
    place = Q(pk__in=[])
    for union in rights.unions("export.allow"):
        if union.county_ids:
            place |= Q(county_id__in=union.county_ids)
        else:
            under = Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
            place |= Q(union_id__in=under.values("pk"))
    others = Export.objects.filter(place, state=State.WAITING).exclude(user_id=rights.actor.user_id or 0)
    return others.order_by("asked_at", "pk")


def waiting_count(rights: Rights) -> int:
    """How many wait for the actor, counted no further than a cap."""
    ((many, _late),) = counted([waiting(rights)], most=SHOWN + 1)
    return many


def running(actor: Actor) -> int:
    """How many of the actor's exports are being made now."""
    return Export.objects.filter(user_id=actor.user_id or 0, state__in=(State.READY, State.WORKING)).count()
