"""Who has reached the statutory age of retirement: a hint for a human, never a decision (MEM-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days, masking
from zhijia.registry import retirement, rules
from zhijia.registry.access import Rights
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.retirement import SCALES, Scale, Statutory

RETAIN = "membership.edit"


@dataclass(frozen=True, slots=True)
class Due:
    """A member who has reached the age and is still active. Of the day of birth no page tells more than the year."""

    person_id: UUID
    name: str
    union: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some members, and the one behind whom the next page begins."""

    rows: Sequence[Due]
    after: UUID | None


def hints(person: Person, today: date) -> list[Statutory]:
    """When the person reaches the statutory age; two months for a woman, since it depends on her post. Nothing
    where sex or birth date are not known."""
    if person.birth_date is None:
        return []
    begins = _begins(today)
    return [
        retirement.statutory(person.birth_date, _scale(name, today), begins)
        for name in SCALES.get(person.sex, ())
    ]


def reached(rights: Rights, today: date) -> QuerySet[Person]:
    """Active members under the actor's unions who have certainly reached the age: women by the later of the two."""
    begins = _begins(today)
    of_age = Q()
    for sex, names in SCALES.items():
        borders = [retirement.born_before(today, _scale(name, today), begins) for name in names]
        of_age |= Q(sex=sex, birth_date__lt=min(borders))
    unions = rights.unions(RETAIN)
    place = Q(county_id__in=[county for union in unions for county in union.county_ids])
    for union in unions:
        if not union.county_ids:
            under = Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
            place |= Q(union_id__in=under.values("pk"))
    active = Membership.objects.filter(
        person_id=OuterRef("pk"), valid_to__isnull=True, status__in=rules.ACTIVE
    )
    return Person.objects.filter(place, of_age).filter(Exists(active)).order_by("pk")


def page(people: QuerySet[Person], after: UUID | None) -> Page:
    """A page of them, in two statements."""
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    found = list((people.filter(pk__gt=after) if after else people)[: size + 1])
    shown = found[:size]
    unions = Union.objects.in_bulk({person.union_id for person in shown if person.union_id})
    rows = [
        Due(person.pk, masking.name(person.name), unions[person.union_id].name if person.union_id else "")
        for person in shown
    ]
    return Page(rows, shown[-1].pk if len(found) > size else None)


def _scale(name: str, day: date) -> Scale:
    return Scale(*parameters.value(f"retirement.{name}", day=day))


def _begins(day: date) -> date:
    year, month = parameters.value("retirement.delay_begins", day=day)
    return date(year, month, 1)
