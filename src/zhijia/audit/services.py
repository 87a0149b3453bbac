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
TELLING = """INSERT INTO audit_entry
  (at, action, subject, subject_id, user_id, for_person_id, grant_id, channel, request_id, address, device,
   person_id, union_id, county_id, reason, detail)
SELECT %(said_at)s, %(said_action)s::text, %(said_subject)s::text, {subject_id}, %(said_user)s::bigint,
  %(said_for)s::uuid, {grant_id}, %(said_channel)s::text, %(said_request)s::text, %(said_address)s::text,
  %(said_device)s::text, %(said_person)s::uuid, %(said_union)s::int, %(said_county)s::int, %(said_reason)s::text,
  %(said_detail)s::jsonb"""
"""A line of the trail as a part of a statement that writes what it is of: subject and grant are pieces of SQL of that
statement, whose FROM comes after. Its values are those of `telling`."""
_INSERT = TELLING.format(subject_id="%(said_id)s::text", grant_id="%(said_grant)s::bigint")


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
    said = telling(
        actor=actor, at=at, action=action, subject=subject, place=place, reason=reason, detail=detail
    )
    rows.run(_INSERT, {**said, "said_id": _words(str(subject_id), 60), "said_grant": actor.grant_id}, using)


def telling(
    *,
    actor: Actor,
    at: datetime,
    action: str,
    subject: str,
    place: Place = NOWHERE,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of `TELLING`, cut to what fits, as `record` writes them."""
    return {
        "said_at": at,
        "said_action": action,
        "said_subject": subject,
        "said_user": actor.user_id,
        "said_for": actor.for_person_id,
        "said_channel": actor.channel,
        "said_request": actor.request_id,
        "said_address": _words(actor.address, 45),
        "said_device": _words(actor.device, 120),
        "said_person": place.person_id,
        "said_union": place.union_id,
        "said_county": place.county_id,
        "said_reason": _words(reason, 300),
        "said_detail": json.dumps(dict(detail or {}), ensure_ascii=False),
    }


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
