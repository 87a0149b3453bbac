"""Clues that end unasked, and causes that are raised again after a while because they still hold."""

from datetime import datetime, timedelta
from typing import Any

from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.watches import plans
from zhijia.watches.services import trail
from zhijia.watches.subjects import SUBJECTS

SLICE = 5_000
_EXPIRE = """
UPDATE watches_clue SET state = 'expired', closed_at = %(at)s, again_on = %(again)s
WHERE id IN (
  SELECT id FROM watches_clue WHERE state = 'open' AND expires_on <= %(today)s AND watch = %(watch)s
  ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)"""
_AGAIN = """
INSERT INTO watches_touch (heard, link, value)
SELECT %(table)s, %(column)s, c.{key}::text FROM watches_clue c
JOIN watches_state s ON s.code = %(rule)s AND s.{key} = c.{key} AND s.{alone}
WHERE c.watch = %(watch)s AND c.again_on <= %(today)s AND c.{alone}
  AND NOT EXISTS (SELECT FROM watches_clue later WHERE later.watch = c.watch AND later.{key} = c.{key}
    AND later.{alone} AND (later.state = 'open' OR later.cause = c.cause AND later.turn > c.turn))"""


def expire(*, at: datetime) -> int:
    """End the clues nobody answered in time; how many. A second run finds none."""
    today, ended = days.business_day(at), 0
    for watch in definitions.load().watches.values():
        again = today + timedelta(days=parameters.value(watch.again, day=today)) if watch.again else None
        values = {"at": at, "again": again, "today": today, "watch": watch.code, "most": SLICE}
        while True:
            with whole() as cursor:
                cursor.execute(_EXPIRE, values)
                some = int(cursor.rowcount)
                trail.tell("clue.expire", watch.code, some, at=at)
            ended += some
            if some < SLICE:
                break
    return ended


def look_again(*, at: datetime, actor: Actor) -> int:
    """Have those asked anew whose clue was answered or expired long enough ago and for whom the rule still holds; how
    many. What comes of it the next run of `keeping` says."""
    today, many = days.business_day(at), 0
    with acting(actor):
        kept = plans.in_force_on(today).kept
    for plan in kept.values():
        for watch in plan.watches:
            values: dict[str, Any] = {
                "table": plan.reads.subject.table,
                "column": plan.reads.subject.key,
                "rule": plan.code,
                "watch": watch.code,
                "today": today,
            }
            subject = SUBJECTS[plan.rule.subject]
            with whole() as cursor:
                cursor.execute(_AGAIN.format(key=subject.key, alone=subject.alone), values)
                many += int(cursor.rowcount)
    return many
