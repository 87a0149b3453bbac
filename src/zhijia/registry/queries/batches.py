"""Employers' moves as pages show them: those of one's unions, the lines of one's own side, a member's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Employer, TransferBatch, TransferLeg, Union
from zhijia.registry.queries import work

DECIDE = "transfer.decide"
MOST_NAMED = 200
"""How many members a proposal shows by name to choose from; with more, all of them follow or none."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A member who works at the employer, and what keeps them from following ("" nothing)."""

    id: UUID
    name: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal as one side sees it: `side` is whose lines it reads, `counts` how many of them stand where."""

    batch: TransferBatch
    leaving: Union
    receiving: Union
    side: str
    counts: dict[str, int]


def listed(rights: Rights) -> QuerySet[TransferBatch]:
    """The proposals of the actor's unions, newest first."""
    unions = rights.unions(DECIDE)
    place: Q = work.standing(unions) | work.standing(unions, "other_")
    return TransferBatch.objects.filter(place).select_related("employer").order_by("-id")


def page(rows: QuerySet[TransferBatch], after: UUID | None) -> tuple[list[TransferBatch], UUID | None]:
    """A page of them, and where the next one begins."""
    size = _size()
    found = list((rows.filter(pk__lt=after) if after else rows)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def find(actor: Actor, batch_id: UUID) -> Seen | None:
    """The proposal from the actor's side: the one they leave, where the actor works for both. None for a stranger."""
    batch = TransferBatch.objects.filter(pk=batch_id).select_related("employer").first()
    if batch is None:
        return None
    sides = [("out", batch.union_id), ("in", batch.other_union_id)]
    mine = [side for side, union_id in sides if access.may(actor, DECIDE, union_id)]
    if not mine:
        return None
    side = batch.answering if batch.answering in mine and batch.user_id != actor.user_id else mine[0]
    unions = Union.objects.in_bulk([batch.union_id, batch.other_union_id])
    states = lines(batch, side).order_by().values_list("state").annotate(Count("pk"))
    return Seen(batch, unions[batch.union_id], unions[batch.other_union_id], side, dict(states))


def lines(batch: TransferBatch, side: str) -> QuerySet[TransferLeg]:
    """The lines of this side."""
    return TransferLeg.objects.filter(batch_id=batch.pk, side=side).order_by("pk")


def lines_page(rows: QuerySet[TransferLeg], after: int | None) -> tuple[list[TransferLeg], int | None]:
    """A page of lines, and the last one's key when more follow."""
    size = _size()
    found = list((rows.filter(pk__gt=after) if after else rows)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def followers(leaving: Union, employer: Employer) -> Sequence[Follower]:
    """The first members who work there, for the union they are members of alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, name, obstacle FROM registry_follower_names(%s, %s, %s)",
            [leaving.pk, employer.pk, MOST_NAMED],
        )
        return [
            Follower(person, masking.name(name), obstacle) for person, name, obstacle in cursor.fetchall()
        ]


def own(person_id: UUID) -> list[dict[str, Any]]:
    """The moves a member is asked about and can still say no to."""
    today = days.business_day(days.now())
    mine = TransferLeg.objects.filter(
        person_id=person_id, side="in", batch_id__isnull=False, object_until__gte=today
    ).exclude(state__in=("refused", "cancelled", "objected"))
    pending = TransferLeg.objects.filter(person_id=person_id, state="pending").values("transfer_id")
    legs = list(mine.filter(transfer_id__in=pending))
    unions = Union.objects.in_bulk({leg.union_id for leg in legs})
    return [{"leg": leg, "union": unions[leg.union_id]} for leg in legs]


def _size() -> int:
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
