"""Writing the trail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.kernel import rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting


@dataclass(frozen=True, slots=True)
class Place:
    """Whose row it is: the person, the union and the county-level union above it, by plain id."""

    union_id: int | None = None
    county_id: int | None = None
    person_id: UUID | None = None


NOWHERE = Place()

# Nothing comes back from this INSERT: who writes a line may often not read it, and the policy would refuse.
_INSERT = """INSERT INTO audit_entry
  (at, action, subject, subject_id, user_id, for_person_id, grant_id, channel, request_id, address, device,
   person_id, union_id, county_id, reason, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


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

    `action` is a verb of the field in English ("membership.approve", "vault.reveal", "refused"); `detail`
    holds names of fields, counts and keyed digests, never a value that tells something about a person. A
    stranger's words that are too long for their column (address, device, what a 404 named) are cut.
    """
    rows.run(
        _INSERT,
        [
            at,
            action,
            subject,
            _words(str(subject_id), 60),
            actor.user_id,
            actor.for_person_id,
            actor.grant_id,
            actor.channel,
            actor.request_id,
            _words(actor.address, 45),
            _words(actor.device, 120),
            place.person_id,
            place.union_id,
            place.county_id,
            _words(reason, 300),
            json.dumps(dict(detail or {}), ensure_ascii=False),
        ],
        using,
    )


def refused(
    *,
    actor: Actor,
    at: datetime,
    what: str,
    where: str,
    named: object = "",
    place: Place = NOWHERE,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Put a refusal on the trail, in a transaction of its own: call it after the request's has ended.

    `what` is the code of the refusal, `where` the operation that refused, `named` the record asked for.
    """
    with acting(actor):
        record(
            actor=actor,
            at=at,
            action="refused",
            subject=_words(where, 60),
            subject_id=named,
            place=place,
            detail={"code": what, **(detail or {})},
        )


def _words(text: str, length: int) -> str:
    """What fits the column, without the character PostgreSQL cannot hold."""
    return text.replace("\x00", "")[:length]
