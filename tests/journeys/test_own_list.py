"""A clerk without programming makes a list of an example; a second person publishes it; a county works with it the same
minute, and everybody reads it."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from tests.journeys.clicks import keep
from zhijia.registry.tests import world as worlds


def test_a_list_made_of_an_example_is_published_by_two_and_kept(
    world: worlds.World, signed_in: Any, tmp_path: Any
) -> None:
    with transaction.atomic():
        worlds.appoint(world, "province", "province_officer", "second")
    maker, second, county = signed_in("province"), signed_in("second"), signed_in("luyang")

    maker.goto("/administration/designs/registers/")
    maker.locator("#registers-service_brands").get_by_role("link").click()
    maker.locator("input[name=name_zh]").fill("县区特色品牌")
    maker.locator("input[name=new_code]").fill("own_brands")
    with maker.expect_navigation():
        maker.get_by_role("button", name="复制一份").click()
    page = maker.url
    maker.get_by_role("link", name="添加：项目").click()
    maker.locator("input[name=label-zh]").fill("年度预算")
    maker.locator("details", has=maker.locator("input[name=label-en]")).locator("summary").click()
    maker.locator("input[name=label-en]").fill("Budget")
    maker.locator("select[name=type]").select_option(label="单选")
    maker.locator("input[name=required]").uncheck()
    keep(maker)
    expect(maker.locator("#errors")).to_contain_text("选项：请至少填写一行")
    maker.screenshot(path=tmp_path / "wrong.png", full_page=True)
    maker.locator("select[name=type]").select_option(label="金额")
    keep(maker)
    assert maker.url.startswith(page)
    for _time in range(2):
        with maker.expect_navigation():
            maker.get_by_role("button", name="上移：年度预算").click()
    maker.get_by_role("link", name="修改 基本情况").click()
    maker.locator("textarea[name=guidance-zh]").fill("本县区叫得响的特色品牌。")
    keep(maker)
    maker.screenshot(path=tmp_path / "outline.png", full_page=True)
    with maker.expect_navigation():
        maker.get_by_role("button", name="提交").click()
    expect(maker.get_by_role("button", name="发布")).to_have_count(0)

    second.goto(page)
    second.get_by_role("button", name="发布").click()
    expect(second.locator("main")).to_contain_text("已发布")

    county.goto("/lists/")
    county.get_by_role("link", name="县区特色品牌").click()
    county.get_by_role("link", name="添加", exact=True).click()
    county.locator("input[name=budget]").fill("12,000.50")
    county.locator("input[name=name]").fill("庐阳暖新")
    county.locator("input[name=owner]").fill("权益保障部")
    county.locator("textarea[name=says]").fill("给户外劳动者的一杯热水。")
    county.locator("input[name=services][value=place]").check()
    county.locator("input[name=since]").fill("2026-01-01")
    with county.expect_navigation():
        county.get_by_role("button", name="保存").click()
    expect(county.locator("main")).to_contain_text("12,000.50")
    county.screenshot(path=tmp_path / "row.png", full_page=True)
    county.get_by_role("link", name="公开页面").click()
    expect(county.locator("main")).to_contain_text("给户外劳动者的一杯热水。")
    expect(county.locator("main")).not_to_contain_text("12,000.50")
