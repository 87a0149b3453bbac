"""The members of a union and of everything under it, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from zhijia.catalogue import parameters
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.queries import finding
from zhijia.vault import services as vault

PHONE = "registry_person.phone"
NUMBER = "registry_person.id_number"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the table is narrowed to. `name` and `initials` are prefixes; they never stand in an address (personal).
    `members_only` leaves out those who left."""

    name: str = ""
    initials: str = ""
    status: str = ""
    group: str = ""
    here_only: bool = False
    members_only: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One member as the table shows them: everything masked that must be."""

    person_id: UUID
    name: str
    id_number: str
    phone: str
    status: str
    union_id: int
    union_name: str
    group: str
    joined_on: str
    real_name_level: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins (the last person's id), if there is one."""

    rows: Sequence[Row]
    after: UUID | None


def page(*, actor: Actor, union: Union, filters: Filters, after: UUID | None = None) -> Page:
    """The members under the union in name order, from behind `after` on. Five statements however long the list.

    The caller's right is asked here: somebody without `person.view` over the union gets NotForYou.
    """
    access.require(actor, "person.view", union.pk)
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    if filters.name or filters.initials:
        found = finding.walk(
            _places_under(union, filters.here_only),
            *_sought(filters),
            rows=size + 1,
            after=after,
            only=_only(filters),
        )
    else:
        people = _narrowed(_people_under(union, filters.here_only), filters)
        if after is not None:
            people = people.filter(finding.behind("name", after))
        found = list(people.order_by("name", "id")[: size + 1])
    shown = found[:size]
    return Page(rows=rows_of(shown), after=shown[-1].pk if len(found) > size else None)


def by_ids(*, actor: Actor, union: Union, person_ids: Sequence[UUID]) -> QuerySet[Person]:
    """Those of these people who stand under the union; for the batch bar."""
    access.require(actor, "person.view", union.pk)
    return _people_under(union, False).filter(pk__in=person_ids)


def _people_under(union: Union, here_only: bool) -> QuerySet[Person]:
    if here_only or union.tree_right - union.tree_left < 2:
        return Person.objects.filter(union_id=union.pk)
    if union.county_ids == [union.pk]:
        return Person.objects.filter(county_id=union.pk)
    if union.county_ids:
        return Person.objects.filter(county_id__in=union.county_ids)
    return Person.objects.filter(union_id__in=list(tree.under(union.pk).values_list("id", flat=True)))


def _places_under(union: Union, here_only: bool) -> finding.Places:
    """The same people, as places to walk."""
    if here_only or union.tree_right - union.tree_left < 2:
        return finding.Places(unions={union.pk: union.stands_in})
    if union.county_ids:
        return finding.Places(counties=union.county_ids)
    return finding.Places(unions=dict.fromkeys(finding.ids_under(union), union.stands_in))


def _sought(filters: Filters) -> tuple[finding.Column, str]:
    """What the table is walked by."""
    return ("name_initials", filters.initials) if filters.initials else ("name", filters.name)


def _only(filters: Filters) -> list[finding.Only]:
    """The other filters, as conditions of a walk."""
    only: list[finding.Only] = []
    if filters.initials and filters.name:
        only.append(("p.name ^@ %s", [filters.name]))
    if filters.group:
        only.append(("p.gig_group = %s", [filters.group]))
    if filters.status or filters.members_only:
        held = "EXISTS (SELECT FROM registry_membership m WHERE m.person_id = p.id AND m.valid_to IS NULL{})"
        only.append(
            (held.format(" AND m.status = %s"), [filters.status]) if filters.status else (held.format(""), [])
        )
    return only


def _narrowed(people: QuerySet[Person], filters: Filters) -> QuerySet[Person]:
    if filters.name:
        people = people.filter(finding.starts_with("name", filters.name))
    if filters.initials:
        people = people.filter(finding.starts_with("name_initials", filters.initials))
    if filters.group:
        people = people.filter(gig_group=filters.group)
    if filters.status or filters.members_only:
        held = Membership.objects.filter(valid_to__isnull=True)
        if filters.status:
            held = held.filter(status=filters.status)
        people = people.filter(pk__in=held.values("person_id"))
    return people


def rows_of(people: Sequence[Person]) -> list[Row]:
    """These people as a table shows them, in three statements."""
    ids = [person.pk for person in people]
    numbers = vault.masked_many(NUMBER, ids)
    phones = vault.masked_many(PHONE, ids)
    unions = Union.objects.in_bulk({person.union_id for person in people if person.union_id})
    memberships = {
        membership.person_id: membership
        for membership in Membership.objects.filter(person_id__in=ids, valid_to__isnull=True)
    }
    rows = []
    for person in people:
        union = unions.get(person.union_id or 0)
        membership = memberships.get(person.pk)
        rows.append(
            Row(
                person_id=person.pk,
                name=masking.name(person.name),
                id_number=numbers.get(person.pk, ""),
                phone=phones.get(person.pk, ""),
                status=membership.status if membership else Membership.Status.LEFT,
                union_id=union.pk if union else 0,
                union_name=union.name if union else "",
                group=person.gig_group,
                joined_on=membership.joined_on.isoformat() if membership else "",
                real_name_level=person.real_name_level,
            )
        )
    return rows


def counted(*, actor: Actor, union: Union, filters: Filters, most: int) -> int:
    """How many members there are under the union, counted no further than `most`."""
    access.require(actor, "person.view", union.pk)
    if filters.name or filters.initials:
        places = _places_under(union, filters.here_only)
        return finding.walked(places, *_sought(filters), most=most, only=_only(filters))
    return _narrowed(_people_under(union, filters.here_only), filters)[:most].count()


def batches(*, actor: Actor, union: Union, filters: Filters, size: int) -> Iterator[list[Person]]:
    """All members under the union, `size` at a time: place after place, in name order within each, so that every
    batch is one stretch of an index however many there are."""
    access.require(actor, "person.view", union.pk)
    for place in _places(union, filters.here_only):
        after: UUID | None = None
        while True:
            people = _narrowed(Person.objects.filter(**place), filters)
            if after is not None:
                people = people.filter(finding.behind("name", after))
            found = list(people.order_by("name", "id")[:size])
            if found:
                yield found
            if len(found) < size:
                break
            after = found[-1].pk


def _places(union: Union, here_only: bool) -> Iterator[dict[str, int]]:
    if union.county_ids and not here_only:
        yield from ({"county_id": county} for county in union.county_ids)
    elif here_only:
        yield {"union_id": union.pk}
    else:
        under = tree.under(union.pk).order_by("tree_left").values_list("id", flat=True)
        yield from ({"union_id": place} for place in under)
