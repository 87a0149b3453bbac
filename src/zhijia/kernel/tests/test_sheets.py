"""Tables people send: every kind and encoding, and the files that mean no good."""

import datetime
import io
import os
import random
import struct
import time
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel import sheets
from zhijia.kernel.sheets import reading, separated

LIMITS = sheets.Limits(
    max_bytes=20 * 1024**2, max_unpacked_bytes=1024**3, max_rows=5000, max_columns=50, seconds=20
)
ROWS = [["姓名", "证件号码"], ["张三", "349999199003078121"], ["李四", "34999919900307813X"]]


def read(path, **keywords):
    table = sheets.read_table(path, limits=LIMITS, **keywords)
    return table, list(table.rows)


def refused(path, limits=LIMITS):
    with pytest.raises(sheets.SheetError) as error:
        sheets.read_table(path, limits=limits)
    assert error.value.code in sheets.CODES
    return error.value.code


@pytest.fixture
def sent(tmp_path):
    """A file with these bytes and a name that tells nothing."""

    def write(content):
        path = tmp_path / "upload"
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """A workbook made by a function of openpyxl's book."""

    def make(fill):
        book = openpyxl.Workbook()
        fill(book)
        path = tmp_path / "upload"
        book.save(path)
        return path

    return make


def rows_of(*rows):
    def fill(book):
        for row in rows:
            book.active.append(row)

    return fill


def csv_of(rows, separator=","):
    return "\r\n".join(separator.join(row) for row in rows) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        csv_of(ROWS).encode(),
        csv_of(ROWS).encode("utf-8-sig"),
        csv_of(ROWS).encode("gb18030"),
        csv_of(ROWS, "\t").encode("gbk"),
        csv_of(ROWS, "\t").encode("utf-16"),
        csv_of(ROWS, ";").encode(),
        csv_of([[f'"{cell}"' for cell in row] for row in ROWS]).encode(),
        csv_of(ROWS).encode() + b"\x1a",
    ],
    ids=["utf-8", "marked", "gb18030", "tabs", "utf-16", "semicolons", "quoted", "end mark"],
)
def test_text_is_read_in_every_encoding_and_with_every_separator(sent, content):
    table, rows = read(sent(content))

    assert rows == ROWS
    assert (table.kind, table.first_row, table.header, len(table.rows)) == ("csv", 1, ROWS[0], 3)


def test_a_workbook_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "members.csv"
    sheets.write_workbook(path, ROWS[0], ROWS[1:])

    table, rows = read(path)

    assert (table.kind, rows) == ("xlsx", ROWS)


def test_rows_can_be_read_again_and_by_two_readers(tmp_path):
    path = tmp_path / "upload"
    sheets.write_workbook(path, ROWS[0], [[f"n{place}", "x" * 40] for place in range(4000)])
    table, _ = read(path)

    one, two = iter(table.rows), iter(table.rows)

    assert next(one) == next(two) == ROWS[0]
    assert sum(1 for _ in one) == sum(1 for _ in two) == 4000


def test_an_empty_row_keeps_the_numbers_of_the_rows_below(workbook):
    table, rows = read(workbook(rows_of([], [], ["姓名"], ["张三"], [], ["李四"])))

    assert table.first_row == 3
    assert rows == [["姓名"], ["张三"], [], ["李四"]]


def test_numbers_dates_and_answers_read_as_somebody_would_type_them(workbook):
    cells = [
        13800001234,
        349999199003078121,
        1.5,
        datetime.date(2020, 1, 2),
        datetime.datetime(2020, 1, 2, 3, 4),
        True,
    ]
    _, rows = read(workbook(rows_of(["a"] * 6, cells)))

    assert rows[1] == [
        "13800001234",
        "3.49999199003078E+17",
        "1.5",
        "2020-01-02",
        "2020-01-02 03:04:00",
        "TRUE",
    ]


def test_a_formula_gives_its_result_or_is_named(tmp_path):
    path = tmp_path / "upload"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b", "c"])
        page.write_formula(1, 0, '="张"&"三"', None, "张三")
        page.write_string(1, 2, "=1+1")

    _, rows = read(path)
    assert rows[1] == ["张三", "", "=1+1"]

    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    book.save(path)
    _, rows = read(path)
    assert rows[1] == [sheets.LOST, "", "=1+1"]


def test_merged_cells_are_filled_downwards(workbook):
    def fill(book):
        page = book.active
        for row in [
            ["姓名", "联系", None],
            [None, "手机", "邮箱"],
            ["张三", "1", "2"],
            ["李四", "厂一", "4"],
            ["王五", None, "6"],
        ]:
            page.append(row)
        page.merge_cells("A1:A2")
        page.merge_cells("B1:C1")
        page.merge_cells("B4:B5")

    _, rows = read(workbook(fill))

    assert rows == [
        ["姓名", "联系"],
        ["姓名", "手机", "邮箱"],
        ["张三", "1", "2"],
        ["李四", "厂一", "4"],
        ["王五", "厂一", "6"],
    ]


