"""A table leaves the house in a real browser: asked for in clear, allowed by a second person, taken along once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.journeys.clicks import count, twice
from zhijia.catalogue import parameters
from zhijia.registry.tests import world as worlds

FORM = "main form.form"


@pytest.fixture
def members(world: worlds.World) -> None:
    """Two members of the factory's union."""
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "lan", "factory", serial=2, called="欧阳兰")


def test_a_roster_in_clear_is_asked_for_twice_allowed_twice_and_made_once(
    world: worlds.World,
    signed_in: Any,
    members: None,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    downloaded: Callable[[Any, str], Path],
) -> None:
    true = parameters.value
    monkeypatch.setattr(
        parameters, "value", lambda key, **at: 1 if key == "exports.rows_alone" else true(key, **at)
    )
    officer, county = signed_in("factory"), signed_in("luyang")

    officer.goto(f"/unions/{world.unions['factory'].code}/members/")
    officer.click("a[href*='/export/members/']")
    officer.check("input[value=csv]")
    officer.check("input[name=clear]")
    officer.select_option("select[name=purpose]", "register")
    officer.fill("textarea[name=reason]", "名册上报")
    twice(officer, FORM)
    assert count("registry_export", "state = 'waiting'") == 1
    county.goto("/exports/")
    county.click("main .task, main a[href^='/exports/']")
    county.wait_for_selector("button[value=allow]")
    twice(county, FORM)
    work()

    officer.goto("/exports/")
    officer.click("main table a")
    assert "欧阳兰" in downloaded(officer, "main a[href$='/open/']").read_text(encoding="utf-8-sig")
    assert count("registry_export") == 1
    assert count("audit_entry", "action = 'members.export'") == 1
