"""What nobody caught still gets a page that says what to do, or an answer of the API."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from zhijia.web import middleware


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def breaks(monkeypatch):
    """Have everything that looks for who is asking end in this fault."""

    def with_this(fault):
        def broken(request):
            raise fault

        monkeypatch.setattr(middleware, "actor_of", broken)

    return with_this


@pytest.mark.parametrize("fault", [OperationalError("connection refused"), InterfaceError("closed")])
def test_while_the_database_is_away_people_are_asked_to_come_back(db, client, breaks, fault):
    breaks(fault)

    answer = client.get("/", headers={"Accept-Language": "zh-hans"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer["X-Request-Id"] in answer.content.decode()


def test_a_fault_of_ours_says_so_with_its_number(db, client, breaks):
    breaks(RuntimeError("a mistake"))

    answer = client.get("/")

    assert answer.status_code == 500
    assert not answer.has_header("Retry-After")
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "a mistake" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(OperationalError("starting up"), 503, "busy"), (RuntimeError("a mistake"), 500, "fault")],
)
def test_the_api_answers_in_its_own_form(db, client, breaks, fault, status, code):
    breaks(fault)

    answer = client.get("/api/me")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_the_api_says_in_its_own_form_what_it_cannot_read(db, client):
    answer = client.get("/api/unions/search?q=%00")

    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
