"""The people of the journeys: a small world really committed, and a browser window for each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import expect

from zhijia.accounts.actors import STEPPED_UP_AT
from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.registry.tests import world as worlds

WAIT = 30_000
"""How long a page may take on a machine that does many things (ms)."""
expect.set_options(timeout=WAIT)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
Window = Callable[..., Any]


@pytest.fixture
def world(committed: None) -> worlds.World:
    """Two counties with their unions and officers; an auditor, a hotline agent and two administrators."""
    with transaction.atomic():
        world = worlds.build()
        for role, name in (
            ("auditor", "auditor"),
            ("hotline_agent", "hotline"),
            ("security_admin", "security"),
            ("system_admin", "system"),
        ):
            worlds.appoint(world, "province", role, name)
    return world


@pytest.fixture
def window(browser: Any, live: str) -> Iterator[Window]:
    """`window(phone=True, script=False, **more)`: a fresh browser window; relative addresses lead to `live`."""
    contexts: list[Any] = []

    def open_one(*, phone: bool = False, script: bool = True, **more: Any) -> Any:
        context = browser.new_context(
            base_url=live,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=script,
            locale="zh-CN",
            **more,
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(window: Window, world: worlds.World, live: str) -> Window:
    """`signed_in(name, …)`: a window in which this person of the world has logged in a moment ago."""

    def open_one(name: str, *, language: str = "zh-hans", **more: Any) -> Any:
        user = User.objects.get(pk=world.actors[name].user_id)
        User.objects.filter(pk=user.pk).update(language=language)
        client = Client()
        client.force_login(user)
        session = client.session
        session[STEPPED_UP_AT] = days.now().isoformat()
        session.save()
        page = window(**more)
        kept = {"session": session.session_key, "language": language}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live} for name, value in kept.items()]
        )
        return page

    assert settings.SESSION_COOKIE_NAME == "session"
    return open_one


@pytest.fixture
def downloaded(tmp_path: Path) -> Callable[[Any, str], Path]:
    """`downloaded(page, selector)`: click there, and the file that came."""

    def take(page: Any, selector: str) -> Path:
        with page.expect_download() as coming:
            page.locator(selector).click()
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    return take
