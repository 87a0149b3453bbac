"""Tables we hand out: nothing runs in them, and errors stand where they were made."""

import csv
import datetime
import io
import time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.table import Table as ExcelTable

from zhijia.kernel import sheets
from zhijia.kernel.tests.old_workbooks import old_workbook

LIMITS = sheets.Limits(
    max_bytes=20 * 1024**2, max_unpacked_bytes=1024**3, max_rows=50_000, max_columns=50, seconds=20
)
NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    '=HYPERLINK("http://x","y")',
]


def opened(path):
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def marked(tmp_path, source, errors, *, header_end=1, limits=LIMITS):
    """The workbook that goes back, read as it is and as a page."""
    target = tmp_path / "back.xlsx"
    table = sheets.read_table(source, limits=limits)
    sheets.mark_errors(table, source, target, errors, header_end=header_end, limits=limits)
    return opened(target)


def test_an_old_workbook_is_read(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(old_workbook([["姓名", "手机"], ["张三", 16900001234.0]]))

    table = sheets.read_table(path, limits=LIMITS)

    assert (table.kind, table.sheet) == ("xls", "名册")
    assert list(table.rows) == [["姓名", "手机"], ["张三", "16900001234"]]


@given(
    st.lists(
        st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]))), min_size=1
    )
)
def test_no_cell_of_a_workbook_is_a_formula(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("out") / "list.xlsx"
    sheets.write_workbook(path, ["=header"], [cells])

    page = opened(path).active

    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert all(cell.value is None or isinstance(cell.value, str) for row in page.iter_rows() for cell in row)
    assert page.freeze_panes == "A2"


@pytest.mark.parametrize("cell", NASTY)
def test_a_cell_a_spreadsheet_would_run_is_text(tmp_path, cell):
    path = tmp_path / "list.csv"
    sheets.write_csv(path, ["name"], [[cell, "张三"]])

    with open(path, encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["name"], [f"'{cell}", "张三"]]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


@given(st.text(max_size=20))
def test_a_safe_cell_begins_with_no_sign_of_a_formula(cell):
    safe = sheets.safe_cell(cell)

    assert safe.endswith(cell)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.fixture
def roster(tmp_path):
    """A workbook with a title, a header, styles, a table, a second sheet and twenty people."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名册"
    page.append(["2026 年名册"])
    page.merge_cells("A1:C1")
    page.append(["姓名", "证件号码", "入会日期"])
    for place in range(20):
        page.append([f"人{place}", f"34999919900307{place:04d}", datetime.date(2020, 1, 1)])
    page["A5"].font = openpyxl.styles.Font(bold=True)
    page["B22"] = '="a"&"b"'
    page.column_dimensions["B"].width = 33
    page.row_dimensions[5].height = 40
    page.merge_cells("A21:A22")
    page.add_table(ExcelTable(displayName="people", ref="A2:C22"))
    book.create_sheet("说明")["A1"] = "请先阅读"
    path = tmp_path / "upload"
    book.save(path)
    return path


def test_errors_go_back_in_the_workbook_they_came_in(tmp_path, roster):
    book = marked(
        tmp_path, roster, {(5, 1): "位数不对", (9, 0): "名字空着", (9, 4): "这一列空着"}, header_end=2
    )
    page = book["名册"]

    assert [[cell.value for cell in row[:3]] for row in page.iter_rows(max_row=4)] == [
        ["2026 年名册", None, None],
        ["姓名", "证件号码", "入会日期"],
        ["人2", "349999199003070002", datetime.datetime(2020, 1, 1)],
        ["人6", "349999199003070006", datetime.datetime(2020, 1, 1)],
    ]
    assert page.max_row == 4
    assert page["B3"].comment.text == "位数不对"
    assert page["A4"].comment.text == "名字空着"
    assert page["E4"].comment.text == "这一列空着"
    assert page["B3"].fill.start_color.rgb.endswith("FFD9D0")
    assert (page["A3"].font.bold, page.row_dimensions[3].height) == (True, 40)
    assert page.column_dimensions["B"].width == 33
    assert [str(merge) for merge in page.merged_cells.ranges] == ["A1:C1"]
    assert not page.tables
    assert book["说明"]["A1"].value == "请先阅读"


def test_a_marked_workbook_runs_nothing(tmp_path, roster):
    book = marked(tmp_path, roster, {(22, 1): "公式"}, header_end=2)

    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


def test_the_marked_workbook_can_be_mended_and_sent_again(tmp_path, roster):
    marked(tmp_path, roster, {(5, 1): "位数不对"}, header_end=2)

    table = sheets.read_table(tmp_path / "back.xlsx", limits=LIMITS)

    assert list(table.rows)[2] == ["人2", "349999199003070002", "2020-01-01"]


@pytest.mark.parametrize("kind", ["csv", "xls"])
def test_wrong_rows_of_other_files_go_back_in_a_new_workbook(tmp_path, kind):
    rows = [["姓名", "手机"], ["张三", "1"], ["=1+1", "2"], ["王五"]]
    content = (
        old_workbook(rows) if kind == "xls" else "\n".join(",".join(row) for row in rows).encode("gb18030")
    )
    path = tmp_path / "upload"
    path.write_bytes(content)

    page = marked(tmp_path, path, {(3, 0): "只写名字", (4, 1): "手机空着"}).active

    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["姓名", "手机"],
        ["=1+1", "2"],
        ["王五", ""],
    ]
    assert page["A2"].data_type != "f"
    assert page["A2"].comment.text == "只写名字"
    assert page["B3"].comment.text == "手机空着"


def test_ten_thousand_wrong_rows_are_marked_within_twenty_seconds(tmp_path):
    path = tmp_path / "upload"
    sheets.write_workbook(path, ["姓名", "手机"], [[f"人{place}", "1"] for place in range(10_000)])
    started = time.monotonic()

    page = marked(tmp_path, path, {(row, 1): "手机号应为 11 位" for row in range(2, 10_002)}).active

    assert time.monotonic() - started < 20
    assert page.max_row == 10_001
    assert page["B10001"].comment.text == "手机号应为 11 位"


def test_a_workbook_too_large_to_keep_gives_a_new_one(tmp_path, roster, monkeypatch):
    monkeypatch.setattr("zhijia.kernel.sheets.marking.LARGEST", 10)

    page = marked(tmp_path, roster, {(5, 1): "位数不对"}, header_end=2).active

    assert [cell.value for cell in page[1]] == ["姓名", "证件号码", "入会日期"]
    assert page["B2"].comment.text == "位数不对"
    assert page.max_row == 2


def test_a_workbook_that_turned_hostile_is_not_opened_for_marking(tmp_path, roster):
    table = sheets.read_table(roster, limits=LIMITS)
    tiny = sheets.Limits(max_bytes=10, max_unpacked_bytes=10, max_rows=5, max_columns=5, seconds=5)

    with pytest.raises(sheets.SheetError) as error:
        sheets.mark_errors(table, roster, tmp_path / "back.xlsx", {(5, 1): "x"}, header_end=2, limits=tiny)

    assert error.value.code == "too_big"
    assert not (tmp_path / "back.xlsx").exists()


ABOUT = [("Taken by", "officer & co"), ("Request", "=1+1")]


def test_a_workbook_says_what_it_is_on_a_sheet_of_its_own_and_on_paper(tmp_path):
    path = tmp_path / "a.xlsx"

    sheets.write_workbook(path, ["name"], [["张三"]], sheet="Members", about=("About", ABOUT))

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Members", "About"]
    assert [list(row) for row in book["About"].values] == [list(line) for line in ABOUT]
    assert {cell.data_type for row in book["About"] for cell in row} == {"s"}
    assert "officer" in book.properties.description


def test_a_text_table_says_what_it_is_above_its_header_and_runs_nothing(tmp_path):
    path = tmp_path / "a.csv"

    sheets.write_csv(path, ["name"], [["张三"]], about=ABOUT)

    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["# Taken by: officer & co", "# Request: =1+1", "name", "张三"]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path, monkeypatch):
    from zhijia.kernel.sheets import writing

    monkeypatch.setattr(writing, "SHEET_ROWS", 3)
    path = tmp_path / "a.xlsx"

    sheets.write_workbook(path, ["n"], ([str(n)] for n in range(7)), sheet="Members")

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Members", "Members 2", "Members 3"]
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["n", "0", "1", "2"],
        ["n", "3", "4", "5"],
        ["n", "6"],
    ]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_typed_table_is_laid_down_in_parts_and_read_as_one(tmp_path, monkeypatch, rows):
    import polars

    from zhijia.kernel.sheets import writing

    monkeypatch.setattr(writing, "PART_ROWS", 2)
    path = tmp_path / "a.parquet"
    columns = {"n": polars.Int64, "day": polars.Date, "said": polars.String}

    sheets.write_parquet(path, columns, ([n, None, "=x"] for n in range(rows)), about=ABOUT)

    frame = polars.read_parquet(path)
    assert frame.schema == polars.Schema(columns)
    assert frame["n"].to_list() == list(range(rows))
    assert polars.read_parquet_metadata(path)["Taken by"] == "officer & co"
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]
