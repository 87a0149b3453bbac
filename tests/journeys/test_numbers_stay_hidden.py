"""A number somebody types into a search stands in no address, no referrer, no history and no line of the log."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.logs import JsonLines
from zhijia.registry.tests import world as worlds

NUMBER = worlds.number(1)
NOBODY = worlds.number(998)


@pytest.fixture
def member(world: worlds.World) -> None:
    """Somebody with this number in the factory's union."""
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as it is written, line by line, from every logger."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def _listen(page: Any) -> list[str]:
    """Every address asked for from now on, with what the browser says of where it came from."""
    heard: list[str] = []

    def note(request: Any) -> None:
        heard.append(f"{request.url} {request.all_headers().get('referer', '')}")

    page.on("requestfinished", note)
    page.on("framenavigated", lambda frame: heard.append(frame.url))
    return heard


@pytest.mark.parametrize("typed", [NUMBER, NOBODY, synthetic_mobile(1)])
def test_a_number_typed_into_the_search_of_members(
    signed_in: Any, member: None, log: io.StringIO, typed: str
) -> None:
    officer = signed_in("factory")
    heard = _listen(officer)
    officer.goto("/members/")
    officer.locator("main input[type=search]").fill(typed)
    officer.keyboard.press("Enter")
    officer.wait_for_load_state()
    officer.wait_for_selector("main [role=status], main .notice, main .summary, main .message")
    officer.goto("/unions/")
    officer.go_back()
    officer.go_forward()

    assert len(heard) > 5
    assert [line for line in heard if typed in line] == []
    assert '"event": "request"' in log.getvalue()
    assert typed not in log.getvalue()


@pytest.mark.parametrize("typed", [NUMBER, NOBODY])
def test_a_number_typed_into_the_hotlines_page(
    signed_in: Any, member: None, log: io.StringIO, typed: str
) -> None:
    agent = signed_in("hotline")
    heard = _listen(agent)
    agent.goto("/home/hotline/")
    agent.locator("input[name=number]").fill(typed)
    agent.locator("main form.form .button-main").click()
    agent.wait_for_selector("main .empty, main .summary")

    expect(agent.locator("main .summary")).to_have_count(1 if typed == NUMBER else 0)
    expect(agent.get_by_text(typed)).to_have_count(0)
    assert [line for line in heard if typed in line] == []
    assert '"event": "request"' in log.getvalue()
    assert typed not in log.getvalue()
