"""/health tells machines how Zhijia is, and speaks even when the database does not."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from zhijia.web import health
from zhijia.web.supervisor import status
from zhijia.web.supervisor.child import Child


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


def test_all_well_is_ok(db, data):
    answer = Client().get("/health")

    assert (answer.status_code, answer.json()["status"], answer.json()["troubles"]) == (200, "ok", [])
    assert answer["Cache-Control"] == "no-store"


def test_without_a_database_it_is_down_with_503_and_not_an_error_page(committed, data):
    at = connection.settings_dict
    right = at["PASSWORD"]
    connection.close()
    at["PASSWORD"] = "wrong"
    try:
        answer = Client().get("/health")
    finally:
        at["PASSWORD"] = right
        connection.close()

    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["troubles"] == ["database"]


def test_a_child_that_waits_for_its_next_start_degrades_it(db, data):
    waiting = Child("worker-1", spawn=lambda: None, due=time.monotonic() + 5, restarts=3)
    status.write(data, [waiting])

    told = Client().get("/health").json()

    assert (told["status"], told["troubles"]) == ("degraded", ["child:worker-1"])
    assert told["children"]["worker-1"]["restarts"] == 3


def test_a_supervisor_that_has_gone_silent_is_not_believed(data):
    status.write(data, [Child("web", spawn=lambda: None)])
    assert status.read(data) is not None
    note = data / status.FILE
    note.write_text(note.read_text().replace('"written": ', '"written": 1, "before": '))

    assert status.read(data) is None


def test_a_job_that_waits_too_long_degrades_it(db, data):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'late') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '10 minutes' WHERE job_id = %s",
            [cursor.fetchone()[0]],
        )

    told = Client().get("/health").json()

    assert (told["status"], told["troubles"]) == ("degraded", ["queue"])
    assert told["queue"]["oldest_seconds"] >= 600


def test_a_trail_unsealed_for_long_and_a_full_disk_degrade_it(db, data, monkeypatch):
    status.beat(data, "sealer")
    monkeypatch.setattr(health, "SEAL_LATE_SECONDS", -1)
    monkeypatch.setattr(health, "DISK_LOW_BYTES", 2**63)

    assert Client().get("/health").json()["troubles"] == ["seal", "disk"]


def test_what_machines_read_says_nothing_of_anybody(db, data):
    told = Client().get("/health").json()

    assert set(told) == {
        "status", "troubles", "version", "database", "queue", "seal", "disk", "children",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("worker-2", "zh-hans", "任务 2"),
        ("sealer", "en", "Seal of the trail"),
        ("newcomer", "en", "newcomer"),
    ],
)
def test_a_part_of_the_platform_is_called_by_what_it_does(name, language, words):
    with translation.override(language):
        assert health._part(name) == words
