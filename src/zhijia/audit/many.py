"""Writing many lines of one action on the trail in one statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhijia.audit.services import NOWHERE, Place, telling
from zhijia.kernel import rows
from zhijia.kernel.actors import Actor

_INSERT = """INSERT INTO audit_entry
  (at, action, subject, subject_id, user_id, for_person_id, grant_id, channel, request_id, address, device,
   person_id, union_id, county_id, reason, detail)
SELECT %(said_at)s, %(said_action)s::text, %(said_subject)s::text, line.subject_id, %(said_user)s::bigint,
  %(said_for)s::uuid, %(said_grant)s::bigint, %(said_channel)s::text, %(said_request)s::text, %(said_address)s::text,
  %(said_device)s::text, line.person_id, line.union_id, line.county_id, '', line.detail
FROM unnest(%(subjects)s::text[], %(people)s::uuid[], %(unions)s::int[], %(counties)s::int[], %(details)s::jsonb[])
  WITH ORDINALITY AS line (subject_id, person_id, union_id, county_id, detail, place)
ORDER BY line.place"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one of the lines says that the others do not: of which record, whose, and what of it (as for `record`)."""

    subject_id: int
    place: Place = NOWHERE
    detail: Mapping[str, Any] | None = None


def record_each(
    *, actor: Actor, at: datetime, action: str, subject: str, lines: Sequence[Line], using: str = "default"
) -> None:
    """Put these lines on the trail in their order, in the running transaction, as `record` does with one."""
    if not lines:
        return
    said = telling(actor=actor, at=at, action=action, subject=subject)
    each = {
        "subjects": [str(line.subject_id) for line in lines],
        "people": [line.place.person_id for line in lines],
        "unions": [line.place.union_id for line in lines],
        "counties": [line.place.county_id for line in lines],
        "details": [json.dumps(dict(line.detail or {}), ensure_ascii=False) for line in lines],
    }
    rows.run(_INSERT, {**said, **each, "said_grant": actor.grant_id}, using)
