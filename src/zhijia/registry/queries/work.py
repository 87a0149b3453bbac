"""What waits for an officer besides requests (matters): employers' moves and members who may have left, by the day they
are due, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days, masking
from zhijia.registry.access import Rights
from zhijia.registry.models import (
    LeaveProposal,
    Membership,
    Person,
    TransferBatch,
    Union,
)
from zhijia.registry.queries.counting import counted

SHOWN = 50
Row = TypeVar("Row", TransferBatch, LeaveProposal)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each kind wait, counted no further than a cap shown as "50+"."""

    batches: int
    leaving: int
    overdue: int

    @property
    def all(self) -> int:
        return self.batches + self.leaving


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins (the last row's key), if there is one."""

    rows: Sequence[Row]
    after: UUID | int | None


def batches(rights: Rights) -> QuerySet[TransferBatch]:
    """Moves of employers that may be answered, most urgent first; what one proposed oneself somebody else answers."""
    unions = rights.unions("transfer.decide")
    asked = Q(side="in") & standing(unions) | Q(side="out") & standing(unions, "other_")
    waiting = TransferBatch.objects.filter(asked, state=TransferBatch.State.OPEN)
    return waiting.exclude(user_id=rights.actor.user_id or 0).order_by("due_on", "id")


def leaving(rights: Rights) -> QuerySet[LeaveProposal]:
    """Members who may have left and still have an open membership, most urgent first."""
    asked = LeaveProposal.objects.filter(state=LeaveProposal.State.ASKED)
    still_open = Membership.objects.filter(pk=OuterRef("membership_id"), valid_to__isnull=True)
    return _at(asked.filter(Exists(still_open)), rights.unions("membership.edit")).order_by("due_on", "id")


def asked_to_stay(person_id: UUID) -> QuerySet[LeaveProposal]:
    """The open questions to this member whether they stay."""
    asked = LeaveProposal.objects.filter(person_id=person_id, state=LeaveProposal.State.ASKED)
    still_open = Membership.objects.filter(pk=OuterRef("membership_id"), valid_to__isnull=True)
    return asked.filter(Exists(still_open))


def page(rows: QuerySet[Row], after: Any) -> Page[Row]:
    """A page of what waits, from behind the row with this key on: it keeps its place when it is answered meanwhile.
    The first page when the row is not the actor's to see (any more), or nothing is left behind it."""
    found = behind(rows, after)
    return found if found.rows or after is None else behind(rows, None)


def behind(rows: QuerySet[Row], after: Any) -> Page[Row]:
    """A page of what waits behind the row with this key; from the first when there is none such (any more)."""
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    last = rows.model._default_manager.filter(pk=after).only("due_on").first() if after is not None else None
    found = list((rows.filter(_behind(last)) if last is not None else rows)[: size + 1])
    shown = found[:size]
    return Page(rows=shown, after=shown[-1].pk if len(found) > size else None)


def counts(rights: Rights, today: date) -> Counts:
    """How much waits, in one statement."""
    moves, silent = counted((batches(rights), leaving(rights)), most=SHOWN + 1, today=today)
    return Counts(batches=moves[0], leaving=silent[0], overdue=moves[1] + silent[1])


def _behind(last: TransferBatch | LeaveProposal) -> Q:
    """What comes after this row by due day, then by key; no day is the last day."""
    if last.due_on is None:
        return Q(due_on__isnull=True, pk__gt=last.pk)
    return Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk) | Q(due_on__isnull=True)


def standing(unions: Sequence[Union], prefix: str = "") -> Q:
    """Rows that stand at or under one of the unions, by the place whose columns begin so."""
    place = Q(**{f"{prefix}county_id__in": [county for union in unions for county in union.county_ids]})
    for union in unions:
        if not union.county_ids:
            under = Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
            place |= Q(**{f"{prefix}union_id__in": under.values("pk")})
    return place


def _at(rows: QuerySet[Row], unions: Sequence[Union]) -> QuerySet[Row]:
    return rows.filter(standing(unions))


def names_of(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The masked names of people the actor may see."""
    people = Person.objects.filter(pk__in=person_ids).values_list("pk", "name")
    return {person_id: masking.name(name) for person_id, name in people}