def test_a_sheet_that_starts_away_from_the_corner_keeps_its_columns(workbook):
    def fill(book):
        book.active["C3"], book.active["C4"] = "姓名", "张三"

    table, rows = read(workbook(fill))

    assert (table.first_row, rows) == (3, [["", "", "姓名"], ["", "", "张三"]])


def test_of_several_sheets_the_one_with_the_headings_is_read(workbook):
    def fill(book):
        book.active.title = "说明"
        book.active.append(["请先阅读", "本说明"])
        book.active.append(["一人一行", "不要合并"])
        book.create_sheet("空")
        hidden = book.create_sheet("旧名册")
        hidden.sheet_state = "hidden"
        for row in ROWS:
            hidden.append(row)
        page = book.create_sheet("名册")
        page.append(["2026 年会员名册"])
        for row in ROWS:
            page.append(row)

    path = workbook(fill)

    assert read(path, headings=["姓名", "证件号码", "手机"])[0].sheet == "名册"
    assert read(path)[0].sheet == "说明"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_empty"),
        (b"\xef\xbb\xbf\r\n", "sheet_empty"),
        (csv_of(ROWS[:1]).encode(), "no_rows"),
        (b"%PDF-1.7 ...", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n....", "not_a_sheet"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "not_a_sheet"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "not_a_sheet"),
        (b"\x00\x01\x02\x03 binary", "not_a_sheet"),
        (b"a,b\r\n" * 2000 + b"\x00,\x00\r\n", "not_a_sheet"),
        (b"PK\x05\x06" + bytes(18), "not_a_sheet"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "broken"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900) + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (csv_of(ROWS).encode()[:-4] + "某".encode()[:2], "cut_off"),
        (csv_of(ROWS).encode("gb18030")[:-2] + "某".encode("gb18030")[:1], "cut_off"),
        ("姓名,号\r\n张三,1".encode() + b"\xff\xff\xff,\xfe\xfe", "encoding"),
        (csv_of([["a"] * 51] * 2).encode(), "too_many_columns"),
        (csv_of([["a", "b"]] * 5003).encode(), "too_many_rows"),
        (b"a,b\r\n" + b"x" * 200_000 + b",y\r\n", "cell_too_long"),
    ],
)
def test_a_file_that_is_no_table_is_named(sent, content, code):
    assert refused(sent(content)) == code


def test_as_many_rows_as_allowed_are_read(sent):
    assert len(read(sent(csv_of([["a", "b"]] * 5001).encode()))[1]) == 5001


@pytest.mark.parametrize(
    ("rows", "code"), [([], "sheet_empty"), ([["姓名"]], "no_rows"), ([["  "], ["姓名"]], "no_rows")]
)
def test_a_workbook_without_people_is_named(workbook, rows, code):
    assert refused(workbook(rows_of(*rows))) == code


def test_a_file_above_the_limit_is_not_opened(sent):
    small = sheets.Limits(max_bytes=10, max_unpacked_bytes=1000, max_rows=5, max_columns=5, seconds=5)

    assert refused(sent(csv_of(ROWS).encode()), small) == "too_big"


