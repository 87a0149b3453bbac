"""What waits for an officer: joins, transfers and corrections, by the day they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet

from zhijia.kernel import masking
from zhijia.registry.access import Rights
from zhijia.registry.models import Application, Correction, Person, TransferLeg, Union

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


def applications(rights: Rights) -> QuerySet[Application]:
    """Applications that may be answered, most urgent first; one without a promised day last."""
    waiting = Application.objects.filter(state=Application.State.WAITING)
    return _at(waiting, rights.unions("membership.approve")).order_by("due_on", "asked_at")


def transfers(rights: Rights) -> QuerySet[TransferLeg]:
    """Transfer legs that may be answered, most urgent first."""
    pending = TransferLeg.objects.filter(state=TransferLeg.State.PENDING)
    return _at(pending, rights.unions("transfer.decide")).order_by("due_on", "id")


def corrections(rights: Rights) -> QuerySet[Correction]:
    """Corrections that may be confirmed, oldest first."""
    waiting = Correction.objects.filter(state=Correction.State.WAITING)
    return _at(waiting, rights.unions("correction.confirm")).order_by("asked_at")


def counts(rights: Rights, today: date) -> Counts:
    """How much waits, in three statements."""
    late = Count("pk", filter=Q(due_on__lt=today))
    joins = applications(rights)[: SHOWN + 1].aggregate(all=Count("pk"), late=late)
    legs = transfers(rights)[: SHOWN + 1].aggregate(all=Count("pk"), late=late)
    return Counts(
        applications=joins["all"],
        transfers=legs["all"],
        corrections=corrections(rights)[: SHOWN + 1].count(),
        overdue=joins["late"] + legs["late"],
    )


def shown_name(row: Application | TransferLeg) -> str:
    """The masked name a work list shows."""
    return masking.name(row.name)


def _at(rows: QuerySet[Row], unions: Sequence[Union]) -> QuerySet[Row]:
    """Those rows that stand at or under one of the unions."""
    place = Q(county_id__in=[county for union in unions for county in union.county_ids])
    for union in unions:
        if not union.county_ids:
            under = Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
            place |= Q(union_id__in=under.values("pk"))
    return rows.filter(place)


def names_of(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The masked names of people the actor may see."""
    people = Person.objects.filter(pk__in=person_ids).values_list("pk", "name")
    return {person_id: masking.name(name) for person_id, name in people}
