"""A roster from a sheet: checked first, each wrong cell told, nothing written by half."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhijia.kernel import sheets
from zhijia.matters.tests.roster.world import MANY, added, begun, number_of, person
from zhijia.matters.tests.test_member_pages import browser
from zhijia.registry.tests.world import World


def workbook(*rows: list[str], heads: tuple[str, ...] = ("会员", "事由", "金额")) -> BytesIO:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        sheets.write_workbook(path, heads, rows)
        return BytesIO(path.read_bytes())


def test_a_sheet_is_checked_first_and_each_wrong_cell_is_told(world: World) -> None:
    case = begun(world)
    added(world, case, "甲四")
    client = browser(world, "factory")
    world.act("factory")
    good, bad = [number_of(world, "甲一"), "生病", "500"], [number_of(world, "甲二"), "别的", "很多"]
    address = reverse("matters:lines_sheet", args=[case.pk])

    def send(act: str, *rows: list[str]) -> Any:
        sent = SimpleUploadedFile("名册.xlsx", workbook(*rows).getvalue())
        return client.post(address, {"sheet": sent, "act": act})

    answer = send("take", good, bad)
    world.act("factory")
    assert (answer.status_code, case.lines.count()) == (422, 1)
    assert answer.content.decode().count("<td>3</td>") == 2
    assert send("check", good).status_code == 200
    world.act("factory")
    assert case.lines.get().person_id == person(world, "甲四")
    assert send("take", good).status_code == 302
    world.act("factory")
    one = case.lines.get()
    assert (one.person_id, one.values, one.asked) == (person(world, "甲一"), {"why": "ill"}, 50_000)


def test_a_sheet_of_too_many_lines_or_another_form_changes_nothing(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    address = reverse("matters:lines_sheet", args=[case.pk])
    row = ["甲", "生病", "5"]
    for content in (
        workbook(*[row] * (MANY + 1)).getvalue(),
        workbook(row, heads=("姓名", "原因", "元")).getvalue(),
        b"MZ\x90\x00no workbook",
        b"",
    ):
        sent = SimpleUploadedFile("x.xlsx", content)
        assert client.post(address, {"sheet": sent, "act": "take"}).status_code == 422
    world.act("factory")
    assert not case.lines.exists()


def test_the_template_is_read_back_as_it_is(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    content = client.get(reverse("matters:lines_template", args=[case.pk]))
    assert content["Content-Disposition"].startswith("attachment")
    sent = SimpleUploadedFile("x.xlsx", content.content)
    answer = client.post(reverse("matters:lines_sheet", args=[case.pk]), {"sheet": sent, "act": "check"})
    assert answer.status_code == 422
