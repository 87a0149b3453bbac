"""What the register itself knows of somebody having been in touch: the member's own doings, never an officer's."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from zhijia.kernel.context import whole

_HEARD = """
SELECT c.person_id FROM registry_consent c
  WHERE c.person_id = ANY (%(people)s) AND greatest(c.given_at, c.withdrawn_at) >= %(since)s
UNION SELECT u.person_id FROM accounts_user u
  WHERE u.person_id = ANY (%(people)s) AND u.last_login >= %(since)s
UNION SELECT p.person_id FROM registry_leave_proposal p
  WHERE p.person_id = ANY (%(people)s) AND p.state = 'stays' AND p.decided_at >= %(since)s"""


def took_part(*, person_ids: Sequence[UUID], since: date) -> set[UUID]:
    """Those of them who logged in, agreed or took an agreement back since that day, or said that
    they stay."""
    with whole() as cursor:
        cursor.execute(_HEARD, {"people": list(person_ids), "since": since})
        return {person_id for (person_id,) in cursor.fetchall()}
