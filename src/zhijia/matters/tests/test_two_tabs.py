"""In the middle of a form: the session ends, somebody presses twice, goes back, or has two tabs open."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.matters.models import Case
from zhijia.matters.services import asking
from zhijia.matters.tests.kept import world_of
from zhijia.matters.tests.test_member_pages import TYPED, browser, started
from zhijia.matters.tests.world import CODE, aid
from zhijia.registry.tests.world import AT, World

TIMES = 64


def _address(page: str, case: Case) -> str:
    return reverse(f"matters:{page}", args=[case.pk])


def _state(world: World, case: Case) -> str:
    world.act("member")
    return Case.objects.get(pk=case.pk).state


def test_whose_session_ends_logs_in_and_is_back_on_the_form_with_what_was_kept(world: World) -> None:
    client, case = started(world)
    quiet = {**TYPED, "quiet": "1"}
    client.post(_address("form", case), quiet, headers={"hx-request": "true"})
    client.logout()
    sent = client.post(
        _address("form", case), TYPED, headers={"referer": f"http://testserver{_address('form', case)}"}
    )
    assert sent["location"].startswith(reverse("accounts:login"))
    assert _address("form", case).replace("/", "%2F") in sent["location"]
    page = browser(world, "member").get(_address("form", case)).content.decode()
    assert "家人住院" in page


def test_after_log_in_nobody_is_sent_to_an_address_that_takes_posts_alone(world: World) -> None:
    _client, case = started(world)
    sent = Client().post(
        _address("withdraw", case), headers={"referer": f"http://testserver{_address('case', case)}"}
    )
    assert _address("case", case).replace("/", "%2F") in sent["location"]
    assert "withdraw" not in sent["location"]


def test_a_second_tab_sees_that_the_request_was_handed_in(world: World) -> None:
    client, case = started(world)
    client.post(_address("form", case), TYPED)
    client.post(_address("check", case), {"once": str(uuid4())})
    other = client.post(_address("form", case), {**TYPED, "sum": "9000"}, follow=True)
    assert other.redirect_chain[-1][0] == _address("case", case)
    again = client.post(_address("check", case), {"once": str(uuid4())}, follow=True)
    assert again.redirect_chain[-1][0] == _address("case", case)
    for answer in (other, again):
        assert "已经提交" in answer.content.decode()
    world.act("member")
    case.refresh_from_db()
    assert case.amount == 120_000


@pytest.mark.parametrize("page", ["form", "check"])
def test_going_back_after_handing_in_leads_to_where_the_request_is(world: World, page: str) -> None:
    client, case = started(world)
    client.post(_address("form", case), TYPED)
    client.post(_address("check", case), {"once": str(uuid4())})
    answer = client.get(_address(page, case), follow=True)
    assert answer.redirect_chain[-1][0] == _address("case", case)
    assert "已经提交" in answer.content.decode()


def test_no_browser_keeps_the_form_to_show_it_later(world: World) -> None:
    client, case = started(world)
    assert "no-store" in client.get(_address("form", case))["Cache-Control"]


def test_a_tab_from_before_logging_in_anew_ends_in_a_sentence(world: World) -> None:
    _client, case = started(world)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
    strict.force_login(User.objects.get(pk=world.actors["member"].user_id))
    answer = strict.post(_address("form", case), {**TYPED, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "重新打开页面" in answer.content.decode()


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    with world_of(tmp_path, aid()) as world:
        yield world


def test_one_form_posted_64_times_at_once_is_one_request(kept: World) -> None:
    actor, key = kept.actors["member"], str(uuid4())
    with context.acting(actor):
        case = asking.start(actor=actor, at=AT, code=CODE)
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "10", "why": "家人住院", "ill": "no"})
    first = Client()
    with context.acting(Actor(None, "command", "test")):
        first.force_login(User.objects.get(pk=actor.user_id))
    cookie = first.cookies[settings.SESSION_COOKIE_NAME].value

    def post(_number: int) -> tuple[int, str]:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        try:
            answer: Any = client.post(_address("check", case), {"once": key})
            return answer.status_code, answer.get("location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        came = Counter(pool.map(post, range(TIMES)))
    assert came == {(302, _address("case", case)): TIMES}
    with context.acting(actor):
        case = Case.objects.get(code=CODE)
        assert (case.state, case.steps.count()) == (Case.State.OPEN, 1)
