"""The clues of an officer's seats, by the day they are due (keyset), under row policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from zhijia.catalogue import definitions
from zhijia.catalogue.watch_kinds import Watch
from zhijia.kernel import masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Person, Union
from zhijia.registry.queries.counting import counted
from zhijia.watches.models import Clue

ROWS = 50


@dataclass(frozen=True, slots=True)
class After:
    """The last line of a page: lines behind it are due later, or as late with a higher id."""

    due_on: date
    clue_id: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """A clue as a line of the list: what it says and whom it is about (a person masked)."""

    clue: Clue
    label: Any
    name: str
    union: str


def open_to(rights: Rights) -> QuerySet[Clue]:
    """The open clues that stand at unions where the actor holds what it takes to answer them, the most urgent first."""
    mine = Q(pk__in=[])
    for permission in sorted({watch.owner.permission for watch in definitions.load().watches.values()}):
        seats = [union.pk for union in rights.unions(permission)]
        if seats:
            mine |= Q(permission=permission, seat_id__in=seats)
    return Clue.objects.filter(mine, state=Clue.State.OPEN).order_by("due_on", "id")


def page(rights: Rights, *, watch: str = "", after: After | None = None, rows: int = ROWS) -> list[Clue]:
    """One page of them, and one line more where there are more."""
    found = open_to(rights)
    if watch:
        found = found.filter(watch=watch)
    if after is not None:
        found = found.filter(Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, pk__gt=after.clue_id))
    return list(found[: rows + 1])


def count(rights: Rights) -> int:
    """How many wait, counted no further than one more than a page."""
    ((many, _late),) = counted([open_to(rights)], most=ROWS + 1)
    return many


def find(actor: Actor, clue_id: UUID) -> Clue | None:
    """The clue, open or over, when the actor may answer such a one at its union."""
    clue = Clue.objects.filter(pk=clue_id).first()
    if clue is None or clue.seat_id is None or not access.may(actor, clue.permission, clue.seat_id):
        return None
    return clue


def rows_of(clues: Sequence[Clue]) -> list[Row]:
    """These clues as lines of the list, in two statements."""
    people = dict(
        Person.objects.filter(pk__in=[clue.person_id for clue in clues if clue.person_id]).values_list(
            "pk", "name"
        )
    )
    unions = dict(Union.objects.filter(pk__in={clue.union_id for clue in clues}).values_list("pk", "name"))
    rows = []
    for clue in clues:
        union = unions.get(clue.union_id or 0, "")
        name = masking.name(people.get(clue.person_id, "")) if clue.person_id else union
        rows.append(Row(clue, label_of(clue), name, union if clue.person_id else ""))
    return rows


def watch_of(clue: Clue) -> Watch | None:
    """The definition that raised it, unless the federation has let go of it."""
    return definitions.load().watches.get(clue.watch)


def label_of(clue: Clue) -> Any:
    """What its watch is called."""
    watch = watch_of(clue)
    return watch.label if watch else clue.watch
