"""An officer without programming copies a benefit, changes its amount, tries it; a second person publishes it; a member
asks for it on a phone the same minute."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from zhijia.registry.tests import world as worlds

MOST = 300_000


def test_a_copied_benefit_is_published_by_two_and_asked_for(
    world: worlds.World, signed_in: Any, tmp_path: Any
) -> None:
    with transaction.atomic():
        worlds.appoint(world, "province", "province_officer", "second")
        worlds.member(world, "ding", "factory", serial=1)
    maker, second = signed_in("province"), signed_in("second")

    maker.goto("/administration/designs/matters/")
    maker.locator("#matters-degree_support").get_by_role("link").click()
    maker.locator("input[name=name_zh]").fill("学费返还")
    maker.locator("input[name=new_code]").fill("fees_back")
    with maker.expect_navigation():
        maker.get_by_role("button", name="复制一份").click()
    page = maker.url
    maker.get_by_role("link", name="改用文本编写").click()
    text = maker.locator("textarea[name=text]").input_value()
    maker.locator("textarea[name=text]").fill(text.replace("version: 1", "version: one"))
    maker.get_by_role("button", name="保存并检查").click()
    told = maker.inner_text("main .notice-warning")
    assert "第 5 行" in told
    assert "请写整数" in told
    own = text.replace("求学圆梦补助", "学费返还").replace(
        "- name: asked\n", f"- name: asked\n  most: {MOST}\n"
    )
    maker.locator("textarea[name=text]").fill(own)
    maker.get_by_role("button", name="保存并检查").click()
    maker.locator("input[name=tried_at]").fill(world.unions["factory"].code)
    maker.locator("form[action$='/try/'] input[name=asked]").fill("2000")
    maker.get_by_role("button", name="查看流程").click()
    expect(maker.locator("main ol.line")).to_contain_text(world.unions["luyang"].name)
    maker.screenshot(path=tmp_path / "design.png", full_page=True)
    with maker.expect_navigation():
        maker.get_by_role("button", name="提交").click()
    expect(maker.get_by_role("button", name="发布")).to_have_count(0)

    second.goto(page)
    second.get_by_role("button", name="发布").click()
    expect(second.locator("main")).to_contain_text("已发布")

    phone = signed_in("ding", phone=True)
    phone.goto("/services/")
    phone.get_by_role("link", name="学费返还").click()
    phone.locator("main form button").first.click()
    phone.locator("input[name=school]").wait_for()
    phone.locator("input[name=asked]").fill("3001")
    phone.get_by_role("button", name="继续").click()
    expect(phone.locator("main")).to_contain_text("3,000.00")
