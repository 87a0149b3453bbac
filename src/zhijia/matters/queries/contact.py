"""What requests tell of somebody having been in touch: the member's own, never an officer's for them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from zhijia.kernel.context import whole

_ASKED = """
SELECT DISTINCT c.person_id FROM matters_case c
WHERE c.person_id = ANY (%(people)s) AND c.user_id IS NOT NULL AND c.opened_at >= %(since)s"""


def took_part(*, person_ids: Sequence[UUID], since: date) -> set[UUID]:
    """The port `registry.took_part.matters`: those of them who asked for something since that day."""
    with whole() as cursor:
        cursor.execute(_ASKED, {"people": list(person_ids), "since": since})
        return {person_id for (person_id,) in cursor.fetchall()}
