"""Workbooks as unions send them: any order, own or ours, with the errors going back in the cells."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.utils.translation import override

from zhijia.catalogue import divisions, fields
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.codes import synthetic_mobile, synthetic_resident_id
from zhijia.kernel.context import acting
from zhijia.registry.models import Person
from zhijia.registry.services.imports import headers, reading, template, words
from zhijia.registry.tests.rosters import AT, applied, checked, small_world

NUMBER = synthetic_resident_id(date(1990, 3, 7), 5)


@pytest.fixture
def factory(committed):
    world = small_world()
    return world.actors["factory"], world.unions["factory"]


def workbook(*rows, merge=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merge:
        book.active.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


def people(actor):
    with acting(actor):
        return list(Person.objects.order_by("name"))


def test_columns_stand_in_any_order_under_a_title_with_groups(factory):
    actor, union = factory
    file = workbook(
        ["某厂会员名册", None, None, None, None],
        ["联系", None, "基本", None, None],
        ["联系电话", "备注", "身份证号码", "性别", "会员姓名"],
        [16900000005, "x", NUMBER, "男", "张三"],
        merge=("A1:E1", "A2:B2", "C2:E2"),
    )

    roster = applied(actor, union, file)

    assert roster.counts["new"] == 1
    assert roster.columns["unknown"] == ["备注"]
    assert people(actor)[0].birth_date == date(1990, 3, 7)


def test_the_errors_come_back_in_the_same_workbook_in_the_cell_in_words(factory):
    actor, union = factory
    file = workbook(
        ["姓名", "身份证号", "手机", "我们自己的列"],
        ["张三", NUMBER, "16900000005", "甲"],
        ["李4", NUMBER[:17] + "A", "1690", "乙"],
        ["王五", synthetic_resident_id(date(1991, 1, 1), 2), "16900000006", "丙"],
    )

    roster = checked(actor, union, file, name="名册.xlsx")

    with acting(actor), files.on_disk(actor=actor, at=AT, file_id=roster.errors_id) as path:
        page = openpyxl.load_workbook(path).active
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["姓名", "身份证号", "手机", "我们自己的列"],
        ["李4", NUMBER[:17] + "A", "1690", "乙"],
    ]
    assert all(page.cell(2, column).comment for column in (1, 2, 3))
    assert page.cell(2, 4).comment is None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_our_template_is_read_back_and_its_sample_row_is_nobody(factory, tmp_path, language):
    _actor, union = factory
    path = tmp_path / "template.xlsx"
    with override(language):
        path.write_bytes(template.workbook(day=date(2026, 11, 20), language=language))
    with pytest.raises(reading.Unreadable, match="no_rows"):
        reading.read(path, union=union, day=date(2026, 11, 20))
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for column in range(1, page.max_column + 1):
        page.cell(2, column).value = None
    page.cell(3, 1).value, page.cell(3, 3).value, page.cell(3, 4).value = "张三", NUMBER, synthetic_mobile(5)
    book.save(path)

    found = reading.read(path, union=union, day=date(2026, 11, 20))

    assert found.checked.mistakes == []
    assert found.numbers == [3]
    assert set(found.header.columns) == {rule.code for rule in fields.roster()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_our_template_for_many_unions_has_the_column_a_load_is_known_by(language):
    with override(language):
        content = template.workbook(day=date(2026, 11, 20), language=language, many=True)

    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    last = page.cell(1, page.max_column).value
    assert headers.heading(last) in {headers.heading(name) for name in headers.UNION}


def test_numbers_kept_as_numbers_and_formulas_are_named(factory):
    actor, union = factory
    file = workbook(
        ["姓名", "身份证号", "手机", "入职日期"],
        ["张三", 349999199003070053, "16900000005", None],
        ["=B2", NUMBER, 16900000006, datetime(2020, 1, 2)],
    )

    roster = checked(actor, union, file)

    assert [(e["row"], e["code"]) for e in roster.first_errors] == [(2, "id_scientific"), (3, "formula_lost")]


def test_places_may_be_written_in_words(factory):
    actor, union = factory
    divisions.load(levels=3, provinces=["34"])
    file = workbook(
        ["姓名", "身份证号", "手机", "现居住地"], ["张三", NUMBER, "16900000005", "安徽省合肥市蜀山区某路"]
    )

    applied(actor, union, file)

    assert people(actor)[0].home_division == "340104000000"


def test_ten_thousand_wrong_rows_get_an_answer(factory):
    actor, union = factory
    file = workbook(["姓名", "身份证号", "手机"], *(["x1", "1", "2"] for _ in range(10_000)))

    roster = checked(actor, union, file)

    assert (roster.state, roster.counts["wrong"], len(roster.first_errors)) == ("checked", 10_000, 50)
    assert roster.errors_id is not None


def test_a_person_whose_name_begins_like_a_sample_is_somebody(factory):
    actor, union = factory
    file = workbook(
        ["姓名", "身份证号", "手机"],
        ["Sample: Zhang San", NUMBER, "16900000004"],
        ["Samplewell Jane", NUMBER, "16900000005"],
    )

    roster = checked(actor, union, file)

    assert (roster.counts["new"], roster.counts["sample"]) == (1, 1)


def test_a_nul_in_a_workbook_stops_nothing_and_comes_into_no_field(factory):
    actor, union = factory
    file = workbook(
        ["姓名", "身份证号", "手机", "邮箱", "我们_x0000_的"],
        ["张三", NUMBER, "16900000005", "a_x0000_b@example.cn", "甲"],
    )

    roster = checked(actor, union, file)

    assert roster.state == "checked"
    assert [mistake["code"] for mistake in roster.first_errors] == ["email_form"]
    assert roster.columns["unknown"] == ["我们\ufffd的"]


@pytest.mark.parametrize("grouped", [True, False])
def test_a_header_over_three_rows_is_read_whole(factory, grouped):
    actor, union = factory
    if grouped:
        top = [
            ["姓名", "基本情况", None, None],
            [None, "证件", "联系", None],
            [None, "身份证号", "手机", "住址"],
        ]
        merge = ("A1:A3", "B1:D1", "C2:D2")
    else:
        top = [["姓名", "身份证号", "手机", "住址"], [None] * 4, [None] * 4]
        merge = ("A1:A3", "B1:B3", "C1:C3", "D1:D3")
    file = workbook(*top, ["张三", NUMBER, "16900000005", "长江路"], merge=merge)

    roster = checked(actor, union, file)

    assert (roster.counts["rows"], roster.counts["new"], roster.first_errors) == (1, 1, [])


def test_the_workbook_of_errors_is_no_file_the_officer_sent(factory):
    actor, union = factory
    file = workbook(["姓名", "身份证号", "手机"], ["李4", NUMBER, "16900000005"])

    roster = checked(actor, union, file)

    with acting(actor):
        senders = dict(StoredFile.objects.values_list("pk", "user_id"))
    assert senders == {roster.file_id: actor.user_id, roster.errors_id: None}


def test_a_failure_has_its_own_sentence_and_line():
    with override("en"):
        assert "as many files" in words.of_file("files_per_day")
        assert "row 12" in words.of_file("quote_open 12")


def test_a_quote_left_open_is_named_on_the_page(factory):
    actor, union = factory
    text = "姓名,身份证号,手机\n张三," + NUMBER + ',"16900000005\n李四,1,1\n'

    roster = checked(actor, union, io.BytesIO(text.encode()))

    assert (roster.state, roster.failure) == ("failed", "quote_open 2")
    with override("en"):
        assert "row 2 " in words.of_file(roster.failure)
