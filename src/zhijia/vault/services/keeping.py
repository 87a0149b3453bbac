"""What happens to sealed values later: they move with their person, and are destroyed with them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.kernel.actors import Actor
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.places import row


def move(person_ids: Sequence[UUID], place: Place, *, using: str = "default") -> int:
    """These people's values now belong to this union and county; how many values. One statement.

    Whoever may look may hand on: the giver moves them, or `bulk`. The values need not be opened.
    """
    held = Secret.objects.using(using).filter(person_id__in=list(person_ids))
    return held.update(union_id=place.union_id, county_id=place.county_id)


def remove(kind: str, row_ids: Sequence[UUID | int], *, using: str = "default") -> int:
    """Destroy the values of these rows, once the rows have done their work; how many there were."""
    held = Secret.objects.using(using).filter(
        kind=kinds.get(kind).number, row_id__in=[row(row_id) for row_id in row_ids]
    )
    return held.delete()[0]


def erase(
    *, actor: Actor, at: datetime, person_id: UUID, place: Place, reason: str, using: str = "default"
) -> int:
    """Destroy everything sealed of a person (PI-04); how many values. Facts and trail stay valid: they hold
    ids."""
    count = Secret.objects.using(using).filter(person_id=person_id).delete()[0]
    audit.record(
        actor=actor,
        at=at,
        action="vault.erase",
        subject="person",
        subject_id=person_id,
        place=place,
        reason=reason,
        detail={"values": count},
        using=using,
    )
    return count
