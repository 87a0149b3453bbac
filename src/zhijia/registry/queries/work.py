"""What waits for an officer: joins, transfers and corrections, by the day they are due, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days, masking
from zhijia.registry.access import Rights
from zhijia.registry.models import Application, Correction, Person, TransferLeg, Union
from zhijia.registry.queries.counting import counted

SHOWN = 50
Row = TypeVar("Row", Application, TransferLeg, Correction)


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


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins (the last row's key), if there is one."""

    rows: Sequence[Row]
    after: UUID | int | None


def applications(rights: Rights) -> QuerySet[Application]:
    """Applications that may be answered, most urgent first; what has no promised day comes last."""
    waiting = Application.objects.filter(state=Application.State.WAITING)
    return _at(waiting, rights.unions("membership.approve")).order_by("due_on", "id")


def transfers(rights: Rights) -> QuerySet[TransferLeg]:
    """Transfer legs that may be answered, most urgent first."""
    pending = TransferLeg.objects.filter(state=TransferLeg.State.PENDING)
    return _at(pending, rights.unions("transfer.decide")).order_by("due_on", "id")


def corrections(rights: Rights) -> QuerySet[Correction]:
    """Corrections that may be confirmed, most urgent first."""
    waiting = Correction.objects.filter(state=Correction.State.WAITING)
    return _at(waiting, rights.unions("correction.confirm")).order_by("due_on", "id")


def page(rows: QuerySet[Row], after: Any) -> Page[Row]:
    """A page of what waits, from behind the row with this key on: it keeps its place when it is answered meanwhile.
    The first page when the row is not the actor's to see (any more), or nothing is left behind it."""
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    last = rows.model._default_manager.filter(pk=after).only("due_on").first() if after is not None else None
    found = list(rows.filter(_behind(last))[: size + 1]) if last is not None else []
    found = found or list(rows[: size + 1])
    shown = found[:size]
    return Page(rows=shown, after=shown[-1].pk if len(found) > size else None)


def counts(rights: Rights, today: date) -> Counts:
    """How much waits, in one statement."""
    kinds = (applications(rights), transfers(rights), corrections(rights))
    joins, legs, wrongs = counted(kinds, most=SHOWN + 1, today=today)
    return Counts(
        applications=joins[0],
        transfers=legs[0],
        corrections=wrongs[0],
        overdue=joins[1] + legs[1] + wrongs[1],
    )


def shown_name(row: Application | TransferLeg) -> str:
    """The masked name a work list shows."""
    return masking.name(row.name)


def _behind(last: Application | TransferLeg | Correction) -> Q:
    """What comes after this row by due day, then by key; no day is the last day."""
    if last.due_on is None:
        return Q(due_on__isnull=True, pk__gt=last.pk)
    return Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk) | Q(due_on__isnull=True)


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
