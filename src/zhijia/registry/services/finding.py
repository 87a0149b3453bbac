"""Finding a person by number or phone, and asking members to look at their data."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhijia.accounts.services import attempts
from zhijia.audit import services as audit
from zhijia.kernel import codes
from zhijia.kernel.actors import Actor
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Person, Union
from zhijia.registry.queries import members, people
from zhijia.registry.services import lookups
from zhijia.vault import services as vault

DIGITS_OF_A_NUMBER = 6


def looks_like_number(typed: str) -> bool:
    """Whether somebody typed an identity number or a phone rather than a name."""
    return sum(letter.isdigit() for letter in typed) >= DIGITS_OF_A_NUMBER


def by_number(*, actor: Actor, at: datetime, typed: str) -> Person | None:
    """The person with this identity number or phone whom the actor may see; the same nothing for one outside the
    actor's unions and for one who does not exist. Counts as a look-up; raises TooMany beyond the limit."""
    lookups.count(actor=actor, at=at)
    number = codes.normal_resident_id(typed)
    person_id = vault.find("registry_person.id_number", number)
    if person_id is None and codes.mobile_error(typed) is None:
        person_id = vault.find("registry_person.phone", codes.normal_mobile(typed))
    return people.find(actor, person_id) if person_id else None


def ask_to_check(
    *, actor: Actor, at: datetime, union: Union, person_ids: Sequence[UUID], once: UUID
) -> int:
    """Ask these members to check their data. People who do not stand under the union are left out.
    The same `once` again asks nobody a second time. Returns how many were asked."""
    actor = access.require(actor, "membership.edit", union.pk)
    asked = list(members.by_ids(actor=actor, union=union, person_ids=person_ids).values_list("pk", flat=True))
    if not attempts.first("ask_to_check", attempts.digest(f"{actor.user_id}:{once}"), at):
        return len(asked)
    for person_id in asked:
        notices.send(
            actor=actor,
            at=at,
            to_person=person_id,
            kind="please_check_your_data",
            values={"union": union.name},
            link="registry:my_data",
            reason="membership",
        )
    audit.record(
        actor=actor,
        at=at,
        action="members.ask_to_check",
        subject="union",
        subject_id=union.pk,
        place=access.place_of(union),
        detail={"asked": len(asked)},
    )
    return len(asked)
