"""A sheet of rows, from the page to the list and back, and a list taken along."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel.context import acting
from zhijia.registers.models import Row, Sheet
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.world import CODE
from zhijia.registry.models import Export
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World

HEAD = "名称,类别,座位,启用,别的\n"
GOOD = "东门阅览室,reading类,40,2025-03-01,x\n南门球馆,sport类,300,2025年4月1日,\n"
BAD = "西门球馆,没有的类,300,2025-04-01,\n东门阅览室,reading类,40,2025-03-01,\n"


@pytest.fixture
def world(committed: None) -> World:
    world = worlds.build()
    rooms.publish()
    return world


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["language"] = "en"
    User.objects.filter(pk=world.actors[name].user_id).update(language="en")
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"registers:{name}", args=[CODE, *args])


def rows() -> set[str]:
    return set(Row.objects.using("bulk").values_list("title", flat=True))


def test_a_sheet_is_checked_confirmed_written_and_taken_back(world: World, work: Callable[[], None]) -> None:
    officer = browser(world, "luyang")
    file = SimpleUploadedFile("活动室.csv", (HEAD + GOOD + BAD).encode())
    sent = officer.post(address("imports"), {"file": file, "once": uuid4()})
    work()
    sheet = Sheet.objects.using("bulk").get()
    assert sheet.state == Sheet.State.CHECKED, sheet.failure
    assert sheet.counts == {"rows": 4, "good": 2, "wrong": 2, "sample": 0}
    assert sheet.unknown == ["别的"]
    assert rows() == set()
    page = officer.get(sent["Location"]).content.decode()
    assert "Choose one of the list." in page
    assert browser(world, "mill").get(sent["Location"]).status_code == 404
    errors = officer.get(reverse("files:stored_file", args=[sheet.errors_id]))
    marked = openpyxl.load_workbook(io.BytesIO(b"".join(errors.streaming_content))).worksheets[0]
    assert [row[0].value for row in marked.iter_rows(min_row=2)] == ["西门球馆", "东门阅览室"]
    for _click in range(2):
        officer.post(address("import_confirm", sheet.pk))
    work()
    assert Sheet.objects.using("bulk").get().failure == ""
    assert rows() == {"东门阅览室", "南门球馆"}
    officer.post(address("import_undo", sheet.pk))
    work()
    assert rows() == set()
    assert Sheet.objects.using("bulk").get().counts["undone"] == 2


def test_our_own_template_comes_back_filled_in(world: World, work: Callable[[], None]) -> None:
    officer = browser(world, "luyang")
    book = openpyxl.load_workbook(io.BytesIO(officer.get(address("import_template")).content))
    page = book.worksheets[0]
    heads = [str(cell.value).rstrip("*") for cell in page[1]]
    typed = {"name": "北门阅览室", "kind": "reading", "seats": "12", "opened": "2025-05-01"}
    for name, value in typed.items():
        page.cell(3, heads.index(name) + 1, value)
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("rooms.xlsx", content.getvalue())
    officer.post(address("imports"), {"file": file, "once": uuid4()})
    work()
    sheet = Sheet.objects.using("bulk").get()
    assert sheet.counts == {"rows": 1, "good": 1, "wrong": 0, "sample": 1}, sheet.mistakes


def test_a_sheet_without_a_needed_column_says_which(world: World, work: Callable[[], None]) -> None:
    officer = browser(world, "luyang")
    sent = officer.post(
        address("imports"),
        {"file": SimpleUploadedFile("x.csv", "名称,类别\n甲,reading\n".encode()), "once": uuid4()},
    )
    work()
    assert "There is no column for seats." in officer.get(sent["Location"]).content.decode()


def test_the_list_is_taken_along_as_it_is_narrowed(world: World, work: Callable[[], None]) -> None:
    with acting(world.actors["luyang"]):
        rooms.add(world, name="晨光阅览室", cost="8642.97")
        rooms.add(world, name="南门球馆", kind="sport")
    officer = browser(world, "luyang")
    page = officer.get(address("table"), {"kind": "sport"}).content.decode()
    link = re.findall(r'href="(/unions/[^"]+/export/[^"]+)"', page)[0].replace("&amp;", "&")
    wanted = {"format": "csv", "columns": ["number", "name", "state"], "once": uuid4()}
    asked = officer.post(link, wanted)
    assert asked.status_code == 302, asked.content.decode()
    work()
    export = Export.objects.using("bulk").get()
    assert export.rows == 1, export.failure
    content = b"".join(officer.get(reverse("files:stored_file", args=[export.file_id])).streaming_content)
    assert "南门球馆" in content.decode("utf-8-sig")
    assert "642.97" not in content.decode("utf-8-sig")
