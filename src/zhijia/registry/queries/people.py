"""One person: what an officer sees, what the person sees of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from zhijia.catalogue import codes, fields
from zhijia.kernel import masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Membership, MembershipChange, Merge, Person, Union
from zhijia.registry.queries.merged import merges_into, other_numbers
from zhijia.registry.services.people import SEALED, readable
from zhijia.vault import services as vault

PLAIN = ("sex", "employer_name", "occupation", "gig_group", "education", "work_status", "hired_on")


@dataclass(frozen=True, slots=True)
class Stay:
    """A membership in the person's history. Of another union's an officer sees the days, not the union or why."""

    own: bool
    union: str
    status: str
    valid_from: date
    valid_to: date | None
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as a page shows them: vault fields masked, the name in full only to those who serve them."""

    person: Person
    name: str
    union: Union | None
    membership: Membership | None
    sealed: dict[str, str]
    history: Sequence[Stay]
    merges: Sequence[Merge]
    other_numbers: Sequence[tuple[str, str]]


def find(actor: Actor, person_id: UUID) -> Person | None:
    """The person, when the actor may see people of their union, or is that person; else None (the view says 404)."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return None
    mine = actor.person_id == person.pk and actor.within_scopes("person.view")
    if mine or access.may(actor, "person.view", person.union_id):
        return person
    return None


def profile(actor: Actor, person: Person) -> Profile:
    """Everything a page shows of one person, in a handful of statements."""
    mine = actor.person_id == person.pk
    merges = merges_into(person.pk)
    return Profile(
        person=person,
        name=person.name if mine else masking.name(person.name),
        union=Union.objects.filter(pk=person.union_id).first() if person.union_id else None,
        membership=Membership.objects.filter(person_id=person.pk, valid_to__isnull=True).first(),
        sealed={
            field: vault.masked(f"registry_person.{field}", person.pk) if readable(person.pk, field) else ""
            for field in SEALED
        },
        history=_stays(person.pk),
        merges=merges,
        other_numbers=other_numbers(merges),
    )


def plain_fields(person: Person) -> list[dict[str, Any]]:
    """The fields of a person that lie in the open, each as a reader sees it: codes as words, days as days."""
    shown = []
    for name in PLAIN:
        rule = fields.get(name)
        value = getattr(person, name)
        text = codes.label(rule.code_list, value) if rule.type == "code" and value else value or ""
        shown.append({"name": name, "shown": text})
    return shown


def _stays(person_id: UUID) -> list[Stay]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, union_id, status, valid_from, valid_to FROM registry_history(%s)", [person_id]
        )
        rows = cursor.fetchall()
    unions = Union.objects.in_bulk({union_id for _id, union_id, *_rest in rows if union_id})
    reasons: dict[UUID, list[str]] = {}
    changes = MembershipChange.objects.filter(membership_id__in=[row[0] for row in rows if row[0]])
    for change in changes.order_by("id"):
        reasons.setdefault(change.membership_id, []).append(change.reason)
    return [
        Stay(
            own=membership_id is not None,
            union=unions[union_id].name if union_id in unions else "",
            status=status or "",
            valid_from=valid_from,
            valid_to=valid_to,
            reasons=[reason for reason in reasons.get(membership_id, []) if reason],
        )
        for membership_id, union_id, status, valid_from, valid_to in rows
    ]
