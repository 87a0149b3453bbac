"""A sheet of rows, from the page to the list and back, and a list taken along."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue.models import Division
from zhijia.kernel.context import acting
from zhijia.registers.models import Row, Sheet
from zhijia.registers.services import changing
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.world import CODE
from zhijia.registry.models import Export
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

HEAD = "名称,类别,座位,启用,别的\n"
GOOD = "东门阅览室,reading类,40,2025-03-01,x\n南门球馆,sport类,300,2025年4月1日,\n"
BAD = "西门球馆,没有的类,300,2025-04-01,\n东门阅览室,reading类,40,2025-03-01,\n"
WIDER: list[dict[str, Any]] = [
    {"name": "rent", "label": {"en": "rent", "zh": "租金"}, "type": "money", "required": False},
    {"name": "card", "label": {"en": "card", "zh": "证照号"}, "type": "text", "required": False},
    {
        "name": "days",
        "label": {"en": "days", "zh": "开放时段"},
        "type": "choices",
        "required": False,
        "choices": [
            {"code": "week", "label": {"en": "Week, mornings", "zh": "周一、周五上午"}},
            {"code": "end", "label": {"en": "Weekend", "zh": "周末"}},
        ],
    },
]
EVERYTHING = {
    "name": "晨光阅览室", "seats": "300", "heated": "yes", "place": "340103000000", "checked": "2025-06-30",
    "point": "31.82063, 117.2272", "rent": "1200.50", "card": "349999199003070002", "days": ["week", "end"],
}  # fmt: skip


@pytest.fixture
def world(committed: None) -> World:
    world = worlds.build()
    rooms.publish(fields=[*rooms.said()["fields"], *WIDER])
    return world


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["language"] = "en"
    User.objects.filter(pk=world.actors[name].user_id).update(language="en")
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"registers:{name}", args=[CODE, *args])


def counts(rows: int, **found: int) -> dict[str, int]:
    """What is counted of a sheet of so many rows: nothing of what is not named."""
    nothing = dict.fromkeys(("new", "changed", "unchanged", "wrong", "equal", "sample"), 0)
    return {"rows": rows, **nothing, **found}


def rows() -> set[str]:
    return set(Row.objects.using("bulk").values_list("title", flat=True))


def test_a_sheet_is_checked_confirmed_written_and_taken_back(world: World, work: Callable[[], None]) -> None:
    officer = browser(world, "luyang")
    file = SimpleUploadedFile("活动室.csv", (HEAD + GOOD + BAD).encode())
    sent = officer.post(address("imports"), {"file": file, "once": uuid4()})
    work()
    sheet = Sheet.objects.using("bulk").get()
    assert sheet.state == Sheet.State.CHECKED, sheet.failure
    assert sheet.counts == counts(4, new=2, wrong=2)
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
    assert sheet.counts == counts(1, new=1, sample=1), sheet.mistakes


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
    wanted = {"format": "csv", "columns": ["row_reference", "name", "state"], "once": uuid4()}
    asked = officer.post(link, wanted)
    assert asked.status_code == 302, asked.content.decode()
    work()
    export = Export.objects.using("bulk").get()
    assert export.rows == 1, export.failure
    content = b"".join(officer.get(reverse("files:stored_file", args=[export.file_id])).streaming_content)
    assert "南门球馆" in content.decode("utf-8-sig")
    assert "642.97" not in content.decode("utf-8-sig")


def test_a_list_that_was_taken_along_comes_back_as_it_went(world: World, work: Callable[[], None]) -> None:
    two_places_of_one_name()
    with acting(world.actors["luyang"]):
        went = rooms.add(world, **EVERYTHING)
    officer = browser(world, "luyang")
    raw = taken_along(officer, work, "xlsx")
    with acting(world.actors["luyang"]):
        otherwise = {
            "seats": "12",
            "rent": "",
            "days": ["week"],
            "place": "",
            "heated": "no",
            "point": "31, 117",
        }
        changing.change(
            actor=world.act("luyang"), at=AT, code=CODE, row_id=went.pk, version=1, typed=otherwise
        )

    officer.post(address("imports"), {"file": SimpleUploadedFile("back.xlsx", raw), "once": uuid4()})
    work()
    sheet = Sheet.objects.using("bulk").get()
    assert sheet.counts == counts(1, changed=1), sheet.mistakes
    officer.post(address("import_confirm", sheet.pk))
    work()

    came = Row.objects.using("bulk").get()
    assert came.values == went.values


def test_a_list_taken_along_holds_days_numbers_and_amounts(world: World, work: Callable[[], None]) -> None:
    two_places_of_one_name()
    with acting(world.actors["luyang"]):
        rooms.add(world, **EVERYTHING)
        rooms.add(world, name="=1+1", kind="sport")
    page = openpyxl.load_workbook(io.BytesIO(taken_along(browser(world, "luyang"), work, "xlsx"))).worksheets[
        0
    ]

    heads = [cell.value for cell in page[1]]
    rows = {
        row[heads.index("name")].value: dict(zip(heads, row, strict=True))
        for row in page.iter_rows(min_row=2)
    }
    full, bare = rows["晨光阅览室"], rows["=1+1"]
    assert [full[name].value for name in ("seats", "opened", "rent")] == [300, datetime(2025, 3, 1), 1200.5]
    assert [full[name].number_format for name in ("seats", "opened", "rent", "card")] == [
        *("0", "yyyy-mm-dd", "#,##0.00", "@"),
    ]
    assert full["card"].value == "349999199003070002"
    assert (bare["name"].data_type, bare["rent"].value) == ("s", None)
    assert page.freeze_panes == "A2"


def two_places_of_one_name() -> None:
    """A county of the city, and one of another city that is called the same."""
    names = {
        "340000": "安徽省",
        "340100": "合肥市",
        "340103": "庐阳区",
        "340300": "蚌埠市",
        "340303": "庐阳区",
    }
    for level, (code, name) in zip((1, 2, 3, 2, 3), names.items(), strict=True):
        Division.objects.create(code=f"{code}000000", name=name, level=level, parent="")


def taken_along(officer: Client, work: Callable[[], None], form: str) -> bytes:
    """The whole list as a file."""
    page = officer.get(address("table")).content.decode()
    link = re.findall(r'href="(/unions/[^"]+/export/[^"]+)"', page)[0].replace("&amp;", "&")
    columns = re.findall(r'name="columns" value="([^"]+)"', officer.get(link).content.decode())
    asked = officer.post(link, {"format": form, "columns": columns, "once": uuid4()})
    assert asked.status_code == 302, asked.content.decode()
    work()
    export = Export.objects.using("bulk").get()
    return b"".join(officer.get(reverse("files:stored_file", args=[export.file_id])).streaming_content)
