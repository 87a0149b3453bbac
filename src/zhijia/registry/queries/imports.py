"""The imports of a union: one of them, a page of them, an earlier one of the same file."""

from dataclasses import dataclass

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import RosterImport, Union


@dataclass(frozen=True, slots=True)
class Page:
    """Some imports, latest first, and the number after which the next ones come."""

    rows: list[RosterImport]
    next: int | None


def find(actor: Actor, import_id: int) -> RosterImport | None:
    """The import, when the actor may import rosters at its union."""
    roster = RosterImport.objects.filter(pk=import_id).first()
    return roster if roster and access.may(actor, "roster.import", roster.union_id) else None


def page(*, actor: Actor, union: Union, before: int | None = None) -> Page:
    """The imports of a union, latest first. Three queries, however many there are."""
    many = parameters.value("pages.rows", day=days.business_day(days.now()))
    found = RosterImport.objects.filter(union_id=union.pk)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: many + 1]) if access.may(actor, "roster.import", union.pk) else []
    shown = rows[:many]
    return Page(shown, shown[-1].pk if len(rows) > many else None)


def earlier(roster: RosterImport) -> RosterImport | None:
    """The latest import of the very same file into the same union that stands."""
    same = RosterImport.objects.filter(
        union_id=roster.union_id, file_hash=roster.file_hash, state="applied", pk__lt=roster.pk
    )
    return same.order_by("-pk").first()


def mine(actor: Actor) -> list[RosterImport]:
    """The actor's own latest imports, over all their unions; for the jobs tray."""
    many = parameters.value("pages.rows", day=days.business_day(days.now()))
    return list(RosterImport.objects.filter(user_id=actor.user_id or 0).order_by("-pk")[:many])


def running(actor: Actor) -> int:
    """How many of the actor's imports are being worked on now."""
    return RosterImport.objects.filter(
        user_id=actor.user_id or 0, state__in=("uploaded", "checking", "applying", "undoing")
    ).count()
