"""Everything can be done without script: each form can be sent, each page read."""

import re
from pathlib import Path
from typing import Any

import pyotp
from django.db import transaction
from playwright.sync_api import expect

from tests.journeys import rosters
from zhijia.accounts.models import DemoSms
from zhijia.kernel.codes import synthetic_mobile
from zhijia.registry.tests import world as worlds

SEND = "main form.form .button-main"
MOBILE = synthetic_mobile(77_002)


def test_a_worker_joins_and_an_officer_takes_them_in_without_script(world: worlds.World, window: Any) -> None:
    phone = window(phone=True, script=False)
    phone.goto(f"/join/{world.unions['factory'].code}/")
    phone.locator("main a.button-main").tap()
    phone.locator("input[name=phone]").fill(MOBILE)
    phone.locator(SEND).tap()
    phone.wait_for_selector("input[name=code]")
    code = re.search(r"\d{6}", DemoSms.objects.get(phone=MOBILE).text)
    assert code
    phone.locator("input[name=code]").fill(code[0])
    phone.locator(SEND).tap()
    phone.locator("main form .button-main").tap()
    phone.locator("input[name=name]").fill("司马青")
    phone.locator("input[name=id_number]").fill(worlds.number(77))
    phone.locator("input[name=workplace]").fill("晨光机械有限公司")
    phone.locator("select[name=occupation]").select_option("welder")
    phone.locator(SEND).tap()
    phone.locator("#hand-in button").tap()
    phone.wait_for_selector("main .line")

    officer = window(script=False)
    officer.goto("/account/login")
    officer.locator("input[name=name]").fill("factory-officer")
    officer.locator("input[name=password]").fill(worlds.PASSWORD)
    officer.locator(SEND).click()
    key = officer.locator("main code").inner_text()
    officer.locator("input[name=code]").fill(pyotp.TOTP(key).now())
    officer.locator(SEND).click()
    with officer.expect_navigation():
        officer.locator("main .button-main").click()
    officer.goto("/desk/requests/")
    officer.locator("a.task").click()
    officer.locator("button[value=approve]").click()
    officer.wait_for_url("**/desk/requests/")

    phone.goto("/home/")
    expect(phone.locator(".member-card")).to_contain_text("司马青")
    assert phone.request.get(str(phone.locator(".member-card img").get_attribute("src"))).ok


def test_a_roster_is_sent_checked_and_imported_without_script(
    world: worlds.World, signed_in: Any, work: Any, tmp_path: Path
) -> None:
    officer = signed_in("factory", script=False)
    officer.goto("/imports/")
    officer.set_input_files("input[type=file]", rosters.write(tmp_path / "名册.xlsx"))
    officer.locator(SEND).click()
    work()
    officer.locator("#import a[href^='/imports/']").click()
    officer.locator("button[value=good_rows]").click()
    work()
    officer.locator("#import a[href^='/imports/']").click()

    officer.wait_for_selector("form[action$='/undo/']")
    officer.goto("/members/")
    expect(officer.locator("main")).to_contain_text("288 名会员")


def test_a_number_is_shown_without_script(world: worlds.World, signed_in: Any) -> None:
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
    officer = signed_in("factory", script=False)
    officer.goto("/members/")
    officer.locator("tbody a").click()
    officer.locator("#masked-id_number a").click()
    officer.locator("textarea[name=reason]").fill("核对入会材料")
    officer.locator(SEND).click()

    expect(officer.get_by_text(worlds.number(1))).to_be_visible()
