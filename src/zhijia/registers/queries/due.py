"""What falls due where somebody keeps lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhijia.catalogue.register_parts import Due as DueRule
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Due, Row
from zhijia.registers.queries import scoping, urgent
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
    today = days.business_day(at)
    kept_by = {kept.id: kept for kept in lists.there().values() if not code or kept.code == code}
    rules = {(kept.id, rule.code): rule for kept in kept_by.values() for rule in kept.definition.dues}
    since, until = (
        today if late is False else today - LATE,
        today - timedelta(days=1) if late else today + SOON,
    )
    numbers = urgent.first(
        scoping.of(actor), rules, since=since, until=until, after=after or urgent.START, most=most
    )
    found = list(Due.objects.filter(pk__in=numbers).order_by("day", "pk"))
    rows = Row.objects.filter(
        register_id__in={one.register_id for one in found}, pk__in={one.row_id for one in found}
    ).in_bulk()
    unions = dict(Union.objects.filter(pk__in={one.union_id for one in found}).values_list("pk", "name"))
    theirs = {
        one.person_id
        for one in found
        if one.person_id is not None and rules[one.register_id, one.code].owner == "person"
    }
    people = dict(Person.objects.filter(pk__in=theirs).values_list("pk", "name"))
    return [
        Coming(
            due=one,
            kept=kept_by[one.register_id],
            row=rows[one.row_id],
            label=rules[one.register_id, one.code].label,
            union=unions.get(one.union_id, ""),
            person=people.get(one.person_id, "") if one.person_id else "",
            late=one.day < today,
        )
        for one in found
        if one.row_id in rows
    ]


def lists_of(actor: Actor, *, at: datetime) -> list[Kept]:
    """The lists of which `of` shows something, by name. Raises NotForYou."""
    there = {kept.id: kept for kept in lists.there().values()}
    rules = [(kept.id, rule.code) for kept in there.values() for rule in kept.definition.dues]
    today = days.business_day(at)
    named = urgent.stands(scoping.of(actor), rules, since=today - LATE, until=today + SOON)
    return sorted((there[one] for one in named), key=lambda kept: kept.definition.label.zh)


def next_of(kept: Kept, row_ids: Collection[UUID]) -> Mapping[UUID, tuple[DueRule, Due]]:
    """Of each of these rows of the list, none of which has ended, what is to be done first, where anything is."""
    rules = {(kept.id, rule.code): rule for rule in kept.definition.dues}
    found: dict[UUID, tuple[DueRule, Due]] = {}
    for one in _waiting(Due.objects.filter(row_id__in=row_ids), rules).order_by("day", "pk"):
        found.setdefault(one.row_id, (rules[kept.id, one.code], one))
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


def _waiting(asked: QuerySet[Due], rules: Collection[tuple[int, str]]) -> QuerySet[Due]:
    """Those that are still to be done: open, or missed with none of the kind after it; and of which the list (its
    number) still says something: what a newer version leaves out is nobody's any more."""
    later = Due.objects.filter(row_id=OuterRef("row_id"), code=OuterRef("code"), day__gt=OuterRef("day"))
    known: dict[int, list[str]] = {}
    for register_id, code in rules:
        known.setdefault(register_id, []).append(code)
    said = reduce(or_, (Q(register_id=one, code__in=codes) for one, codes in known.items()), Q(pk__in=()))
    return asked.filter(
        said,
        Q(state=Due.State.OPEN) | Q(state=Due.State.MISSED) & ~Exists(later.exclude(state=Due.State.GONE)),
        state__in=(Due.State.OPEN, Due.State.MISSED),
    )
