"""A member asks, three levels decide, the city sends it back two steps, it returns straight to the city and is granted;
a batch, and the keys of the list."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.matters.models import Case
from zhijia.matters.tests.world import aid, asked, defined
from zhijia.registry.tests import world as worlds


@pytest.fixture
def populated(world: worlds.World, tmp_path: Path) -> Iterator[worlds.World]:
    """A member of the factory's union, an officer of the city, and a matter three levels decide."""
    with defined(tmp_path, aid()):
        with acting(Actor(None, "command", "test")):
            worlds.appoint(world, "city", "county_reviewer")
            worlds.member(world, "member", "factory", serial=41)
        yield world


def handed_in(world: worlds.World, sum_yuan: str) -> Case:
    with acting(Actor(None, "command", "test")):
        return asked(world, sum_yuan=sum_yuan)


def open_first(page: Any) -> None:
    page.goto("/desk/requests/")
    page.locator("main .task").first.click()
    page.wait_for_url("**/desk/requests/*-*/")


def agree(page: Any) -> None:
    open_first(page)
    page.keyboard.press("a")
    page.wait_for_url("**/desk/requests/")


def said(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_three_levels_decide_the_city_sends_it_back_two_steps_and_it_returns_straight(
    populated: worlds.World, signed_in: Callable[..., Any]
) -> None:
    case = handed_in(populated, "8000")
    factory, county, city = signed_in("factory"), signed_in("luyang"), signed_in("city")

    agree(factory)
    agree(county)

    open_first(city)
    assert "8,000.00" in said(city)
    city.locator("summary", has_text="退回").click()
    city.locator("input[name=to][value=union]").check()
    city.locator("details[open] textarea").fill("收入证明不清楚，请再核实")
    city.locator("button[value=return]").click()
    city.wait_for_url("**/desk/requests/")
    expect(city.locator("main .task")).to_have_count(0)

    open_first(factory)
    assert "收入证明不清楚" in said(factory)
    factory.locator("button[value=approve]").click()
    factory.wait_for_url("**/desk/requests/")

    county.goto("/desk/requests/")
    expect(county.locator("main .task")).to_have_count(0)

    open_first(city)
    city.fill("input[name=amount]", "7500.00")
    city.locator("button[value=approve]").click()
    city.wait_for_url("**/desk/requests/")

    member = signed_in("member", phone=True)
    member.goto(f"/requests/{case.pk}/")
    assert "已办成" in said(member) or "已通过" in said(member)
    with acting(populated.actors["member"]):
        case.refresh_from_db()
    assert (case.state, case.amount) == (Case.State.GRANTED, 750_000)


def test_what_nothing_stands_out_at_is_agreed_to_together(
    populated: worlds.World, signed_in: Callable[..., Any]
) -> None:
    plain, twice = handed_in(populated, "1200"), handed_in(populated, "900")
    page = signed_in("factory")
    page.goto("/desk/requests/")
    expect(page.locator("input[name=chosen]:enabled")).to_have_count(1)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-row]')")
    page.locator("input[name=chosen]:enabled").check()
    page.locator(".batch-buttons button").click()
    page.wait_for_url("**/desk/requests/agree/")
    assert "还没有办理" in said(page)
    with acting(populated.actors["factory"]):
        assert plain.steps.get().code == "union"
    assert plain.number in said(page)
    assert twice.number not in said(page)
    page.locator("main .button-main").click()
    page.wait_for_load_state()
    with acting(populated.actors["factory"]):
        states = set(plain.steps.values_list("code", "state"))
    assert ("county", "active") in states
