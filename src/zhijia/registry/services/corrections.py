"""What a member says is wrong about them is put right by who may confirm it (PI-04). Asking for it is a matter."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import fields
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.initials import initials
from zhijia.registry import access
from zhijia.registry.models import Person
from zhijia.vault import services as vault

OWN = (
    "name",
    "phone",
    "address",
    "email",
    "occupation",
    "education",
    "employer_name",
    "gig_group",
    "work_status",
)
"""The fields a member may ask to have put right. The identity number goes by the union's counter, with the card."""


def put_right(*, actor: Actor, at: datetime, person_id: UUID, field: str, value: str) -> None:
    """An officer who may confirm corrections has found the value right: the field takes it, and says it came from the
    member and when. Raises Refusal for a field nobody may change so, a bad value, and for the actor's own data."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    actor = access.require(actor, "correction.confirm", person.union_id)
    if person.pk == actor.person_id:
        raise Refusal(
            "own_correction",
            _("Nobody confirms their own data. Ask a colleague, or the union above, to answer."),
        )
    _take(field, checked(field, value, at=at), person, at)
    audit.record(
        actor=actor,
        at=at,
        action="correction.confirmed",
        subject="person",
        subject_id=person.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
        detail={"field": field},
    )


def checked(field: str, value: str, *, at: datetime) -> str:
    """The value as the field stores it. Raises Refusal for a field nobody may change so, and for a bad value."""
    if field not in OWN:
        raise Refusal(
            "field_is_fixed", _("This field can only be changed by your union, with your document.")
        )
    return fields.checked(field, value, day=days.business_day(at))


def _take(field: str, value: str, person: Person, at: datetime) -> None:
    """The person's field takes the value; a sealed one in the vault."""
    changed = []
    if fields.get(field).sealed:
        place = audit.Place(person.union_id, person.county_id, person.pk)
        vault.seal(f"registry_person.{field}", person.pk, value, place=place, at=at)
    else:
        setattr(person, field, value)
        changed = [field]
        if field == "name":
            person.name_initials = initials(person.name)
            changed.append("name_initials")
    person.sources[field] = ["correction", days.business_day(at).isoformat()]
    person.changed_at = at
    person.save(update_fields=[*changed, "sources", "changed_at"])
