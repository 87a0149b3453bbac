"""Taking somebody in at a union (MEM-03 to MEM-06, MEM-14). Who asks, and by when they are answered, is a request
(matters); here is what the register knows of them and does."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Person, Union
from zhijia.registry.services import memberships, people, unions
from zhijia.registry.services.people import Newcomer
from zhijia.vault import services as vault


def known_as(newcomer: Newcomer) -> UUID | None:
    """The person the register knows by this number now, also when they came into it after they asked. Somebody
    forgotten, with an import that was taken back, is nobody."""
    return vault.find(people.NUMBER, newcomer.id_number)


def document_needed(*, person_id: UUID, newcomer: Newcomer, union: Union) -> bool:
    """Whether the register knows the person by another name or phone: the officer of `union` then looks at the
    identity document before anything is linked (MEM-14)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_is_known_so(%s, %s, %s, %s, %s)",
            [person_id, newcomer.name, *vault.sought(people.PHONE, newcomer.phone), union.pk],
        )
        return not cursor.fetchone()[0]


def admit(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    user_id: int,
    person_id: UUID | None,
    newcomer: Newcomer | None,
) -> Person:
    """Take them in, from today, and link their account: `person_id` is whom the register knows them by, else
    `newcomer` what they said. Raises Refusal for a union that was dissolved since and for a member of another union."""
    unions.check_takes_members(union.pk)
    standing = memberships.standing(person_id, union.pk) if person_id else "unknown"
    if standing == "elsewhere":
        raise Refusal("active_elsewhere", _("This person has just become a member of another union."))
    if person_id is None or standing == "unknown":
        if newcomer is None:
            raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
        person = people.create(actor=actor, at=at, newcomer=newcomer, union=union)
    elif standing == "here":
        person = Person.objects.select_for_update().get(pk=person_id)
    else:
        person = people.take(actor=actor, at=at, person_id=person_id, union=union)
    if standing != "here":
        memberships.join(actor=actor, at=at, person=person, union=union, reason="application")
    people.link(actor=actor, at=at, user_id=user_id, person=person)
    return person
