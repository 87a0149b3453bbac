"""What the fixtures `live`, `page` and `work` give to the journeys."""

import json
import urllib.request

from django.db import connection
from procrastinate.contrib.django import app


@app.task(name="ground.note")
def note(number: int) -> None:
    """Leaves a trace that a test can find."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def _workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return cursor.fetchone()[0]


def test_the_application_answers_over_http(live):
    with urllib.request.urlopen(f"{live}/health", timeout=10) as answer:
        told = json.load(answer)

    assert told["database"]["reachable"] is True


def test_a_browser_reads_the_application(page):
    page.goto("/health")

    assert '"reachable": true' in page.content()


def test_jobs_that_wait_are_done_on_demand(work):
    note.defer(number=1)
    before = _workers()

    work()

    assert _workers() > before
    assert app.job_manager.list_jobs(task="ground.note", status="succeeded")
