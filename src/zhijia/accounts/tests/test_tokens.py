import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path, reverse
from ninja import NinjaAPI

from zhijia.accounts import queries
from zhijia.accounts.api import auth
from zhijia.accounts.models import Session, User
from zhijia.accounts.services import close_account, tokens
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal

api = NinjaAPI(urls_namespace="accounts-tests", docs_url=None, openapi_url=None)


@api.get("/who", auth=auth)
def who(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return {
        "user": actor.user_id,
        "channel": actor.channel,
        "view": actor.within_scopes("membership.view"),
        "approve": actor.within_scopes("membership.approve"),
        "stepped_up": actor.stepped_up,
        "own_sessions": Session.objects.count(),
    }


@api.post("/change", auth=auth)
def change(request: HttpRequest) -> dict[str, bool]:
    return {"changed": True}


@pytest.fixture
def with_api(settings: Any) -> None:
    from types import ModuleType

    from django.utils.module_loading import import_string

    module = ModuleType("accounts_test_urls")
    usual = import_string(f"{settings.ROOT_URLCONF}.urlpatterns")
    module.urlpatterns = [path("test-api/", api.urls), *usual]
    settings.ROOT_URLCONF = module


def _actor(user: User) -> Actor:
    return Actor(user_id=user.pk, channel="page", request_id="test", stepped_up=True)


def _token(user: User, **wanted: Any) -> tuple[Any, str]:
    given = {"name": "report", "scopes": ["membership.view"], "days_valid": 30, "once": uuid4(), **wanted}
    with acting(_actor(user)) as actor:
        return tokens.make(actor=actor, at=given.pop("at", days.now()), **given)


def _ask(clear: str, client: Client | None = None) -> tuple[int, Any]:
    answer = (client or Client()).get("/test-api/who", headers={"Authorization": f"Bearer {clear}"})
    return answer.status_code, json.loads(answer.content)


def test_a_token_acts_as_its_owner_within_its_scopes(
    committed: None, with_api: None, member: User, log_in: Callable[..., Client]
) -> None:
    _row, clear = _token(member)
    log_in("worker")

    assert _ask(clear) == (
        200,
        {
            "user": member.pk,
            "channel": "api",
            "view": True,
            "approve": False,
            "stepped_up": False,
            "own_sessions": 1,
        },
    )


def test_session_and_token_give_the_same_person(
    committed: None, with_api: None, member: User, log_in: Callable[..., Client]
) -> None:
    client = log_in("worker")

    answer = client.get("/test-api/who").json()

    assert (answer["user"], answer["channel"], answer["approve"]) == (member.pk, "page", True)


@pytest.mark.parametrize("clear", ["", "zj_", "zj_guess", "other"])
def test_no_token_and_a_made_up_one_are_nobody(committed: None, with_api: None, clear: str) -> None:
    assert _ask(clear)[0] == 401


def test_a_token_ends_by_itself_and_at_once_when_revoked(
    committed: None, with_api: None, member: User
) -> None:
    _old, expired = _token(member, days_valid=1, at=days.now() - timedelta(days=1, seconds=1))
    row, revoked = _token(member)
    assert _ask(revoked)[0] == 200
    with acting(_actor(member)) as actor:
        tokens.revoke(actor=actor, at=days.now(), token_id=row.pk)

    assert [_ask(expired)[0], _ask(revoked)[0]] == [401, 401]
    assert queries.own_tokens(_actor(member), days.now()) == []


def test_the_tokens_of_a_closed_account_are_nobodys(committed: None, with_api: None, member: User) -> None:
    _row, clear = _token(member)
    with acting(system("test")):
        close_account(actor=system("test"), at=days.now(), user_id=member.pk, reason="left")

    assert _ask(clear)[0] == 401


def test_a_token_opens_no_page(committed: None, member: User) -> None:
    _row, clear = _token(member)

    answer = Client().get(reverse("accounts:sessions"), headers={"Authorization": f"Bearer {clear}"})

    assert answer.status_code == 302


def test_a_change_by_session_needs_the_csrf_token_and_by_token_does_not(
    committed: None, with_api: None, member: User, log_in: Callable[..., Client]
) -> None:
    _row, clear = _token(member)
    log_in("worker", client=(first := Client()))
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["session"] = first.cookies["session"].value

    assert browser.post("/test-api/change").status_code == 403
    program = Client(enforce_csrf_checks=True)
    assert program.post("/test-api/change", headers={"Authorization": f"Bearer {clear}"}).status_code == 200


def test_only_a_digest_of_a_token_is_kept(db: None, member: User) -> None:
    row, clear = _token(member)

    assert clear.startswith("zj_")
    assert clear not in str(row.__dict__)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"scopes": []}, "token_scopes"),
        ({"scopes": ["everything"]}, "token_scopes"),
        ({"days_valid": 0}, "token_days"),
        ({"days_valid": 91}, "token_days"),
    ],
)
def test_a_token_without_bounds_is_refused(db: None, member: User, wanted: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        _token(member, **wanted)

    assert refused.value.code == code


def test_a_token_is_made_by_its_owner_after_step_up(db: None, member: User) -> None:
    given = {"at": days.now(), "name": "x", "scopes": ["membership.view"], "days_valid": 1, "once": uuid4()}
    with pytest.raises(NeedsStepUp):
        tokens.make(actor=replace(_actor(member), stepped_up=False), **given)
    with pytest.raises(NotForYou):
        tokens.make(actor=system("test"), **given)


def test_the_same_form_sent_again_is_the_same_token_until_it_is_revoked(db: None, member: User) -> None:
    once = uuid4()
    first = _token(member, once=once)

    second, other = _token(member, once=once), _token(member, once=uuid4())
    with acting(_actor(member)) as actor:
        for _click in range(2):
            tokens.revoke(actor=actor, at=days.now(), token_id=first[0].pk)

    assert second == first
    assert other[1] != first[1]
    assert [token.id for token in queries.own_tokens(_actor(member), days.now())] == [other[0].pk]


def test_an_eleventh_token_is_refused(db: None, member: User) -> None:
    for _n in range(10):
        _token(member)

    with pytest.raises(Refusal) as refused:
        _token(member)

    assert refused.value.code == "token_count"


def test_somebody_elses_token_is_not_found(
    committed: None, member: User, officer: User, log_in: Callable[..., Client], with_api: None
) -> None:
    row, clear = _token(officer)
    client = log_in("worker")

    answer = client.post(reverse("accounts:revoke_token", args=[row.pk]))

    assert answer.status_code == 404
    assert _ask(clear)[0] == 200
