"""Stalled jobs go back to the queue, and what cannot is put aside (docs/adr/0005-jobs.md)."""

import psycopg
import pytest
from django.db import connection, connections

from zhijia.web.supervisor.sweeper import MOST_ATTEMPTS, Swept, sweep


def _job(*, status="doing", worker=None, attempts=0, lock=None, queueing_lock=None):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, status, worker_id, attempts, lock, queueing_lock)"
            " VALUES ('default', 'some.task', %s, %s, %s, %s, %s) RETURNING id",
            [status, worker, attempts, lock, queueing_lock],
        )
        return cursor.fetchone()[0]


def _worker(*, silent_for):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_for],
        )
        return cursor.fetchone()[0]


def _state(job):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()


@pytest.mark.parametrize("silent_for", [None, 31])
def test_a_job_without_a_living_worker_waits_again(db, silent_for):
    job = _job(worker=_worker(silent_for=silent_for) if silent_for else None)

    assert sweep() == Swept(again=1)
    assert _state(job) == ("todo", 1)


def test_a_job_whose_worker_lives_is_left_alone(db):
    job = _job(worker=_worker(silent_for=5))

    assert sweep() == Swept()
    assert _state(job) == ("doing", 0)


def test_a_job_that_keeps_killing_its_worker_is_put_aside(db):
    job = _job(attempts=MOST_ATTEMPTS)

    assert sweep() == Swept(aside=1)
    assert _state(job)[0] == "failed"


def test_a_stalled_job_whose_twin_already_waits_lets_go_of_its_lock(db):
    stalled = _job(lock="union 7", queueing_lock="fold")
    twin = _job(status="todo", lock="union 7", queueing_lock="fold")

    assert sweep() == Swept(aside=1)
    assert (_state(stalled)[0], _state(twin)) == ("failed", ("todo", 0))


def test_two_stalled_jobs_with_one_queueing_lock_leave_one_waiting(db):
    """Both cannot wait: whichever is woken first makes the other its twin."""
    first = _job(queueing_lock="fold")
    second = _job(queueing_lock="fold")

    assert sweep() == Swept(again=1, aside=1)
    assert [_state(first)[0], _state(second)[0]] == ["todo", "failed"]


def test_one_sweeper_at_a_time(committed):
    """While another machine's sweeper works, this one does nothing and does not wait."""
    job = _job()
    at = connections["default"].get_connection_params()
    other = psycopg.connect(
        host=at["host"], port=at.get("port"), user=at["user"], password=at["password"], dbname=at["dbname"]
    )
    with other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", [0x5A4A_0002])
        assert sweep() == Swept()

    assert sweep() == Swept(again=1)
    assert _state(job)[0] == "todo"
