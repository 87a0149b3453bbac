"""What waits for an officer: joins, transfers and corrections, by the day they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from zhijia.kernel import masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Application, Correction, Person, TransferLeg

SHOWN = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each kind wait, counted no further than a cap shown as "50+"."""

    applications: int
    transfers: int
    corrections: int
    overdue: int

    @property
    def all(self) -> int:
        return self.applications + self.transfers + self.corrections


def applications(actor: Actor) -> QuerySet[Application]:
    """Applications the actor may answer, most urgent first."""
    return _at(
        Application.objects.filter(state=Application.State.WAITING), actor, "membership.approve"
    ).order_by("due_on", "asked_at")


def transfers(actor: Actor) -> QuerySet[TransferLeg]:
    """Transfer legs the actor may answer, most urgent first."""
    return _at(
        TransferLeg.objects.filter(state=TransferLeg.State.PENDING), actor, "transfer.decide"
    ).order_by("due_on", "id")


def corrections(actor: Actor) -> QuerySet[Correction]:
    """Corrections the actor may confirm, oldest first."""
    return _at(
        Correction.objects.filter(state=Correction.State.WAITING), actor, "correction.confirm"
    ).order_by("asked_at")


def counts(actor: Actor, today: date) -> Counts:
    """How much waits for the actor."""
    joins, legs, fixes = applications(actor), transfers(actor), corrections(actor)
    return Counts(
        applications=_capped(joins),
        transfers=_capped(legs),
        corrections=_capped(fixes),
        overdue=_capped(joins.filter(due_on__lt=today)) + _capped(legs.filter(due_on__lt=today)),
    )


def shown_name(row: Application | TransferLeg) -> str:
    """The masked name a work list shows."""
    return masking.name(row.name)


def _capped(rows: QuerySet[Row]) -> int:
    return rows.values("pk")[: SHOWN + 1].count()


def _at(rows: QuerySet[Row], actor: Actor, permission: str) -> QuerySet[Row]:
    """Those rows that stand under a union where the actor holds the permission."""
    unions = access.unions_granted(actor, permission)
    counties = [county for union in unions for county in union.county_ids]
    lower = [union for union in unions if not union.county_ids]
    ids = [row_id for union in lower for row_id in tree.under(union.pk).values_list("id", flat=True)]
    return rows.filter(Q(county_id__in=counties) | Q(union_id__in=ids))


def names_of(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The masked names of people the actor may see."""
    people = Person.objects.filter(pk__in=person_ids).values_list("pk", "name")
    return {person_id: masking.name(name) for person_id, name in people}
