"""A clerk without programming makes a list of an example; a second person publishes it; a county works with it the same
minute, and everybody reads it."""

from typing import Any

from django.db import transaction

from zhijia.registry.tests import world as worlds

FIELD = """- name: budget
  label:
    en: Budget of the year
    zh: 年度预算
  type: money
  required: false
"""


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
    text = maker.locator("textarea[name=text]").input_value()
    own = text.replace("工会服务品牌", "县区特色品牌").replace("fields:\n", f"fields:\n{FIELD}", 1)
    maker.locator("textarea[name=text]").fill(own.replace("title:\n- name", "title:\n- nobody", 1))
    maker.get_by_role("button", name="保存并检查").click()
    assert "nobody" in maker.inner_text("main .notice-warning")
    maker.locator("textarea[name=text]").fill(own)
    maker.get_by_role("button", name="保存并检查").click()
    with maker.expect_navigation():
        maker.get_by_role("button", name="提交").click()
    assert maker.get_by_role("button", name="发布").count() == 0

    second.goto(page)
    second.get_by_role("button", name="发布").click()
    assert "已发布" in second.inner_text("main")

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
    assert "12,000.50" in county.inner_text("main")
    county.screenshot(path=tmp_path / "row.png", full_page=True)
    county.get_by_role("link", name="公开页面").click()
    assert "给户外劳动者的一杯热水。" in county.inner_text("main")
    assert "12,000.50" not in county.inner_text("main")
