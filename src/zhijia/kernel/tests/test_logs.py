"""Log lines are JSON with allowed fields; what a person typed or what a row holds never gets in."""

import json
import logging
import sys
from types import SimpleNamespace

import pytest

from zhijia.kernel import logs

CANARY = "张三 11010119900307123X 13800000000"


def _line(name="zhijia.some", message="done", *args, exc_info=None, **extra):
    record = logging.getLogger(name).makeRecord(
        name, logging.INFO, "file.py", 1, message, args, exc_info, extra=extra
    )
    return logs.JsonLines().format(record)


def test_an_event_of_ours_keeps_its_name_and_allowed_fields():
    line = json.loads(_line("zhijia.web", "jobs swept", rows=3, status=200))

    assert (line["event"], line["rows"], line["status"], line["level"]) == ("jobs swept", 3, 200, "info")


@pytest.mark.parametrize(
    "line",
    [
        _line("zhijia.web", f"saved {CANARY}"),
        _line("zhijia.web", "saved", person=CANARY),
        _line("zhijia.web", "saved %s", CANARY),
        _line("django.request", f"Not found: {CANARY}"),
        _line("psycopg", "detail %s", CANARY),
    ],
    ids=["in the event", "in a field", "in an argument", "of Django", "of the database"],
)
def test_a_value_never_reaches_the_line(line):
    assert not [part for part in CANARY.split() if part in line]


def test_an_exception_is_its_type_and_place_without_its_message():
    try:
        raise ValueError(CANARY)
    except ValueError:
        line = _line("zhijia.web", "failed", exc_info=sys.exc_info())

    told = json.loads(line)
    assert told["error"] == "ValueError"
    assert "test_logs.py:" in told["trace"]
    assert "张三" not in line


@pytest.fixture
def listened(caplog, monkeypatch):
    """The records of a logger, whatever hangs on those above it."""
    logger = logging.getLogger("zhijia.request")
    monkeypatch.setattr(logger, "propagate", False)
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def test_a_request_is_one_line_with_its_id_and_the_address_as_a_template(listened):
    match = SimpleNamespace(route="people/<uuid:person>/")
    incoming = SimpleNamespace(request_id="r-1", method="GET", resolver_match=match)
    with listened.at_level(logging.INFO, "zhijia.request"):
        with logs.request(incoming) as line:
            inside = json.loads(_line())
            line.status = 404

    (record,) = listened.records
    assert inside["request"] == "r-1"
    assert (record.path, record.status, record.method) == ("/people/<uuid:person>/", 404, "GET")
    assert "request" not in json.loads(_line())


def test_what_a_job_logs_carries_the_job():
    with logs.job(17, "notices.send"):
        line = json.loads(_line())

    assert line["job"] == "notices.send 17"
    assert "job" not in json.loads(_line())
