"""What a person agrees to, one purpose at a time, and takes back when they like (PI-01)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import ports, purposes
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Consent, Person

WITHDRAWN = "registry.withdrawn"
"""The family of ports that hear of an agreement that was taken back: (actor, at, person_id, purpose)."""


def give(*, actor: Actor, at: datetime, purpose: str) -> Consent:
    """The actor agrees, for their own person, to one purpose in the words in force. Twice is once.
    Raises Refusal for a purpose that rests on the law, not on consent."""
    person = _own_person(actor)
    text = purposes.get(purpose)
    if text.basis != "consent":
        raise Refusal("not_asked", _("This use rests on the law. There is nothing to agree to."))
    consent, fresh = Consent.objects.get_or_create(
        person_id=person.pk,
        purpose=text.code,
        withdrawn_at=None,
        defaults={
            "text_version": text.version,
            "given_at": at,
            "channel": actor.channel,
            "union_id": person.union_id,
            "county_id": person.county_id,
        },
    )
    if fresh:
        _trail(actor, at, "consent.give", consent)
    return consent


def withdraw(*, actor: Actor, at: datetime, purpose: str) -> None:
    """The actor takes their agreement back. What was done under it stays valid; nothing new is. Rooms that show
    something by it (the ports `registry.withdrawn.<room>`) show it no more when this returns."""
    person = _own_person(actor)
    consent = (
        Consent.objects.select_for_update()
        .filter(person_id=person.pk, purpose=purpose, withdrawn_at__isnull=True)
        .first()
    )
    if consent is None:
        return
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    _trail(actor, at, "consent.withdraw", consent)
    ports.call_all(WITHDRAWN, actor=actor, at=at, person_id=person.pk, purpose=purpose)


def agreed(person_id: UUID, purpose: str) -> bool:
    """Whether the person's agreement to this purpose is in force. Without it a sensitive field reads as nothing."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at__isnull=True).exists()


def _own_person(actor: Actor) -> Person:
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    return person


def _trail(actor: Actor, at: datetime, action: str, consent: Consent) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="consent",
        subject_id=consent.pk,
        place=audit.Place(consent.union_id, consent.county_id, consent.person_id),
        detail={"purpose": consent.purpose, "version": consent.text_version},
    )
