"""What a member does with their own data, and what an officer's look at it leaves behind."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from zhijia.accounts.models import DemoSms
from zhijia.audit.models import Entry
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.matters.services.materials import OWNER
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds

SEND = "main form.form .button-main"
CAMERA = 0x010F
GPS = 0x8825
LATER = timedelta(minutes=11)
"""Longer than a step-up counts."""


@pytest.fixture
def member(world: worlds.World) -> Any:
    """张小丰, a member of the factory's union."""
    with transaction.atomic():
        return worlds.member(world, "ding", "factory", serial=1)


def _photo_with_a_place() -> bytes:
    """A picture that says which camera took it and where."""
    picture = Image.new("RGB", (600, 400), "#7A5512")
    notes = picture.getexif()
    notes[CAMERA] = "Secret Camera"
    notes.get_ifd(GPS)[1] = "N"
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=notes)
    return kept.getvalue()


def test_a_correction_with_a_photo_is_confirmed_by_the_branch_and_the_photo_tells_no_place(
    world: worlds.World, signed_in: Any, member: Any
) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/me/data/occupation/correct/")
    phone.locator("main form .button-main").tap()
    phone.locator("select[name=right_occupation]").select_option("truck_driver")
    phone.locator(SEND).tap()
    phone.wait_for_url("**/check/")
    photo = {"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": _photo_with_a_place()}
    phone.set_input_files("input[name=file-proof]", photo)
    phone.locator("#hand-in button").tap()
    phone.wait_for_selector("main .line")

    officer = signed_in("factory")
    officer.goto("/desk/requests/")
    officer.locator("main a.task").click()
    expect(officer.locator("main")).to_contain_text("货车司机")
    with officer.expect_download() as coming:
        officer.locator("main a[href^='/files/']").last.click()
    opened = Image.open(coming.value.path())
    assert dict(opened.getexif()) == {}
    officer.locator("button[value=approve]").click()
    officer.wait_for_selector("main .empty")

    phone.goto("/me/data/")
    expect(phone.locator("main")).to_contain_text("货车司机")
    with acting(world.actors["factory"]) as actor:
        stored = StoredFile.objects.get(owner=OWNER)
        assert b"Secret Camera" not in b"".join(
            files.open_for(actor=actor, at=days.now(), file_id=stored.pk).pieces
        )
    stranger = signed_in("shushan")
    assert stranger.request.get(f"/files/{stored.pk}").status == 404


def test_consent_is_given_and_taken_back(signed_in: Any, member: Any) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/me/agreements/")
    taken_back = phone.locator("button[value=no]")
    before = taken_back.count()

    phone.locator("button[value=yes]").first.tap()
    expect(taken_back).to_have_count(before + 1)
    taken_back.first.tap()
    expect(taken_back).to_have_count(before)


def test_the_download_asks_who_it_is_once_more_and_then_holds_everything(
    world: worlds.World, signed_in: Any, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = signed_in("ding", phone=True)
    phone.goto("/me/data/")
    began = days.now()
    monkeypatch.setattr(days, "now", lambda: began + LATER)
    phone.locator("a[href='/me/data/download/']").tap()
    phone.wait_for_url("**/account/step-up**")
    phone.locator("form[action$='/step-up/code'] button").tap()
    phone.wait_for_selector("input[name=code]")
    code = re.search(r"\d{6}", DemoSms.objects.latest("sent_at").text)
    assert code
    phone.locator("input[name=code]").fill(code[0])
    with phone.expect_download() as coming:
        phone.locator(SEND).last.tap()

    held = json.loads(coming.value.path().read_text())
    assert held["id_number"] == worlds.number(1)
    assert held["name"] == "张小丰"


def test_a_masked_number_is_shown_for_a_reason_hides_again_and_the_member_sees_who_looked(
    world: worlds.World, signed_in: Any, member: Any
) -> None:
    number = worlds.number(1)
    officer = signed_in("factory")
    officer.clock.install()
    with acting(world.actors["factory"]):
        person = Person.objects.get()
    officer.goto(reverse("registry:person", args=[person.pk]))
    assert number not in officer.content()
    officer.locator("#masked-id_number a.masked-open").click()
    officer.locator("#masked-id_number textarea[name=reason]").fill("核对入会材料")
    officer.locator("#masked-id_number button").click()
    shown = officer.get_by_text(number)
    shown.wait_for()
    officer.clock.run_for(29_000)
    expect(shown).to_have_count(1)
    officer.clock.run_for(2_000)
    expect(shown).to_have_count(0)
    assert number not in officer.content()

    with acting(world.actors["factory"]):
        assert Entry.objects.filter(action__endswith=".reveal", reason="核对入会材料").count() == 1
    phone = signed_in("ding", phone=True)
    phone.goto("/me/looks/")
    expect(phone.locator("main")).to_contain_text("核对入会材料")


def test_a_number_is_not_shown_without_a_reason(world: worlds.World, signed_in: Any, member: Any) -> None:
    officer = signed_in("factory")
    with acting(world.actors["factory"]):
        person = Person.objects.get()
    officer.goto(f"/people/{person.pk}/show/id_number/")
    officer.locator(SEND).click()
    officer.wait_for_selector("main .field-wrong")

    assert worlds.number(1) not in officer.content()
    with acting(world.actors["factory"]):
        assert not Entry.objects.filter(action__endswith=".reveal").exists()