def zip_of(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_document_of_another_kind_is_named(sent):
    assert refused(sent(zip_of([("word/document.xml", "<a/>")]))) == "not_a_sheet"


def test_an_old_workbook_that_is_no_workbook_is_named(sent):
    assert refused(sent(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(5000))) == "broken"


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """Half a megabyte that unpacks to half a gigabyte."""
    path = tmp_path_factory.mktemp("bomb") / "upload"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
            for _ in range(512):
                entry.write(b" " * 1024**2)
    assert path.stat().st_size < 600_000
    return path


def test_a_bomb_is_refused_within_two_seconds(bomb):
    started = time.monotonic()

    assert refused(bomb) == "too_much_inside"
    assert time.monotonic() - started < 2


def test_a_bomb_whose_directory_lies_is_refused_within_two_seconds(bomb, sent):
    content = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as archive:
        told = struct.pack("<L", archive.getinfo("xl/worksheets/sheet1.xml").file_size)
    lied = content.replace(told, struct.pack("<L", 4096))
    assert lied != content
    started = time.monotonic()

    assert refused(sent(bytes(lied))) in ("too_much_inside", "broken")
    assert time.monotonic() - started < 2


def test_entries_that_share_their_bytes_are_refused(sent):
    content = bytearray(
        zip_of([("xl/workbook.xml", "<workbook/>"), ("xl/a.xml", b" " * 50_000), ("xl/b.xml", b"b")])
    )
    directory = content.index(b"PK\x01\x02")
    first = content.index(b"xl/a.xml")
    place = content.index(b"PK\x01\x02", content.index(b"xl/a.xml", directory)) + 42
    content[place : place + 4] = struct.pack("<L", first - 30)

    assert refused(sent(bytes(content))) == "too_much_inside"


def test_a_workbook_of_thousands_of_parts_is_refused(sent):
    assert refused(sent(zip_of([(f"xl/{place}.xml", "") for place in range(2001)]))) == "too_much_inside"


def replaced(path, name, change):
    """The workbook with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = [(entry, archive.read(entry)) for entry in archive.namelist()]
    path.write_bytes(
        zip_of([(entry, change(content) if entry == name else content) for entry, content in parts])
    )
    return path


def test_markup_with_entities_is_refused(workbook):
    def laugh(content):
        _head, _mark, rest = content.partition(b"?>") if content.startswith(b"<?xml") else (b"", b"", content)
        return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>' + rest

    assert refused(replaced(workbook(rows_of(*ROWS)), "xl/worksheets/sheet1.xml", laugh)) == "broken"


def test_a_cell_at_the_far_corner_does_not_take_the_memory(workbook):
    path = workbook(rows_of(*ROWS))

    def far(content):
        return content.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        )

    started = time.monotonic()
    assert refused(replaced(path, "xl/worksheets/sheet1.xml", far)) in (
        "too_much_inside",
        "too_many_columns",
        "too_slow",
    )
    assert time.monotonic() - started < 10


def test_a_blank_cell_with_a_style_at_the_far_corner_is_no_row(workbook):
    path = workbook(rows_of(*ROWS))

    def far(content):
        return content.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        )

    found = read(replaced(path, "xl/worksheets/sheet1.xml", far))

    assert found[1] == ROWS


def test_a_damaged_part_is_named(workbook):
    path = workbook(rows_of(*ROWS))

    assert (
        refused(replaced(path, "xl/worksheets/sheet1.xml", lambda content: content[: len(content) // 2]))
        == "broken"
    )


def test_a_workbook_with_wrong_bytes_inside_is_named(workbook):
    path = workbook(rows_of(*ROWS))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    content[place : place + 20] = bytes(20)
    path.write_bytes(bytes(content))

    assert refused(path) == "broken"


def test_a_parser_that_never_ends_is_stopped(sent, monkeypatch):
    hasty = sheets.Limits(
        max_bytes=10**8, max_unpacked_bytes=10**9, max_rows=10**7, max_columns=50, seconds=1
    )
    path = sent(b"a,b\r\n" * 8_000_000)

    started = time.monotonic()
    assert refused(path, hasty) in ("too_slow", "too_much_inside")
    assert time.monotonic() - started < 8


@given(st.binary(max_size=400))
def test_no_bytes_break_the_decoder(content):
    codes = []
    try:
        text = separated.decode(content)
    except sheets.SheetError as error:
        text, codes = "", [error.code]

    assert set(codes) <= set(sheets.CODES)
    assert separated.separator(text) in separated.SEPARATORS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_no_damage_to_a_workbook_escapes_a_name(workbook, seed):
    chance = random.Random(seed)
    path = workbook(rows_of(*ROWS))
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    path.write_bytes(bytes(content))

    codes = []
    try:
        rows = list(sheets.read_table(path, limits=LIMITS).rows)
    except sheets.SheetError as error:
        rows, codes = [], [error.code]

    assert set(codes) <= set(sheets.CODES)
    assert bool(rows) != bool(codes)


def test_how_the_child_ends_is_told_in_a_code():
    assert reading._why(3, "encrypted") == "encrypted"
    assert reading._why(3, "what") == "broken"
    assert reading._why(-6, "") == "too_much_inside"
    assert reading._why(-24, "") == "too_slow"
    assert reading._why(1, "Traceback ... MemoryError") == "too_much_inside"


HEAD = "姓名,证件号码,地址\n"


@pytest.mark.parametrize(
    "broken",
    [
        '张三,1,"长江路\n李四,2,黄山路\n王五,3,天柱路\n',
        '张三,1,"长江路\n李四,2,黄山路"\n王五,3,天柱路\n',
        '张三,1,"长江路\n李四,2,"黄山路"\n王五,3,天柱路\n',
        '张三,1,"长江路\n' + "李四,2,黄山路\n" * 9 + '"\n',
        '张三,1,"长江路\n' + "李四,2,黄山路\n" * 20_000,
    ],
)
def test_a_quote_that_swallows_people_is_named_by_its_line(sent, broken):
    with pytest.raises(sheets.SheetError) as error:
        sheets.read_table(sent(f"{HEAD}丁一,0,九华路\n{broken}".encode()), limits=LIMITS)

    assert (error.value.code, error.value.line) == ("quote_open", 3)


def test_a_cell_with_a_line_break_and_a_separator_of_its_own_is_read(sent):
    text = HEAD + '张三,1,"长江路 1 号\n甲座,乙室"\n李四,2,"黄山路 ""东"""\n'

    _, rows = read(sent(text.encode()))

    assert rows[1:] == [["张三", "1", "长江路 1 号\n甲座,乙室"], ["李四", "2", '黄山路 "东"']]


def test_a_cell_longer_than_any_workbooks_says_so(sent):
    assert refused(sent(f"{HEAD}张三,1,{'长' * 140_000}\n".encode())) == "cell_too_long"
