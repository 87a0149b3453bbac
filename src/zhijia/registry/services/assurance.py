"""How far a name is known to be somebody's own (MEM-14): an officer looks at the document and raises it by hand."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Person
from zhijia.vault import services as vault

BY_HAND = 9
"""Checked by hand with the document, of the code list `real_name_levels`."""
CHECKED = frozenset({2, 3, BY_HAND})
"""Matched with an authority, checked live, or by hand: there is nothing to raise."""


def check_by_hand(*, actor: Actor, at: datetime, person_id: UUID, number: str) -> Person:
    """The officer has the document before them and types its number: it is the one kept, so the name counts as checked
    by hand. Done already, nothing is written. Needs step-up. Raises NotForYou; Refusal for one's own document, and for
    a number that is not the person's."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    actor = access.require(actor, "membership.edit", person.union_id)
    if person.pk == actor.person_id:
        raise Refusal("own_document", _("Nobody checks their own document. Ask a colleague."))
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    if person.real_name_level in CHECKED:
        return person
    if vault.find("registry_person.id_number", number.strip()) != person.pk:
        raise Refusal(
            "document_differs",
            _(
                "This is not the number that is kept for this member. Look at the document once more. If it is right,"
                " have the number put right first."
            ),
        )
    person.real_name_level, person.changed_at = BY_HAND, at
    person.sources = person.sources | {"real_name_level": ["officer", days.business_day(at).isoformat()]}
    person.save(update_fields=["real_name_level", "changed_at", "sources"])
    audit.record(
        actor=actor,
        at=at,
        action="person.check_by_hand",
        subject="person",
        subject_id=person.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
    )
    return person
