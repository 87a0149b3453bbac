"""From a phone to the register, on the pages alone: a worker in no union asks, the county replies, the worker reports,
the county approves."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.catalogue.models import Division
from zhijia.matters.models import Case, Paper
from zhijia.matters.queries import inbox
from zhijia.matters.services import versions
from zhijia.matters.tests.shipped import PDF
from zhijia.matters.tests.tales import TALES
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.models import Union
from zhijia.registry.tests.world import World, worker

TALE = TALES["found_union"]


@pytest.fixture
def world(db: Any) -> World:
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="340100000000")
    world = build_with_member()
    worker(world, "driver")
    return world


def _wrote(client: Client, case: Case, typed: Any) -> None:
    """The form is filled in and everything looked at once more."""
    address = reverse("matters:form", args=[case.pk])
    drawn = re.findall(r'name="(asked-[a-z_]+)"', client.get(address).content.decode())
    asked = dict.fromkeys(drawn, "1")
    assert client.post(address, {**typed, **asked})["location"].endswith("/check/")


def _handed_in(client: Client, case: Case, material: str) -> None:
    paper = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    address = reverse("matters:check", args=[case.pk])
    page = client.get(address).content.decode()
    assert f'name="file-{material}"' in page
    answer = client.post(address, {"once": uuid4(), f"file-{material}": paper})
    assert answer["location"] == reverse("matters:case", args=[case.pk])


def _agreed(world: World, client: Client, case: Case) -> None:
    world.act("luyang")
    posted = {"step": here(case).pk, "answer": "approve", "reason": ""}
    assert client.post(reverse("matters:decide", args=[case.pk]), posted)["location"] == reverse(
        "matters:inbox"
    )


def test_a_worker_founds_a_union_on_the_pages(world: World) -> None:
    phone, desk = browser(world, "driver"), browser(world, "luyang")
    begun = phone.post(
        reverse("matters:matter", args=["found_union"]), {"union": world.unions["luyang"].code}
    )
    world.act("driver")
    case = Case.objects.get(code="found_union")
    assert begun["location"] == reverse("matters:form", args=[case.pk])
    assert 'name="entitled"' not in phone.get(begun["location"]).content.decode()
    _wrote(phone, case, TALE.typed)
    _handed_in(phone, case, "application")
    _agreed(world, desk, case)
    _agreed(world, desk, case)
    mine = phone.get(reverse("matters:case", args=[case.pk])).content.decode()
    assert "工组筹〔2026〕1号" in mine
    assert "现在轮到您办理" in mine
    assert "还缺内容" not in mine
    world.act("luyang")
    case.refresh_from_db()
    assert inbox.shown_name(case, versions.definition(case.version)) == "新桥物流工会"
    letter = reverse("files:stored_file", args=[Paper.objects.get().file_id])
    assert phone.get(letter)["Content-Type"] == "application/pdf"
    assert browser(world, "shushan").get(letter).status_code == 404
    drawn = phone.get(reverse("matters:form", args=[case.pk])).content.decode()
    assert 'name="entitled"' in drawn
    assert 'name="union_name"' not in drawn
    _wrote(phone, case, TALE.at_steps["result"])
    _handed_in(phone, case, "minutes")
    _agreed(world, desk, case)
    assert "已同意，申请已办成" in desk.get(reverse("matters:inbox")).content.decode()
    world.act("luyang")
    assert Union.objects.get(name="新桥物流工会").approval_number == "工组〔2026〕1号"
    file = desk.get(reverse("matters:file", args=[case.pk])).content.decode()
    assert "工组〔2026〕1号" in file
    assert "13912345678" not in file
    assert "工组〔2026〕1号" in phone.get(reverse("matters:case", args=[case.pk])).content.decode()
