"""People by what somebody knows of them: rows whose name or initials begin so, a page at a time, within scope.

Whatever the planner thinks of how many there are, each page is a short stretch of an index for each place (feasibility
4): a county's index, or a union's, is walked from where the prefix begins to where it ends and no further than the
page, a city's counties are walked side by side and merged; a province walks the index over all names.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Card, Person, Union

Column = Literal["name", "name_initials"]


MOST_PLACES = 40
"""How many counties are walked side by side; of more than that every few people of all names are of one of them."""
MOST_UNIONS = 200
"""How many unions are walked side by side; for more than that their county is, and others are left out."""
LAST, LONGEST = "\U0010ffff", 100
"""The last code point, and the most of them a name has."""
Only = tuple[str, Sequence[Any]]
"""A condition on the person `p`, and its values."""


@dataclass(frozen=True, slots=True)
class Found:
    """Some people, and where the next page begins (the last one's id), if there is one."""

    people: Sequence[Person]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: counties as a whole and unions, each with its county. `everywhere`: wherever the row policies let
    the actor look."""

    counties: Sequence[int] = ()
    unions: Mapping[int, int] = field(default_factory=dict)
    everywhere: bool = False


def beginning(*, actor: Actor, column: Column, prefix: str, after: UUID | None = None, rows: int) -> Found:
    """People the actor may see whose `column` begins so, in its order, from behind `after` on."""
    found = walk(places_of(actor), column, prefix, after=after, rows=rows + 1)
    return Found(found[:rows], found[rows - 1].pk if len(found) > rows else None)


def walk(
    places: Places,
    column: Column,
    prefix: str,
    *,
    rows: int,
    after: UUID | None = None,
    only: Sequence[Only] = (),
) -> list[Person]:
    """The first so many people of these places whose `column` begins with `prefix`, in its order."""
    statements = _walks(places, column, prefix, rows=rows, after=after, only=only)
    with _in_order():
        found = [person for sql, values in statements for person in Person.objects.raw(sql, values)]
    return sorted(found, key=lambda person: (getattr(person, column).encode(), person.pk))[:rows]


def walked(places: Places, column: Column, prefix: str, *, most: int, only: Sequence[Only] = ()) -> int:
    """How many there are, counted no further than `most`."""
    many = 0
    with _in_order(), connection.cursor() as cursor:
        for sql, values in _walks(places, column, prefix, rows=most, after=None, only=only):
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS found", values)  # noqa: S608 - made below
            many += int(cursor.fetchone()[0])
    return min(many, most)


def among(actor: Actor, person_ids: Sequence[UUID]) -> list[Person]:
    """Those of these people whom the actor may see; it takes as long for people of others as for nobody."""
    found = Person.objects.raw(_AMONG, [list(person_ids)])
    return [person for person in found if access.may(actor, "person.view", person.union_id)]


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


@contextmanager
def _in_order() -> Iterator[None]:
    """Statements within are answered by walking an index in its order. A planner that expects few rows would rather
    gather all that begin so, arm by arm of the row policy, and sort them; of a common surname they are not few."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        yield
        cursor.execute("SET LOCAL enable_bitmapscan TO DEFAULT")


def places_of(actor: Actor) -> Places:
    """Where the actor may look for people."""
    held = access.unions_granted(actor, "person.view")
    counties = {county for union in held for county in union.county_ids}
    if len(counties) > MOST_PLACES:
        return Places(everywhere=True)
    low = [union for union in held if not union.county_ids and union.county_id not in counties]
    return Places(sorted(counties), {one: union.stands_in for union in low for one in ids_under(union)})


def _walks(
    places: Places, column: Column, prefix: str, *, rows: int, after: UUID | None, only: Sequence[Only]
) -> Iterator[tuple[str, list[Any]]]:
    """A statement for each kind of place. Where the prefix begins and ends comes with the place, as a row: a planner
    that sees the texts guesses how many there are, and walks a province's index for a county's few."""
    more, values = (
        "".join(f" AND {text}" for text, _ in only),
        [value for _, given in only for value in given],
    )
    walks: list[tuple[str, Sequence[int], str, Sequence[Any]]] = []
    if places.everywhere:
        walks.append((_ANYWHERE, [0], more, values))
    elif len(places.counties) > MOST_PLACES:
        here = f" AND p.county_id = ANY (%s){more}"
        walks.append((_ANYWHERE, [0], here, [list(places.counties), *values]))
    elif places.counties:
        walks.append((_COUNTY, places.counties, more, values))
    if places.unions and column == "name" and len(places.unions) <= MOST_UNIONS:
        walks.append((_UNION, list(places.unions), more, values))
    elif places.unions:
        here = f" AND p.union_id = ANY (%s){more}"
        walks.append((_COUNTY, sorted(set(places.unions.values())), here, [list(places.unions), *values]))
    begins = (_AFTER if after else _FROM).format(column)
    for place, ids, conditions, given in walks:
        yield (
            _WALK.format(place=place, column=column, begins=begins, more=conditions),
            [
                *(list(ids), [prefix] * len(ids), [_past(prefix)] * len(ids)),
                *([prefix, after] if after else []),
                *given,
                *(rows, rows),
            ],
        )


_AMONG = "SELECT p.* FROM registry_among(%s) p ORDER BY p.name, p.id"
_ANYWHERE, _COUNTY, _UNION = "", "p.county_id = place.id AND ", "p.union_id = place.id AND "
_WALK = """
SELECT near.* FROM unnest(%s::int[], %s::text[], %s::text[]) AS place (id, begins, ends) CROSS JOIN LATERAL (
  SELECT p.* FROM registry_person p
  WHERE {place}p.{column} < place.ends AND {begins}{more}
  ORDER BY p.{column}, p.id LIMIT %s
) AS near ORDER BY near.{column}, near.id LIMIT %s"""
_FROM = "p.{0} >= place.begins"
_AFTER = """(p.{0}, p.id) >
    (SELECT greatest(b.{0}, %s), b.id FROM registry_person b WHERE b.id = %s)"""


def _past(prefix: str) -> str:
    """The least text that comes after everything with this prefix, by code points; longer than any where none is."""
    rest = prefix.rstrip(LAST)
    if not rest:
        return LAST * (LONGEST + 1)
    after = ord(rest[-1]) + 1
    return rest[:-1] + chr(0xE000 if after == 0xD800 else after)


def ids_under(union: Union) -> list[int]:
    """The union and everything under it today."""
    return list(tree.under(union.pk).values_list("id", flat=True))
