"""A clerk without programming makes an award of an example; a second person publishes it; a county calls for it the
same minute, and a worker is put forward on a phone."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from tests.journeys.clicks import keep
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.tests import world as worlds


def test_an_award_made_of_an_example_is_published_by_two_and_somebody_is_put_forward(
    world: worlds.World, signed_in: Any, tmp_path: Any
) -> None:
    with transaction.atomic():
        worlds.appoint(world, "province", "province_officer", "second")
        with context.acting(Actor(None, "command", "test")):
            worlds.member(world, "ding", "factory", serial=1)
    maker, second, county, unit = (signed_in(name) for name in ("province", "second", "luyang", "factory"))
    worker = signed_in("ding", phone=True)

    maker.goto("/administration/designs/rounds/")
    maker.locator("#rounds-most_beautiful_worker").get_by_role("link").click()
    maker.locator("input[name=name_zh]").fill("身边好工友评选")
    maker.locator("input[name=new_code]").fill("own_award")
    with maker.expect_navigation():
        maker.get_by_role("button", name="复制一份").click()
    page = maker.url
    maker.get_by_role("link", name="添加：问题").click()
    maker.locator("input[name=label-zh]").fill("附议工友人数")
    maker.locator("details", has=maker.locator("input[name=label-en]")).locator("summary").click()
    maker.locator("input[name=label-en]").fill("Workmates")
    maker.locator("select[name=type]").select_option(label="整数")
    maker.get_by_text("更多（一般不用改）").click()
    maker.locator("input[name=least]").fill("3")
    maker.locator("input[name=most]").fill("500")
    keep(maker)
    maker.locator("#questions").get_by_role("link", name="岗位类别").click()
    with maker.expect_navigation():
        maker.get_by_role("button", name="照样再添一个").click()
    with maker.expect_navigation():
        maker.get_by_role("button", name="移除").click()
    with maker.expect_navigation():
        maker.get_by_role("button", name="移除").click()
    maker.locator("#quotas").get_by_role("link", name="一线职工").click()
    maker.locator("select[name=field]").select_option(value="told_by")
    keep(maker)
    expect(maker.locator("#errors")).to_contain_text("“谁来讲”没有勾选的某些答案")
    maker.screenshot(path=tmp_path / "wrong.png", full_page=True)
    maker.locator("select[name=field]").select_option(value="post")
    keep(maker)
    maker.screenshot(path=tmp_path / "outline.png", full_page=True)
    with maker.expect_navigation():
        maker.get_by_role("button", name="提交").click()
    expect(maker.get_by_role("button", name="发布")).to_have_count(0)
    second.goto(page)
    second.get_by_role("button", name="发布").click()
    expect(second.locator("main")).to_contain_text("已发布")

    county.goto("/work/rounds/")
    county.get_by_role("link", name="新建评选").click()
    county.locator("select[name=code]").select_option(label="身边好工友评选")
    with county.expect_navigation():
        county.get_by_role("button", name="新建评选").click()
    with county.expect_navigation():
        county.get_by_role("button", name="开始推荐申报").click()

    worker.goto("/rounds/")
    worker.get_by_role("link", name="内容").click()
    expect(worker.locator("main")).to_contain_text("身边好工友评选")
    with worker.expect_navigation():
        worker.get_by_role("button", name="我要申报").click()
    worker.locator("input[name=post][value=industrial]").check()
    worker.locator("input[name=told_by][value=workmate]").check()
    worker.locator("textarea[name=story]").fill("夜里抢修了三次泵站，没有声张。")
    worker.locator("textarea[name=whom]").fill("泵站班长老赵")
    worker.locator("input[name=agrees][value=yes]").check()
    worker.locator("input[name=agreed]").check()
    worker.locator("input[name=workmates]").fill("2")
    worker.get_by_role("button", name="提交").click()
    worker.locator("#errors").wait_for()
    expect(worker.locator("textarea[name=story]")).to_have_value("夜里抢修了三次泵站，没有声张。")
    worker.locator("input[name=workmates]").fill("12")
    with worker.expect_navigation():
        worker.get_by_role("button", name="提交").click()
    expect(worker.locator("main")).to_contain_text("夜里抢修了三次泵站")
    expect(worker.locator("input[name=workmates]")).to_have_count(0)
    worker.screenshot(path=tmp_path / "nomination.png", full_page=True)

    unit.goto("/work/rounds/")
    unit.get_by_role("link", name="张小丰").click()
    expect(unit.locator("main")).to_contain_text("夜里抢修了三次泵站")
