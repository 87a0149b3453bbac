"""Who asks, and where what they ask for begins."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import seats
from zhijia.registry.models import Membership, Person, Union


def person_of(actor: Actor, person_id: UUID | None) -> Person | None:
    """The person asked for, whom this actor may see. Raises NotForYou."""
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    if person_id and person is None:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    return person


def is_member(person: Person | None) -> bool:
    """Whether the person has a membership today, active or retained."""
    return (
        person is not None and Membership.objects.filter(person_id=person.pk, valid_to__isnull=True).exists()
    )


def begins_at(matter: Matter, person: Person | None, union: Union | None) -> Union:
    """The union a case begins at: the person's own, or the one that was named."""
    if person is not None and person.union_id is not None:
        union = Union.objects.get(pk=person.union_id)
    if union is None:
        raise Refusal("choose_a_union", _("Choose the union you ask."))
    if matter.against_employer:
        return seats.above(union)
    return union


def for_whom(matter: Matter) -> str:
    """For whom a matter is, in words."""
    words = {
        "member": _("members"),
        "non_member": _("people who are no members yet"),
        "officer_for_member": _("officers, for a member"),
        "union": _("unions"),
    }
    return "、".join(str(words[who]) for who in matter.who)
