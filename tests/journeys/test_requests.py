"""A member asks for support on a phone: with a photo, left in the middle, completed when asked, granted."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.clicks import count, twice
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.matters.models import Case, Material
from zhijia.matters.services import deciding
from zhijia.matters.tests.world import here
from zhijia.registry.tests import world as worlds

CAMERA = 0x010F
MAIN = "main .button-main"


@pytest.fixture
def member(world: worlds.World) -> Any:
    """张小丰, a member of the factory's union."""
    with transaction.atomic():
        return worlds.member(world, "ding", "factory", serial=1)


def photo(name: str) -> dict[str, Any]:
    """A picture that says which camera took it."""
    picture = Image.new("RGB", (600, 400 + sum(map(ord, name)) % 100), "#7A5512")
    picture.getexif()[CAMERA] = "Secret Camera"
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=picture.getexif())
    return {"name": name, "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def add(page: Any, code: str, file: dict[str, Any]) -> None:
    """Put a photo with the request."""
    page.locator(f"input[name='file-{code}']").set_input_files(file)
    page.locator(f"button[formaction$='/files/{code}/']").click()
    expect(page.locator("main")).to_contain_text(file["name"])


def by_officer(world: worlds.World, name: str, act: Callable[..., Any], **said: Any) -> None:
    """What an officer says at the step the case is at."""
    with acting(world.actors[name]):
        act(
            actor=world.actors[name],
            at=days.now(),
            step_id=here(Case.objects.get(code="degree_support")).pk,
            **said,
        )


def test_a_request_is_left_resumed_completed_and_granted(
    world: worlds.World, signed_in: Any, member: Any, work: Callable[[], None]
) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/services/?q=求学")
    phone.get_by_role("link", name="求学圆梦补助").click()
    phone.locator(MAIN).click()
    phone.fill("input[name=school]", "安徽开放大学")
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        phone.fill("input[name=course]", "机械工程")
        phone.locator("input[name=began]").focus()
    phone.wait_for_load_state("networkidle")
    phone.context.close()

    again = signed_in("ding", phone=True)
    again.goto("/requests/")
    again.locator("a.task").first.click()
    expect(again.locator("input[name=school]")).to_have_value("安徽开放大学")
    expect(again.locator("input[name=course]")).to_have_value("机械工程")
    again.get_by_label("本科").check()
    again.fill("input[name=began]", "2025-09-01")
    again.fill("input[name=fees]", "4800")
    again.fill("input[name=asked]", "1200")
    again.locator(MAIN).click()
    expect(again.locator("main")).to_contain_text("安徽开放大学")
    again.locator(MAIN).click()
    expect(again.locator("main .notice-error")).to_be_visible()
    add(again, "enrolment", photo("学生证.jpg"))
    add(again, "receipt", photo("发票.jpg"))
    assert again.evaluate("document.documentElement.scrollWidth <= innerWidth")
    twice(again, f"main form:has({MAIN.removeprefix('main ')})")
    assert count("matters_case") == 2  # and the one they joined by
    again.goto("/requests/")
    again.locator("a.task").first.click()
    expect(again.locator("main")).to_contain_text("晨光机械工会")

    by_officer(world, "factory", deciding.ask_for_more, reason="请补充本学期的成绩单")
    work()
    again.goto("/messages/")
    expect(again.locator("main")).to_contain_text("成绩单")
    again.goto("/requests/")
    again.locator("a.task").first.click()
    again.locator(MAIN).click()
    again.fill("input[name=course]", "机械工程（成绩单已附）")
    again.locator(MAIN).click()
    add(again, "enrolment", photo("成绩单.jpg"))
    again.locator(MAIN).click()
    expect(again.locator("main .button-main")).to_have_count(0)

    by_officer(world, "factory", deciding.approve)
    by_officer(world, "luyang", deciding.approve)
    work()
    again.goto("/messages/")
    expect(again.locator("main")).to_contain_text("求学圆梦补助")
    again.goto("/requests/")
    again.locator("a.task").first.click()
    expect(again.locator("main .notice-success")).to_be_visible()
    with acting(world.actors["ding"]):
        kept = Material.objects.get(name="学生证.jpg")
        stored = files.open_for(actor=world.actors["ding"], at=days.now(), file_id=kept.file_id)
        assert b"Secret Camera" not in b"".join(stored.pieces)
