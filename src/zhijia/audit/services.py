"""Writing the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.audit.models import Entry
from zhijia.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """Whose row it is: the person, the union and the county-level union above it, by plain id."""

    union_id: int | None = None
    county_id: int | None = None
    person_id: UUID | None = None


NOWHERE = Place()


def record(
    *,
    actor: Actor,
    at: datetime,
    action: str,
    subject: str,
    subject_id: object,
    place: Place = NOWHERE,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    using: str = "default",
) -> None:
    """Put one line on the trail, in the running transaction (S-15).

    `action` is a verb of the field in English ("membership.approve", "vault.reveal", "refused"); `detail` holds
    names of fields, counts and keyed digests, never a value that tells something about a person.
    """
    Entry.objects.using(using).bulk_create(
        [
            Entry(
                at=at,
                action=action,
                subject=subject,
                subject_id=str(subject_id),
                user_id=actor.user_id,
                for_person_id=actor.for_person_id,
                grant_id=actor.grant_id,
                channel=actor.channel,
                request_id=actor.request_id,
                address=actor.address[:45],
                device=actor.device[:120],
                person_id=place.person_id,
                union_id=place.union_id,
                county_id=place.county_id,
                reason=reason[:300],
                detail=dict(detail or {}),
            )
        ]
    )
