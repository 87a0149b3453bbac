"""What is typed stays, whatever happens to the phone; an officer goes through the list with four keys."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from playwright.sync_api import expect

from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.matters.services import asking, handing_in
from zhijia.registry.tests import world as worlds

MAIN = "main .button-main"


@pytest.fixture
def member(world: worlds.World) -> Any:
    """张小丰, a member of the factory's union."""
    with transaction.atomic():
        return worlds.member(world, "ding", "factory", serial=1)


def test_what_was_typed_wrongly_is_there_on_another_phone_with_the_reason(
    world: worlds.World, signed_in: Any, member: Any
) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/requests/new/degree_support/")
    phone.locator(MAIN).click()
    phone.locator("input[name=fees]").press_sequentially("六千八")
    expect(phone.locator("#still")).to_contain_text("1200.50")
    phone.context.close()

    again = signed_in("ding", phone=True)
    again.goto("/requests/")
    again.locator("a.task").first.click()
    expect(again.locator("input[name=fees]")).to_have_value("六千八")
    expect(again.locator(".field-wrong")).to_contain_text("请填写金额")
    again.locator("#still a[href='#id_school']").click()
    expect(again.locator("input[name=school]")).to_be_in_viewport()


@pytest.mark.parametrize("cookie", ["session", "csrftoken"])
def test_whose_session_ends_while_typing_logs_in_beside_it_and_goes_on(
    world: worlds.World, signed_in: Any, member: Any, cookie: str
) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/requests/new/degree_support/")
    phone.locator(MAIN).click()
    phone.wait_for_url("**/form/")
    form = phone.url
    phone.context.clear_cookies(name=cookie)
    phone.locator("input[name=school]").press_sequentially("安徽开放大学")
    expect(phone.locator("#logged-out")).to_be_visible()
    assert phone.url == form
    expect(phone.locator("input[name=school]")).to_have_value("安徽开放大学")

    beside = signed_in("ding", phone=True)
    beside.goto(form)
    phone.context.add_cookies(beside.context.cookies())
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        phone.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(phone.locator("#logged-out")).to_be_hidden()
    beside.goto(form)
    expect(beside.locator("input[name=school]")).to_have_value("安徽开放大学")


def test_an_officer_ticks_sums_up_agrees_and_refuses_by_keys(
    world: worlds.World, signed_in: Any, member: Any
) -> None:
    typed = {"wish": "film", "people": "50", "day": "2027-01-10", "where": "三车间"}
    with acting(world.actors["ding"]) as ding:
        case = asking.start(actor=ding, at=days.now(), code="culture_order")
        asking.keep(actor=ding, at=days.now(), case_id=case.pk, typed=typed)
        handing_in.submit(actor=ding, at=days.now(), case_id=case.pk, key=uuid4())
    desk = signed_in("factory")
    desk.goto("/desk/requests/")
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    expect(desk.locator("input[name=chosen]").first).to_be_checked()
    desk.locator(".batch button").click()
    expect(desk.locator("main")).to_contain_text("还没有办理")
    desk.go_back()
    desk.keyboard.press("j")
    desk.keyboard.press("r")
    expect(desk.locator("#refuse textarea")).to_be_focused()
    desk.goto(desk.url.split("#")[0])
    desk.keyboard.press("r")
    expect(desk.locator("#refuse textarea")).to_be_focused()
    desk.keyboard.type("anpai")
    expect(desk.locator("#refuse textarea")).to_have_value("anpai")
