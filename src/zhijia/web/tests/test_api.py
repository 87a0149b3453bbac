"""The API: the same rights as the pages, by session or token; refusals as answers; nothing clear, nothing 5xx."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.queries import living_tokens
from zhijia.accounts.services import tokens
from zhijia.audit.models import Entry
from zhijia.catalogue import parameters, roles
from zhijia.kernel import days
from zhijia.matters.models import Case
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds

ALL_SCOPES = sorted({permission for role in roles.all() for permission in role.permissions})


@pytest.fixture
def world(db: Any) -> worlds.World:
    world = worlds.build()
    worlds.member(world, "ding", "factory", serial=1)
    worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")
    moving = worlds.ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", moving)
    return world


def token_of(world: worlds.World, name: str, scopes: Iterable[str]) -> Client:
    actor = world.act(name)
    _token, clear = tokens.make(
        actor=actor, at=days.now(), name="report", scopes=sorted(scopes), days_valid=30, once=uuid4()
    )
    return Client(headers={"authorization": f"Bearer {clear}", "accept-language": "en"})


def session_of(world: worlds.World, name: str, *, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf, headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def post(client: Client, address: str, sent: dict[str, Any]) -> Any:
    return client.post(address, json.dumps(sent), content_type="application/json")


OPERATIONS = [
    "/api/me",
    "/api/unions",
    "/api/unions/search?q=晨光",
    "/api/unions/{factory}",
    "/api/unions/{luyang}/children",
    "/api/unions/{factory}/members",
    "/api/people/{person}",
    "/api/desk/requests",
    "/api/figures/members?union={factory}&since=2026-01&until=2026-12",
]


def addresses(world: worlds.World) -> list[str]:
    world.act("factory")
    codes = {name: union.code for name, union in world.unions.items()}
    return [address.format(**codes, person=Person.objects.get().pk) for address in OPERATIONS]


def test_every_operation_answers_a_session_and_a_token_alike(world: worlds.World) -> None:
    asked = addresses(world)
    session, token = session_of(world, "luyang"), token_of(world, "luyang", ALL_SCOPES)

    by_session = [session.get(address) for address in asked]
    by_token = [token.get(address) for address in asked]

    assert [answer.status_code for answer in by_session] == [200] * len(asked)
    assert [answer.json() for answer in by_session] == [answer.json() for answer in by_token]


def test_members_come_masked_and_by_pages(world: worlds.World) -> None:
    members = session_of(world, "factory").get(f"/api/unions/{world.unions['factory'].code}/members").json()

    (member,) = members["members"]
    assert member["name"] == "张*丰"
    assert "*" in member["id_number"]
    assert "*" in member["phone"]
    assert worlds.number(1) not in json.dumps(members)
    assert members["next"] is None


def few_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of one row, so that a test needs few of them."""
    true = parameters.value
    monkeypatch.setattr(
        parameters, "value", lambda key, **where: 1 if key == "pages.rows" else true(key, **where)
    )


def read_on(client: Client, address: str, rows: str, **sent: str) -> list[Any]:
    """All rows of a list, page after page, as a program reads it; no page holds more than one."""
    page = client.get(address, sent).json()
    found = list(page[rows])
    while page["next"] is not None:
        page = client.get(address, {**sent, "after": page["next"]}).json()
        assert len(page[rows]) == 1
        found += page[rows]
    return found


@pytest.mark.parametrize(
    ("who", "under"), [("luyang", ["luyang", "factory", "couriers"]), ("shushan", ["shushan", "mill"])]
)
def test_unions_are_read_page_after_page_each_once_and_no_other_countys(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, who: str, under: list[str]
) -> None:
    few_a_page(monkeypatch)
    client = session_of(world, who)

    found = read_on(client, "/api/unions/search", "unions", q="工会")
    below = read_on(client, f"/api/unions/{world.unions[who].code}/children", "unions")

    mine = sorted(world.unions[name].code for name in under)
    assert [union["code"] for union in found] == mine
    assert [union["code"] for union in below] == [code for code in mine if code != world.unions[who].code]


