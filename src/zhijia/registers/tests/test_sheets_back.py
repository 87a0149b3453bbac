"""A list that was exported comes back: its lines change the rows they name, and never make a second one."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhijia.audit.models import Entry
from zhijia.kernel.context import acting
from zhijia.kernel.days import business_day, now
from zhijia.registers.models import Past, Row, Sheet
from zhijia.registers.services import bulk, changing, moving
from zhijia.registers.services.sheets import judging
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.test_sheets import address, browser, counts, taken_along
from zhijia.registers.tests.world import CODE, _field
from zhijia.registry.models import Export
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

State = Sheet.State
Work = Callable[[], None]


@pytest.fixture
def world(committed: None) -> World:
    """The list without a field that stands once; it names people, and phones that officers see."""
    world = worlds.build()
    fields = [one | {"once": ""} for one in rooms.said()["fields"] if one["name"] != "phone"]
    keeper = _field("keeper", "person", "管理员", required=False)
    desk = _field("desk", "mobile", "值班电话", required=False)
    rooms.publish(fields=[*fields, keeper, desk], purpose="register")
    return world


def book_of(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw))


def heads_of(page: Any) -> list[Any]:
    return [cell.value for cell in page[1]]


def sent(world: World, work: Work, book: Any, name: str = "back.xlsx") -> tuple[Sheet, str]:
    """The sheet once it was read, and its page."""
    content = io.BytesIO()
    book.save(content)
    officer = browser(world, "luyang")
    file = SimpleUploadedFile(name, content.getvalue())
    answer = officer.post(address("imports"), {"file": file, "once": uuid4()})
    work()
    page = officer.get(answer["Location"]).content.decode()
    return Sheet.objects.using("bulk").latest("pk"), page


def confirmed(world: World, work: Work, sheet: Sheet, what: str = "import_confirm") -> Sheet:
    browser(world, "luyang").post(address(what, sheet.pk))
    work()
    return Sheet.objects.using("bulk").get(pk=sheet.pk)


def seats() -> dict[str, int]:
    return {row.title: row.values["seats"] for row in Row.objects.using("bulk").all()}


def test_lines_of_an_exported_list_change_their_rows_and_are_put_back(
    world: World, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)  # each row is a piece of its own
    with acting(world.actors["luyang"]):
        first = rooms.add(world, name="甲室")
        rooms.add(world, name="乙室")
        rooms.add(world, name="丙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    heads = heads_of(page)
    assert heads[0] == "Row reference"
    lines = {row[heads.index("name")].value: row for row in page.iter_rows(min_row=2)}
    lines["甲室"][heads.index("seats")].value = 77
    lines["乙室"][heads.index("seats")].value = 88
    page.append(
        [{"name": "丁室", "kind": "reading", "seats": 9, "opened": "2025-01-01"}.get(one) for one in heads]
    )

    sheet, shown = sent(world, work, book)
    assert sheet.counts == counts(4, new=1, changed=2, unchanged=1), sheet.mistakes
    assert "甲室" in shown
    assert "To be added" in shown
    assert "Added to the list" not in shown
    assert "Which rows will say something else" in shown

    sheet = confirmed(world, work, sheet)
    assert (sheet.state, sheet.counts["written"], sheet.counts["rewritten"]) == (State.WRITTEN, 1, 2)
    assert seats() == {"甲室": 77, "乙室": 88, "丙室": 30, "丁室": 9}

    with acting(world.actors["luyang"]):
        later = {"code": CODE, "row_id": first.pk, "version": 2, "typed": {"seats": "5"}}
        changing.change(actor=world.act("luyang"), at=now(), **later)
    sheet = confirmed(world, work, sheet, "import_undo")
    assert [sheet.counts[name] for name in ("undone", "put_back", "kept")] == [1, 1, 1]
    assert seats() == {"甲室": 5, "乙室": 30, "丙室": 30}
    assert Past.objects.using("bulk").filter(title="乙室").count() == 2
    told = Entry.objects.using("bulk").filter(action__in=("row.batch", "row.put_back")).order_by("pk")
    assert [(one.action, one.detail["rows"], one.detail["fields"]) for one in told] == [
        ("row.batch", 2, ["seats"]),
        ("row.put_back", 1, ["seats"]),
    ]


def test_a_reference_of_another_list_union_or_row_is_wrong_in_its_cell(world: World, work: Work) -> None:
    with acting(world.actors["luyang"]):
        ended = rooms.add(world, name="甲室")
        rooms.add(world, name="乙室")
        gone = {"code": CODE, "row_id": ended.pk, "version": 1, "state": "closed", "reason": "拆除"}
    with acting(world.actors["shushan"]):
        strange = rooms.add(world, "shushan", name="外室")
    with acting(world.actors["factory"]):
        below = rooms.add(world, "factory", name="厂室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    heads = heads_of(page)
    lines = {
        row[heads.index("name")].value: [cell.value for cell in row] for row in page.iter_rows(min_row=2)
    }
    mine = str(lines["乙室"][0])
    listed = mine.partition("-")[0]
    other = f"L{int(listed[1:]) + 1}-{mine.partition('-')[2]}"
    page.delete_rows(2, page.max_row)
    references = [lines["甲室"][0], mine, mine, f"{listed}-{strange.number}", other, lines["厂室"][0], "12"]
    for reference in references:
        page.append([reference, *lines["乙室"][1:]])
    assert below.number != strange.number
    with acting(world.actors["luyang"]):
        moving.move(actor=world.act("luyang"), at=AT, **gone)

    sheet, shown = sent(world, work, book)
    assert sheet.counts == counts(7, unchanged=1, wrong=6)
    assert {field for _row, field, _words in sheet.mistakes} == {"row_reference"}
    words = {row: said for row, _field, said in sheet.mistakes}
    assert "This ended on" in words[2]
    assert "further up in the sheet" in words[4]
    assert all(words[line].startswith("No row of this list has this reference.") for line in (5, 6, 8))
    assert "Another union keeps this row" in words[7]
    assert (sheet.state, sheet.failure) == (State.FAILED, "nothing_usable")
    assert "Row reference" in shown


def test_rows_that_stand_already_are_counted_before_a_sheet_without_references_is_written(
    world: World, work: Work
) -> None:
    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室")
        rooms.add(world, name="乙室")
    with acting(world.actors["shushan"]):
        rooms.add(world, "shushan", name="丙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    page.delete_cols(1)
    heads = heads_of(page)
    page.append(
        [{"name": "丙室", "kind": "reading", "seats": 30, "opened": "2025-03-01"}.get(one) for one in heads]
    )

    sheet, shown = sent(world, work, book)
    assert (sheet.state, sheet.counts) == (State.CHECKED, counts(3, new=3, equal=2))
    assert "2 rows say the same as rows of the list and would stand there twice." in shown
    assert "Row reference" in shown
    assert len(seats()) == 2 + 1


def test_a_masked_cell_leaves_the_value_and_no_other_stars_are_taken(world: World, work: Work) -> None:
    with acting(world.actors["factory"]):
        person = worlds.member(world, "her", "factory", serial=7, called="张小丰").person_id
    with acting(world.actors["luyang"]):
        row = rooms.add(world, name="甲室", keeper=str(person), desk="16900000001")
        rooms.add(world, name="乙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    heads = heads_of(page)
    lines = {one[heads.index("name")].value: one for one in page.iter_rows(min_row=2)}
    full, bare = lines["甲室"], lines["乙室"]
    assert (full[heads.index("keeper")].value, full[heads.index("desk")].value) == ("张*丰", "169****0001")
    full[heads.index("seats")].value = 31
    bare[heads.index("keeper")].value = "张*丰"
    bare[heads.index("desk")].value = "169****0002"

    sheet, shown = sent(world, work, book)
    assert sheet.counts == counts(2, changed=1, wrong=1), sheet.mistakes
    assert shown.count("This is masked with stars.") == 2
    confirmed(world, work, sheet)
    after = Row.objects.using("bulk").get(pk=row.pk)
    assert after.values == row.values | {"seats": 31}
    assert after.title == row.title


def test_a_sheet_that_writes_nothing_ends_and_offers_another_file(world: World, work: Work) -> None:
    bad = openpyxl.Workbook()
    for line in (["name", "kind", "seats", "opened"], ["甲室", "reading", "many", "2025-01-01"]):
        bad.worksheets[0].append(line)
    for _again in range(2):
        sheet, shown = sent(world, work, bad)
        assert (sheet.state, sheet.failure) == (State.FAILED, "nothing_usable")
    assert Sheet.objects.using("bulk").count() == 2
    assert "(late)" not in shown
    assert f'href="{address("imports")}"' in shown
    assert "Send another file" in shown
    assert "Nothing could be taken" in browser(world, "luyang").get(address("imports")).content.decode()

    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室")
    same = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    sheet, shown = sent(world, work, same)
    assert sheet.counts == counts(1, unchanged=1)
    assert (sheet.state, sheet.failure) == (State.FAILED, "nothing_changes")
    assert "All rows of this file say what the list says already." in shown


def test_rows_changed_since_a_sheet_was_checked_are_shown_again_before_it_writes(
    world: World, work: Work
) -> None:
    with acting(world.actors["luyang"]):
        row = rooms.add(world, name="甲室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    page.cell(2, heads_of(page).index("seats") + 1, 77)
    sheet, _shown = sent(world, work, book)
    with acting(world.actors["luyang"]):
        changing.change(
            actor=world.act("luyang"), at=now(), code=CODE, row_id=row.pk, version=1, typed={"kind": "sport"}
        )

    sheet = confirmed(world, work, sheet)
    assert (sheet.state, sheet.failure) == (State.CHECKED, "changed_meanwhile")
    assert [fields for _at, _number, fields in sheet.changes] == [["kind", "seats"]]
    assert seats() == {"甲室": 30}

    sheet = confirmed(world, work, sheet)
    assert (sheet.state, sheet.failure) == (State.WRITTEN, "")
    assert seats() == {"甲室": 77}


def test_a_row_that_ended_does_not_hide_that_another_was_changed(world: World, work: Work) -> None:
    with acting(world.actors["luyang"]):
        stays = rooms.add(world, name="甲室")
        ends = rooms.add(world, name="乙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    heads = heads_of(page)
    for line in page.iter_rows(min_row=2):
        if line[heads.index("name")].value == "甲室":
            line[heads.index("seats")].value = 77
    sheet, _shown = sent(world, work, book)
    with acting(world.actors["luyang"]):
        officer = world.act("luyang")
        typed = {"seats": "5"}
        changing.change(actor=officer, at=now(), code=CODE, row_id=stays.pk, version=1, typed=typed)
        gone = {"code": CODE, "row_id": ends.pk, "version": 1, "state": "closed", "reason": "拆除"}
        moving.move(actor=officer, at=now(), **gone)

    sheet = confirmed(world, work, sheet)
    assert (sheet.state, sheet.failure) == (State.CHECKED, "changed_meanwhile")
    assert seats()["甲室"] == 5


def test_a_name_in_clear_that_nobody_touched_points_at_no_namesake(world: World, work: Work) -> None:
    with acting(world.actors["factory"]):
        called = {"called": "张小丰"}
        person = worlds.member(world, "her", "factory", serial=7, **called).person_id
        worlds.member(world, "namesake", "factory", serial=8, **called)
    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室", keeper=str(person))
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    page.cell(2, heads_of(page).index("keeper") + 1, "张小丰")

    sheet, _shown = sent(world, work, book)
    assert sheet.counts == counts(1, unchanged=1), sheet.mistakes


def test_a_sheet_leaves_no_sealed_value_behind_its_condition(world: World, work: Work) -> None:
    phone = _field("phone", "mobile", "电话", required=False, sealed=True, when="values.kind == 'reading'")
    with acting(world.actors["province"]):
        rooms.publish(version=2, fields=[*rooms.said()["fields"][:-1], phone])
    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室", phone="16900000001")
        rooms.add(world, name="乙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    for line in (2, 3):
        page.cell(line, heads_of(page).index("kind") + 1, "sport")

    sheet, shown = sent(world, work, book)
    assert sheet.counts == counts(2, changed=1, wrong=1), sheet.mistakes
    assert "What is sealed is written row by row." in shown


def test_a_union_with_too_many_rows_to_compare_is_told_nothing_of_equal_ones(
    world: World, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MOST_COMPARED", 1)
    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室")
        rooms.add(world, name="乙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    book.worksheets[0].delete_cols(1)
    sheet, _shown = sent(world, work, book)
    assert sheet.counts == counts(2, new=2)


def test_a_sheet_without_mistakes_any_more_offers_no_wrong_rows(world: World, work: Work) -> None:
    with acting(world.actors["luyang"]):
        row = rooms.add(world, name="甲室")
        rooms.add(world, name="乙室")
    book = book_of(taken_along(browser(world, "luyang"), work, "xlsx"))
    page = book.worksheets[0]
    heads = heads_of(page)
    for line in page.iter_rows(min_row=2):
        field, value = ("seats", 77) if line[heads.index("name")].value == "甲室" else ("keeper", "张小丰")
        line[heads.index(field)].value = value
    sheet, _shown = sent(world, work, book)
    assert sheet.errors_id is not None
    with acting(world.actors["factory"]):
        worlds.member(world, "her", "factory", serial=7, called="张小丰")
    with acting(world.actors["luyang"]):
        typed = {"kind": "sport"}
        changing.change(actor=world.act("luyang"), at=now(), code=CODE, row_id=row.pk, version=1, typed=typed)

    sheet = confirmed(world, work, sheet)
    assert (sheet.state, sheet.counts["wrong"], sheet.errors_id) == (State.CHECKED, 0, None)


def test_an_exported_list_is_named_by_its_list_its_union_and_the_day(world: World, work: Work) -> None:
    with acting(world.actors["luyang"]):
        rooms.add(world, name="甲室")
    officer = browser(world, "luyang")
    taken_along(officer, work, "xlsx")
    export = Export.objects.using("bulk").get()
    answer = officer.get(reverse("files:stored_file", args=[export.file_id]))
    day = business_day(now()).isoformat()
    name = f"Rooms-{world.unions['luyang'].name}-{day}.xlsx"
    assert unquote(answer["Content-Disposition"]) == f"attachment; filename*=utf-8''{name}"
