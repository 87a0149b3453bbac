"""What a table we hand out holds can be ordered and added up, and comes back as it went."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from zhijia.kernel import sheets

LIMITS = sheets.Limits(max_bytes=10**6, max_unpacked_bytes=10**7, max_rows=1_000, max_columns=50, seconds=20)
ID_NUMBER, ACCOUNT = "349999199003070002", "6222021234567890123"
HEADER = ["姓名", "证件号码", "帐号", "人数", "金额", "入会日期", "办理时间"]
ROW = [
    "=1+1",
    ID_NUMBER,
    ACCOUNT,
    1234,
    sheets.yuan(-123456789),
    date(2026, 11, 21),
    datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
]


@pytest.fixture
def page(tmp_path):
    sheets.write_workbook(tmp_path / "list.xlsx", HEADER, [[None] * len(HEADER), ROW])
    return openpyxl.load_workbook(tmp_path / "list.xlsx").active


def test_numbers_amounts_days_and_moments_are_what_they_are(page):
    cells = page[3]

    assert [cell.value for cell in cells[3:]] == [
        1234,
        -1234567.89,
        datetime(2026, 11, 21),
        datetime(2026, 11, 21, 14, 5),
    ]
    assert [cell.number_format for cell in cells[3:]] == ["0", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert [cell.data_type for cell in cells[3:]] == ["n", "n", "d", "d"]


def test_long_codes_and_what_looks_like_a_formula_stay_text(page):
    assert [(cell.value, cell.number_format) for cell in page[3][:3]] == [
        ("=1+1", "@"),
        (ID_NUMBER, "@"),
        (ACCOUNT, "@"),
    ]
    assert all(cell.data_type != "f" for cell in page[3])


def test_a_cell_without_a_value_is_empty(page):
    assert {cell.value for cell in page[2]} == {None}


def test_the_header_is_frozen_and_columns_are_as_wide_as_what_stands_in_them(page):
    widths = {place: page.column_dimensions[place].width for place in "BDF"}

    assert page.freeze_panes == "A2"
    assert widths["B"] >= len(ID_NUMBER) + 1
    assert widths["F"] >= len("2026-11-21") + 1
    assert widths["D"] < 10


def test_a_sentence_of_a_page_makes_no_column_wider_than_a_screen(tmp_path):
    sheets.write_workbook(tmp_path / "list.xlsx", ["备注"], [["很长" * 200]])

    assert openpyxl.load_workbook(tmp_path / "list.xlsx").active.column_dimensions["A"].width < 60


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_written_is_read_as_the_same_texts(tmp_path, ending):
    path = tmp_path / f"list.{ending}"
    write = sheets.write_workbook if ending == "xlsx" else sheets.write_csv
    write(path, HEADER, [["张三", *ROW[1:]]])

    _header, row = sheets.read_table(path, limits=LIMITS).rows

    assert row[:4] == ["张三", ID_NUMBER, ACCOUNT, "1234"]
    assert Decimal(row[4]) == Decimal("-1234567.89")
    assert row[5] == "2026-11-21"
    assert row[6].startswith("2026-11-21 14:05")


def test_in_a_text_table_a_negative_amount_is_a_number_and_a_text_is_none(tmp_path):
    sheets.write_csv(tmp_path / "list.csv", ["a", "b"], [[sheets.yuan(-1250), "-12.50"]])

    with open(tmp_path / "list.csv", encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["-12.50", "'-12.50"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**15, "1000000000000000"),
        (date(1899, 12, 31), "1899-12-31"),
        (Decimal("1E+14"), "100000000000000.00"),
    ],
)
def test_what_a_spreadsheet_would_spoil_is_text(tmp_path, value, text):
    sheets.write_workbook(tmp_path / "list.xlsx", ["a"], [[value]])

    assert openpyxl.load_workbook(tmp_path / "list.xlsx").active["A2"].value == text


def test_an_amount_of_nothing_is_nothing():
    assert (sheets.yuan(None), sheets.yuan(0), sheets.yuan(335_000)) == (
        None,
        Decimal("0.00"),
        Decimal("3350.00"),
    )
