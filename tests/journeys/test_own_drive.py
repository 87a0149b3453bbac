"""A clerk without programming makes a drive of an example; a second person publishes it; a county opens it, its roster
fills, a grassroots officer opens a request and marks a visit on a phone, and the county sees it, the same minute."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from tests.journeys.clicks import keep
from zhijia.questionnaires.tests import world as halls
from zhijia.registry.tests import world as worlds


def test_a_drive_made_of_an_example_is_published_by_two_opened_and_worked_on(
    world: worlds.World, signed_in: Any, work: Any, tmp_path: Any
) -> None:
    with transaction.atomic():
        worlds.appoint(world, "province", "province_officer", "second")
        halls.hall(3, world=world)
    maker, second = signed_in("province"), signed_in("second")

    maker.goto("/administration/designs/campaigns/")
    maker.locator("#campaigns-send_coolness").get_by_role("link").click()
    maker.locator("input[name=name_zh]").fill("冬季暖心行动")
    maker.locator("input[name=new_code]").fill("own_care")
    with maker.expect_navigation():
        maker.get_by_role("button", name="复制一份").click()
    page = maker.url
    maker.get_by_role("link", name="添加：内容").click()
    maker.locator("input[name=label-zh]").fill("办会员卡")
    maker.locator("select[name=gives]").select_option(label="办理一项申请")
    keep(maker)
    maker.locator("select[name=matter]").select_option(value="member_card")
    keep(maker)
    for _time in range(3):
        with maker.expect_navigation():
            maker.get_by_role("button", name="上移：办会员卡").click()
    maker.get_by_role("link", name="领到防暑用品的人数").click()
    maker.locator("input[name=label-zh]").fill("看望的人数")
    maker.locator("select[name=told-where-0-fills]").select_option(value="thing:visited")
    keep(maker)
    maker.get_by_role("link", name="修改 名单范围").click()
    rule = maker.locator("textarea[name=text]").input_value()
    maker.locator("textarea[name=text]").fill(rule.replace("person.gig_group", "person.nobody", 1))
    keep(maker)
    expect(maker.locator("#errors")).to_contain_text("nobody")
    maker.screenshot(path=tmp_path / "wrong.png", full_page=True)
    maker.locator("textarea[name=text]").fill(rule)
    keep(maker)
    maker.screenshot(path=tmp_path / "outline.png", full_page=True)
    with maker.expect_navigation():
        maker.get_by_role("button", name="提交").click()
    expect(maker.get_by_role("button", name="发布")).to_have_count(0)

    second.goto(page)
    second.get_by_role("button", name="发布").click()
    expect(second.locator("main")).to_contain_text("已发布")

    county = signed_in("luyang")
    county.goto("/work/campaigns/")
    county.get_by_role("link", name="新建专项行动").click()
    county.screenshot(path=tmp_path / "choose.png", full_page=True)
    county.get_by_role("link", name="冬季暖心行动").click()
    county.locator("input[name=target-people-0]").fill("3")
    county.locator("input[name=budget]").fill("2,000")
    county.screenshot(path=tmp_path / "new.png", full_page=True)
    with county.expect_navigation():
        county.get_by_role("button", name="保存").click()
    drive = county.url
    with county.expect_navigation():
        county.get_by_role("button", name="启动行动").click()
    work()

    phone = signed_in("factory", phone=True)
    phone.goto("/work/campaigns/")
    phone.screenshot(path=tmp_path / "phone-drives.png", full_page=True)
    phone.get_by_role("link", name="待办", exact=True).click()
    phone.screenshot(path=tmp_path / "phone-todo.png", full_page=True)
    phone.locator("main table a").first.click()
    entry = phone.url
    phone.screenshot(path=tmp_path / "phone-entry.png", full_page=True)
    with phone.expect_navigation():
        phone.get_by_role("button", name="打开申请").click()
    assert "/requests/" in phone.url
    phone.goto(entry)
    phone.locator("textarea[name$=note]").fill("到站点看望，送去热水")
    with phone.expect_navigation():
        phone.get_by_role("button", name="登记完成").click()
    expect(phone.locator("main")).to_contain_text("到站点看望")

    county.goto(drive)
    expect(county.locator(".figure-value").first).to_have_text("1")
    expect(county.locator("main")).to_contain_text("任务数3，完成33%")
    county.screenshot(path=tmp_path / "drive.png", full_page=True)
    county.get_by_role("link", name="名单", exact=True).click()
    expect(county.locator("main table tbody tr")).to_have_count(3)
    county.screenshot(path=tmp_path / "roster.png", full_page=True)
    county.goto(drive)
    with county.expect_navigation():
        county.get_by_role("button", name="结束并生成报告").click()
    county.get_by_role("link", name="报告").click()
    expect(county.locator("main table")).not_to_contain_text("33%")
    county.screenshot(path=tmp_path / "report.png", full_page=True)
