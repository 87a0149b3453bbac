"""What falls due where somebody keeps lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhijia.catalogue.register_parts import Due as DueRule
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Due, Row
from zhijia.registers.queries import scoping
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Person, Union

SOON = timedelta(days=90)
LATE = timedelta(days=366)
"""So long what was missed stays among what is to be done."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Something due of a row: what, by when, at which union; late where its day has passed. Who keeps the row answers
    for it, and the person it is about where it is theirs too."""

    due: Due
    kept: Kept
    row: Row
    label: Any
    union: str
    person: str
    late: bool

    @property
    def code(self) -> str:
        """The list it stands on."""
        return self.kept.code


def of(
    actor: Actor,
    *,
    at: datetime,
    code: str = "",
    late: bool | None = None,
    after: tuple[date, int] | None = None,
    most: int = 50,
) -> Sequence[Coming]:
    """What is due within three months where the actor sees lists, and what was missed and is still to be done, the most
    urgent first, from behind (day, id) on; `late` alone, or what is still to come. Raises NotForYou."""
    scope, today = scoping.of(actor), days.business_day(at)
    there = lists.there()
    kept_by = {kept.id: kept for kept in there.values() if not code or kept.code == code}
    asked = _waiting(Due.objects.filter(day__gte=today - LATE, day__lte=today + SOON))
    asked = asked.filter(**{f"{scope.column}__in": list(scope.places)}, register_id__in=kept_by)
    if late is not None:
        asked = asked.filter(day__lt=today) if late else asked.filter(day__gte=today)
    found, rows = _standing(asked.order_by("day", "pk"), after, most)
    unions = dict(Union.objects.filter(pk__in={one.union_id for one in found}).values_list("pk", "name"))
    rules = {one.pk: rule_of(kept_by[one.register_id], one.code) for one in found}
    theirs = {
        one.person_id
        for one in found
        if one.person_id is not None and (rule := rules[one.pk]) and rule.owner == "person"
    }
    people = dict(Person.objects.filter(pk__in=theirs).values_list("pk", "name"))
    return [
        Coming(
            due=one,
            kept=kept_by[one.register_id],
            row=rows[one.row_id],
            label=rule.label,
            union=unions.get(one.union_id, ""),
            person=people.get(one.person_id, "") if one.person_id else "",
            late=one.day < today,
        )
        for one in found
        if (rule := rules[one.pk])
    ]


def rule_of(kept: Kept, code: str) -> DueRule | None:
    """What the list says of a due of this code; none where a later version says nothing of it."""
    return next((rule for rule in kept.definition.dues if rule.code == code), None)


def next_of(row_ids: Collection[UUID]) -> Mapping[UUID, Due]:
    """Of each of these rows, none of which has ended, what is to be done first, where anything is."""
    found: dict[UUID, Due] = {}
    for one in _waiting(Due.objects.filter(row_id__in=row_ids)).order_by("day", "pk"):
        found.setdefault(one.row_id, one)
    return found


def of_row(row_id: UUID) -> Sequence[Due]:
    """What falls and fell due of a row, the latest first; what no longer counts is left out."""
    return list(Due.objects.filter(row_id=row_id).exclude(state=Due.State.GONE).order_by("-day", "-pk"))


def waiting(dues: Sequence[Due]) -> set[int]:
    """Which of a row's dues, the latest first, are still to be done: of each kind the last, unless it was."""
    last: dict[str, Due] = {}
    for one in dues:
        last.setdefault(one.code, one)
    return {one.pk for one in last.values() if one.state in {Due.State.OPEN, Due.State.MISSED}}


def _waiting(asked: QuerySet[Due]) -> QuerySet[Due]:
    """Those that are still to be done: open, or missed with none of the kind after it."""
    later = Due.objects.filter(row_id=OuterRef("row_id"), code=OuterRef("code"), day__gt=OuterRef("day"))
    return asked.filter(
        Q(state=Due.State.OPEN) | Q(state=Due.State.MISSED) & ~Exists(later.exclude(state=Due.State.GONE)),
        state__in=(Due.State.OPEN, Due.State.MISSED),
    )


def _standing(
    asked: QuerySet[Due], after: tuple[date, int] | None, most: int
) -> tuple[list[Due], dict[UUID, Row]]:
    """The first of these from there on whose rows have not ended, and the rows. The lists are named when rows are read:
    a join would look through all of them."""
    found: list[Due] = []
    rows: dict[UUID, Row] = {}
    more = True
    while more and (wanted := most - len(found)):
        beyond = Q(day__gt=after[0]) | Q(day=after[0], pk__gt=after[1]) if after else Q()
        some = list(asked.filter(beyond)[:wanted])
        here = _rows(some)
        rows.update(here)
        found += [one for one in some if one.row_id in here]
        more = len(some) == wanted
        after = (some[-1].day, some[-1].pk) if some else after
    return found, rows


def _rows(found: Sequence[Due]) -> Mapping[UUID, Row]:
    rows = Row.objects.filter(
        register_id__in={one.register_id for one in found},
        pk__in={one.row_id for one in found},
        ended_on=None,
    )
    return {row.pk: row for row in rows}
