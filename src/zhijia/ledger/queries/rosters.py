"""The members a roster may name, and those on the rosters of a union: name and member number, no more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

_ROSTER = "SELECT * FROM ledger_roster(%s, %s::text[], %s)"
_MEMBERS = "SELECT * FROM ledger_members(%s, %s::uuid[])"
_NAMES = "SELECT * FROM ledger_names(%s, %s::uuid[])"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by name and member number."""

    person_id: UUID
    number: str
    name: str


def members(union_id: int, *, asked: Sequence[str] = (), most: int) -> list[Named]:
    """Members of the union and those under it: those with one of these names or numbers, all where none is asked
    for; at most so many. Nobody where the actor keeps no books there."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_ROSTER, [union_id, list(asked), most])
        return [Named(*row) for row in cursor.fetchall()]


def names(union_id: int, people: Collection[UUID]) -> dict[UUID, Named]:
    """Who these are, of the people on the union's vouchers."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_NAMES, [union_id, list(people)])
        return {row[0]: Named(*row) for row in cursor.fetchall()}


def still_members(union_id: int, people: Collection[UUID]) -> set[UUID]:
    """Those of these people who are members of the union or of those under it."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_MEMBERS, [union_id, list(people)])
        return {person for (person,) in cursor.fetchall()}
