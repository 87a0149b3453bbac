"""A county merger previewed, decided, done and seen both ways; another planned ahead and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import Reorganisation
from zhijia.registry.tests import world as worlds

GO = "main form.form .button-main"


@pytest.fixture
def populated(world: worlds.World) -> worlds.World:
    """One member in a union of Luyang, two in one of Shushan."""
    with acting(Actor(None, "command", "test")):
        for serial, union in ((1, "factory"), (2, "mill"), (3, "mill")):
            worlds.member(world, f"person{serial}", union, serial=serial)
    return world


def figures(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("main .figure-value").all_inner_texts()]


def texts(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_a_county_merger_is_previewed_done_and_seen_both_ways(
    populated: worlds.World, signed_in: Callable[..., Any], work: Callable[[], None]
) -> None:
    luyang, shushan = populated.unions["luyang"], populated.unions["shushan"]
    page = signed_in("province")
    page.goto(f"/unions/{shushan.code}/")
    page.click(f"a[href$='/unions/{shushan.code}/reorganise/']")
    page.click("a[href$='/reorganise/merge/']")
    page.fill("input[name=into]", "没有的工会")
    page.click(GO)
    assert "没有这个编码或名称的工会" in texts(page)
    page.fill("input[name=into]", luyang.name)
    page.click(GO)

    preview = texts(page)
    assert (
        "组织隶属：蜀山区总工会改为隶属庐阳区总工会。" in preview.replace(" ", "")
        or "蜀山区总工会改为隶属庐阳区总工会" in preview
    )
    before, after = page.locator("ul.tree[aria-label]").all_inner_texts()
    assert "蜀山区总工会" in before
    assert "已撤销" in after
    assert "已撤销" not in before
    row = page.locator("table tr", has_text="luyang-officer").inner_text().split()
    assert row[-2:] == ["1", "3"]
    assert Reorganisation.objects.count() == 0
    page.fill("textarea[name=reason]", "行政区划调整")
    page.click(GO)
    page.wait_for_url("**/reorganisations/*/")
    assert "已拟定" in texts(page)
    work()
    page.reload()
    assert "已完成" in texts(page)

    page.goto(f"/unions/{luyang.code}/")
    expect(page.locator("main").get_by_text("蜀山区总工会").first).to_be_visible()
    yesterday = (days.business_day(days.now()) - timedelta(days=1)).isoformat()
    page.fill("input[name=on]", yesterday)
    page.locator("main form.form", has=page.locator("input[name=on]")).locator("button").click()
    page.wait_for_url(f"**on={yesterday}*")
    then = texts(page)
    assert "按当时的下级工会" in then
    assert "按现在的下级工会" in then
    assert [text.split()[0] for text in page.locator(".card-waiting .figure-value").all_inner_texts()] == [
        "1",
        "3",
    ]

    officer = signed_in("luyang")
    officer.goto(f"/unions/{luyang.code}/members/")
    expect(officer.locator("main tbody tr")).to_have_count(3)


def test_a_plan_for_a_day_ahead_is_taken_back_without_script(
    populated: worlds.World, signed_in: Callable[..., Any], work: Callable[[], None]
) -> None:
    factory = populated.unions["factory"]
    page = signed_in("luyang", script=False)
    page.goto(f"/unions/{factory.code}/reorganise/rename/")
    page.fill("input[name=name]", "晨光集团工会")
    ahead = days.business_day(days.now()) + timedelta(days=40)
    page.fill("input[name=effective_on]", ahead.isoformat())
    page.click(GO)
    page.fill("textarea[name=reason]", "企业更名")
    page.click(GO)
    work()
    page.goto("/reorganisations/")
    assert "已拟定" in texts(page)
    page.click("main tbody a")
    page.click("main form .button-danger")
    assert "已撤回" in texts(page)

    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT name FROM registry_union WHERE id = %s", [factory.pk])
        assert cursor.fetchone() == ("晨光机械工会",)


def test_a_stranger_finds_no_wizard_and_no_plan(
    populated: worlds.World, signed_in: Callable[..., Any]
) -> None:
    shushan = populated.unions["shushan"]
    page = signed_in("luyang")

    answers = [
        page.goto(address).status
        for address in (
            f"/unions/{shushan.code}/reorganise/",
            f"/unions/{shushan.code}/reorganise/merge/",
            f"/unions/{populated.unions['luyang'].code}/reorganise/dissolve/",
        )
    ]

    assert answers == [404, 404, 404]
