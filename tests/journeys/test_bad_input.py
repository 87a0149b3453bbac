"""What people send by mistake or on purpose: each gets a sentence, nothing breaks, nothing is stored."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.context import whole
from zhijia.registry.tests import world as worlds

SEND = "main form.form .button-main"
HEADINGS = ["姓名", "身份证号", "手机"]
GOOD = ["张三", worlds.number(5), synthetic_mobile(5)]
HUGE = 1 << 30


def _workbook(*rows: list[object], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _bomb() -> bytes:
    """A workbook of a megabyte whose sheet unpacks to a gigabyte."""
    kept = io.BytesIO()
    zeros = b" " * (1 << 20)
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(HEADINGS, GOOD))) as whole_book,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
    ):
        for name in whole_book.namelist():
            if not name.endswith("sheet1.xml"):
                bomb.writestr(name, whole_book.read(name))
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _megabyte in range(HUGE >> 20):
                sheet.write(zeros)
    return kept.getvalue()


def _csv(rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a picture": ("名册.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 400, "不是"),
    "a program": ("名册.xls", lambda: b"MZ" + b"\x90" * 4000, "不是"),
    "nothing": ("名册.xlsx", lambda: b"", "空"),
    "headings alone": ("名册.xlsx", lambda: _workbook(HEADINGS), "没有"),
    "no headings": ("名册.csv", lambda: _csv([["a", "b"], ["c", "d"]], "utf-8"), "标题|表头|列名"),
    "a bomb": ("名册.xlsx", _bomb, "解开后远远超出"),
    "half a workbook": ("名册.xlsx", lambda: _workbook(HEADINGS, GOOD)[:2000], "损坏|不是"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_a_file_that_is_no_roster_gets_a_sentence(
    world: worlds.World, signed_in: Any, work: Any, what: str
) -> None:
    name, content, said = REFUSED[what]
    officer = signed_in("factory")
    officer.on("response", lambda response: _never_500(response))

    _send(officer, name, content(), work)

    words = officer.locator("main").inner_text()
    assert any(word in words for word in said.split("|")), words
    expect(officer.locator("button[value=good_rows]")).to_have_count(0)
    assert _people() == 0


MARKED: dict[str, tuple[str, Callable[[], bytes], int, int]] = {
    "formulas": ("名册.xlsx", lambda: _workbook(HEADINGS, ["=B2", *GOOD[1:]]), 0, 1),
    "a merged header": (
        "名册.xlsx",
        lambda: _workbook(["名册", None, None], HEADINGS, GOOD, merge="A1:C1"),
        1,
        0,
    ),
    "GB18030": ("名册.csv", lambda: _csv([HEADINGS, GOOD], "gb18030"), 1, 0),
    "2000 wrong rows": ("名册.xlsx", lambda: _workbook(HEADINGS, *[["x1", "1", "2"]] * 2000), 0, 2000),
}


@pytest.mark.parametrize("what", list(MARKED))
def test_an_odd_roster_is_counted_and_nothing_is_written_before_somebody_confirms(
    world: worlds.World, signed_in: Any, work: Any, what: str
) -> None:
    name, content, new, wrong = MARKED[what]
    officer = signed_in("factory")
    officer.on("response", lambda response: _never_500(response))

    _send(officer, name, content(), work)

    figures = [text.replace(",", "") for text in officer.locator("#import .figure").all_inner_texts()]
    assert str(new) in figures[0]
    assert str(wrong) in figures[-1]
    expect(officer.locator("button[value=good_rows]")).to_have_count(1 if new else 0)
    expect(officer.locator("#import tbody tr")).to_have_count(min(wrong * 3 if wrong > 1 else wrong, 50))
    assert _people() == 0


def test_ten_wrong_passwords_lock_the_account_with_a_sentence(world: worlds.World, window: Any) -> None:
    page = window()
    for attempt in range(11):
        page.goto("/account/login")
        page.locator("input[name=name]").fill("factory-officer")
        page.locator("input[name=password]").fill(
            worlds.PASSWORD if attempt == 10 else f"Falsch-{attempt}-ttt"
        )
        with page.expect_navigation():
            page.locator(SEND).click()
        assert page.locator("[role=alert], .error-summary").count() >= 1
        expect(page.locator("main")).to_contain_text("分钟")
    expect(page).to_have_url(re.compile("/account/login$"))


def _send(page: Any, name: str, content: bytes, work: Any) -> None:
    """Send the file, and look at what came of it once it has been read."""
    page.goto("/imports/")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "", "buffer": content})
    with page.expect_navigation():
        page.locator(SEND).click()
    work()
    if page.locator("#import").count():
        page.reload()


def _never_500(response: Any) -> None:
    assert response.status < 500, response.url


def _people() -> int:
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_person")
        return int(cursor.fetchone()[0])
