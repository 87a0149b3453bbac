"""Jobs whose worker died go back to the queue (docs/adr/0005-jobs.md).

Not a job itself: a sweeper in the queue can stall with the queue. Delivery is at least once, so what runs
again is harmless; what kills its worker again and again is put aside.
"""

import logging
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

_log = logging.getLogger("zhijia.supervisor")
STALLED_SECONDS = 30
MOST_ATTEMPTS = 5
_LOCK = 0x5A4A_0002

_STALLED = """
  SELECT job.id, job.attempts
  FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
  WHERE job.status = 'doing'
    AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
  ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many stalled jobs went back to the queue, and how many were put aside as failed."""

    again: int = 0
    aside: int = 0


def sweep(*, stalled_seconds: float = STALLED_SECONDS, most_attempts: int = MOST_ATTEMPTS) -> Swept:
    """Wake the jobs that say "doing" without a worker that lives. One sweeper at a time, on whatever machine.

    A job stays put aside when it was tried too often, or when its twin (same queueing lock) already waits:
    the twin does the work, and a retry would break on the lock's uniqueness and hold its own lock for ever.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return Swept()
        cursor.execute(_STALLED, [stalled_seconds])
        again = aside = 0
        for job, attempts in cursor.fetchall():
            if attempts < most_attempts and _back_to_queue(cursor, job):
                again += 1
            else:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job])
                aside += 1
    if again or aside:
        _log.warning("stalled jobs swept", extra={"again": again, "aside": aside})
    return Swept(again=again, aside=aside)


def _back_to_queue(cursor: CursorWrapper, job: int) -> bool:
    """Whether the job waits again; False when its twin holds the place in the queue."""
    try:
        with transaction.atomic():
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job])
    except IntegrityError:
        return False
    return True
