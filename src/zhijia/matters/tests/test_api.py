"""Requests by the API: a draft, its answers, handed in once by its key; nobody else's, and by no token."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhijia.accounts.services import tokens
from zhijia.kernel import days
from zhijia.matters.models import Case
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, asked
from zhijia.registry.tests.world import World, member

TYPED = {"sum": "1200", "why": "家人住院", "ill": "no"}


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(
        f"/api{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_a_request_is_begun_kept_and_handed_in_once(world: World) -> None:
    client = browser(world, "member")
    assert CODE in [matter["code"] for matter in client.get("/api/matters").json()]
    case = post(client, "/requests", {"code": CODE}).json()
    assert case["state"] == "draft"
    path = f"/requests/{case['case_id']}"
    lacking = post(client, f"{path}/submit", **{"idempotency-key": str(uuid4())})
    assert (lacking.status_code, lacking.json()["code"]) == (409, "not_complete")
    assert set(post(client, f"{path}/answers", {"sum": "viel"}).json()["wrong"]) == {"sum"}
    assert post(client, f"{path}/answers", {**TYPED, "state": "granted"}).json() == {"wrong": {}}
    key = {"idempotency-key": str(uuid4())}
    first, second = (post(client, f"{path}/submit", **key).json() for _time in range(2))
    assert first["number"] == second["number"] != ""
    assert first["state"] == "open"
    other = post(client, f"{path}/submit", **{"idempotency-key": str(uuid4())})
    assert other.status_code == 409
    rows = [row for row in client.get("/api/requests").json() if row["code"] == CODE]
    assert [row["number"] for row in rows] == [first["number"]]
    assert post(client, f"{path}/withdraw", {"reason": "不用了"}).json()["state"] == "withdrawn"


def test_a_submission_without_a_key_is_unreadable(world: World) -> None:
    client = browser(world, "member")
    case = post(client, "/requests", {"code": CODE}).json()
    assert post(client, f"/requests/{case['case_id']}/submit").status_code == 422


@pytest.mark.parametrize("who", ["other", "factory", "mill"])
def test_nobody_else_finds_or_moves_it(world: World, who: str) -> None:
    case = asked(world)
    member(world, "other", "factory", serial=44)
    client = browser(world, who)
    assert client.get(f"/api/requests/{case.pk}").status_code == 404
    assert post(client, f"/requests/{case.pk}/withdraw").status_code == 404
    assert str(case.pk) not in [row["case_id"] for row in client.get("/api/requests").json()]
    world.act("member")
    assert Case.objects.get(pk=case.pk).state == Case.State.OPEN


def test_a_token_asks_for_nothing(world: World) -> None:
    actor = world.act("member")
    _token, clear = tokens.make(
        actor=actor, at=days.now(), name="测试", scopes=["person.view"], days_valid=1, once=uuid4()
    )
    answer = Client().get("/api/requests", headers={"authorization": f"Bearer {clear}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
