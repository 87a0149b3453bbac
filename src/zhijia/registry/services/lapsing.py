"""Cards of people who are no members any more lapse (MEM-13): by a job, since the card follows the membership and
nobody loses a right by it. Ending a membership is always a human's doing."""

from datetime import datetime, timedelta

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole

BATCH = 10_000
_LAPSE = """
WITH over AS (
  SELECT c.id FROM registry_card c
  WHERE c.ended_at IS NULL AND NOT EXISTS (
    SELECT FROM registry_membership m
    WHERE m.person_id = c.person_id AND (m.valid_to IS NULL OR m.valid_to > %s))
  ORDER BY c.id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE registry_card c SET ended_at = %s FROM over WHERE c.id = over.id
"""


def lapse(*, actor: Actor, at: datetime) -> int:
    """End the valid cards of people whose last membership ended `card.lapse_days` ago or earlier; how many. In
    transactions of a few thousand, one line on the trail for all. A second run finds none."""
    today = days.business_day(at)
    until = today - timedelta(days=int(parameters.value("card.lapse_days", day=today)))
    lapsed = 0
    while True:
        with whole() as cursor:
            cursor.execute(_LAPSE, [until, BATCH, at])
            count = int(cursor.rowcount)
        lapsed += count
        if count < BATCH:
            break
    if lapsed:
        audit.record(
            actor=actor,
            at=at,
            action="card.lapse",
            subject="card",
            subject_id=today.isoformat(),
            detail={"cards": lapsed},
            using="bulk",
        )
    return lapsed
