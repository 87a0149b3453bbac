"""People by what somebody knows of them: rows whose name or initials begin so, a page at a time, within scope.

A province or a city walks the index over all names, a county its own, a union that of its county: each page is one
stretch of an index, however many people there are (feasibility 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Card, Person, Union

Column = Literal["name", "name_initials"]


@dataclass(frozen=True, slots=True)
class Found:
    """Some people, and where the next page begins (the last one's id), if there is one."""

    people: Sequence[Person]
    after: UUID | None


def beginning(*, actor: Actor, column: Column, prefix: str, after: UUID | None = None, rows: int) -> Found:
    """People the actor may see whose `column` begins so, in its order, from behind `after` on."""
    people = _of(actor).filter(starts_with(column, prefix))
    if after is not None:
        people = people.filter(behind(column, after))
    found = list(people.order_by(column, "id")[: rows + 1])
    return Found(found[:rows], found[rows - 1].pk if len(found) > rows else None)


def among(actor: Actor, person_ids: Sequence[UUID]) -> list[Person]:
    """Those of these people whom the actor may see. What the row policy asks is found beforehand: it would be looked up
    only where there is a row, and the time would tell of people of others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_counties(), access_unions(), access_person()")
    people = list(Person.objects.filter(pk__in=person_ids).order_by("name", "id"))
    return [person for person in people if access.may(actor, "person.view", person.union_id)]


def holders_of_card(number: str) -> list[UUID]:
    """Whose valid card this is, as far as the row policies show it."""
    cards = Card.objects.filter(number=number, ended_at__isnull=True)
    return list(cards.values_list("person_id", flat=True))


def starts_with(column: Column, prefix: str) -> Q:
    """A value that begins so, by the leakproof operator ^@ (LIKE is not leakproof under row policies)."""
    return Q(RawSQL(f'"registry_person"."{column}" ^@ %s', [prefix], output_field=BooleanField()))  # noqa: S611


def behind(column: Column, after: UUID) -> Q:
    """What comes after this person in the order of the column."""
    return Q(
        RawSQL(  # noqa: S611
            f'("registry_person"."{column}", "registry_person"."id") >'  # noqa: S608 - two names of columns
            f" (SELECT p.{column}, p.id FROM registry_person p WHERE p.id = %s)",
            [after],
            output_field=BooleanField(),
        )
    )


def _of(actor: Actor) -> QuerySet[Person]:
    """Everybody the actor may see. More than one county is left to the row policy, which tests each row of the walk:
    named here they would be gathered county by county and sorted."""
    held = access.unions_granted(actor, "person.view")
    if any(len(union.county_ids) > 1 for union in held):
        return Person.objects.all()
    within = Q(pk__in=())
    for union in held:
        if union.county_ids:
            within |= Q(county_id=union.pk)
        else:
            within |= Q(county_id=union.county_id, union_id__in=_under(union))
    return Person.objects.filter(within)


def _under(union: Union) -> list[int]:
    return list(tree.under(union.pk).values_list("id", flat=True))