def test_what_waits_is_read_page_after_page_while_others_answer(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.ask(world, "bao", "factory", serial=8, called="赵宝")
    few_a_page(monkeypatch)
    client = session_of(world, "factory")

    first = client.get("/api/desk/requests").json()
    (one,) = first["requests"]
    refuse = {"step": one["step"], "answer": "refuse", "reason": "不属于本单位"}
    post(client, f"/api/desk/requests/{one['case_id']}/answer", refuse)
    rest = read_on(client, f"/api/desk/requests?after={first['next']}", "requests")

    assert len({row["number"] for row in [one, *rest]}) == 3
    assert {row["code"] for row in [one, *rest]} == {"join", "transfer_out"}
    assert read_on(session_of(world, "mill"), "/api/desk/requests", "requests") == []


def test_a_visitor_is_asked_to_log_in(world: worlds.World) -> None:
    for address in addresses(world):
        assert Client().get(address).status_code == 401, address


def test_an_ended_token_opens_nothing(world: worlds.World) -> None:
    client = token_of(world, "factory", ["union.view"])
    assert client.get("/api/unions").status_code == 200
    for token in living_tokens(world.act("factory"), days.now()):
        tokens.revoke(actor=world.actors["factory"], at=days.now(), token_id=token.pk)

    assert client.get("/api/unions").status_code == 401


def test_a_token_is_held_to_its_scopes(world: worlds.World) -> None:
    asked = addresses(world)
    client = token_of(world, "luyang", ["figures.view"])

    answers = {address: client.get(address).status_code for address in asked}

    assert answers.pop("/api/me") == 200
    assert answers.pop(asked[-1]) == 200
    assert set(answers.values()) == {403, 404}


def test_a_member_reads_themselves_but_a_token_without_the_scope_does_not(world: worlds.World) -> None:
    world.act("factory")
    address = f"/api/people/{Person.objects.get().pk}"

    assert session_of(world, "ding").get(address).json()["name"] == "张小丰"
    assert token_of(world, "ding", ["union.view"]).get(address).status_code == 404


def test_an_officer_of_another_county_finds_nothing_and_leaves_a_line(world: worlds.World) -> None:
    world.act("factory")
    person = Person.objects.get()
    waiting = Case.objects.get(shown_name="欧阳兰")
    step = worlds.here(waiting).pk
    factory = world.unions["factory"].code
    client = token_of(world, "shushan", ALL_SCOPES)

    answers = [
        client.get(f"/api/people/{person.pk}"),
        client.get(f"/api/unions/{factory}"),
        client.get(f"/api/unions/{factory}/children"),
        client.get(f"/api/unions/{factory}/members"),
        post(client, f"/api/desk/requests/{waiting.pk}/answer", {"step": step, "answer": "approve"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    elsewhere = client.get(f"/api/figures/members?union={factory}&since=2026-01&until=2026-02")
    nowhere = client.get("/api/figures/members?union=340000-000000&since=2026-01&until=2026-02")
    assert elsewhere.status_code == nowhere.status_code
    assert elsewhere.json()["code"] == nowhere.json()["code"]
    world.act("shushan")
    lines = Entry.objects.filter(action="refused", user_id=world.actors["shushan"].user_id)
    assert lines.count() == len(answers) + 2


def test_a_session_that_changes_something_needs_the_csrf_token(world: worlds.World) -> None:
    world.act("factory")
    waiting = Case.objects.get(shown_name="欧阳兰")
    step = worlds.here(waiting).pk
    client = session_of(world, "factory", csrf=True)
    address = f"/api/desk/requests/{waiting.pk}/answer"

    refused = post(client, address, {"step": step, "answer": "approve"})

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    client.get(reverse("matters:inbox"))
    token = client.cookies["csrftoken"].value
    taken = client.post(
        address,
        json.dumps({"step": step, "answer": "approve"}),
        "application/json",
        headers={"x-csrftoken": token},
    )
    assert taken.json()["state"] == "granted"


def test_a_field_nobody_named_is_refused(world: worlds.World) -> None:
    client = session_of(world, "factory")
    world.act("factory")
    waiting = Case.objects.get(shown_name="欧阳兰")
    step = worlds.here(waiting).pk
    factory = world.unions["factory"].code

    told = post(
        client, f"/api/desk/requests/{waiting.pk}/answer", {"step": step, "answer": "approve", "by": "me"}
    )
    asked = client.get(f"/api/unions/{factory}/members?name=张")

    assert (told.status_code, asked.status_code) == (422, 422)
    assert "me" not in told.json()["fields"][0].values()
    world.act("factory")
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_a_rule_that_says_no_is_409_in_the_callers_language(world: worlds.World) -> None:
    client = token_of(world, "factory", ["matter.decide", "membership.approve"])
    world.act("factory")
    waiting = Case.objects.get(shown_name="欧阳兰")
    step = worlds.here(waiting).pk
    address, sent = f"/api/desk/requests/{waiting.pk}/answer", {"step": step, "answer": "refuse"}

    english = post(client, address, sent)
    chinese = client.post(
        address, json.dumps(sent), "application/json", headers={"accept-language": "zh-hans"}
    )

    assert (english.status_code, english.json()["code"]) == (409, "reason_missing")
    assert english.json()["message"].startswith("Say why")
    assert "原因" in chinese.json()["message"]
    assert english.json()["request_id"] == english["X-Request-Id"]


def test_the_answers_of_a_program_are_the_ones_of_a_page(world: worlds.World) -> None:
    client = token_of(world, "factory", ["matter.decide", "membership.approve", "transfer.decide"])
    rows = {row["code"]: row for row in client.get("/api/desk/requests").json()["requests"]}

    taken, moved = (
        post(
            client,
            f"/api/desk/requests/{rows[code]['case_id']}/answer",
            {"step": rows[code]["step"], "answer": "approve"},
        )
        for code in ("join", "transfer_out")
    )

    assert (taken.status_code, taken.json()["state"]) == (200, "granted")
    assert (moved.status_code, moved.json()["state"]) == (200, "granted")
    world.act("factory")
    assert Entry.objects.filter(action="case.approve", channel="api").count() == 2


def test_the_months_of_a_figure_add_up(world: worlds.World) -> None:
    code = world.unions["factory"].code
    (november,) = (
        session_of(world, "factory")
        .get(f"/api/figures/members?union={code}&since=2026-11&until=2026-11")
        .json()
    )

    assert november == {"month": "2026-11", "members": 1, "gained": 1}


def test_whatever_is_sent_nothing_breaks(world: worlds.World) -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    from zhijia.web.api import api

    schema = schemathesis.openapi.from_dict(
        json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
    )
    client = token_of(world, "luyang", ALL_SCOPES)
    client.raise_request_exception = False
    operations = [found.ok() for found in schema.get_all_operations()]

    for operation in operations:

        @settings(
            max_examples=6,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_it(case: Any) -> None:
            answer = client.generic(
                case.method,
                case.formatted_path,
                json.dumps(case.body) if isinstance(case.body, (dict, list, str)) else "",
                content_type="application/json",
                query_params=case.query or {},
            )
            assert answer.status_code < 500, (case.method, case.path, answer.status_code)

        try_it()
    assert len(operations) == 19
