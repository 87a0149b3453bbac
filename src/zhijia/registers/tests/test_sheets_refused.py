"""A sheet that cannot be taken, or a cell that cannot, gets its sentence, and nothing is written."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhijia.registers.models import Sheet
from zhijia.registers.tests.test_sheets import GOOD, HEAD, address, browser, rows, world
from zhijia.registry.tests.world import World

__all__ = ["world"]


def _workbook(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for line in [HEAD.strip().split(","), *lines]:
        page.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sent(world: World, work: Callable[[], None], name: str, content: bytes) -> str:
    """The page that follows, once the sheet was read."""
    officer = browser(world, "luyang")
    file = SimpleUploadedFile(name, content)
    answer = officer.post(address("imports"), {"file": file, "once": uuid4()})
    work()
    page = officer.get(answer["Location"]) if answer.status_code == 302 else answer
    return page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "cut.csv",
            (HEAD + GOOD).encode("gb18030")[:-2] + "某".encode("gb18030")[:1],
            "ends in the middle of a character",
        ),
        (
            "mixed.csv",
            HEAD.encode() + "东门阅览室".encode("gb18030") + b",\xff\xfe\x81\n" * 3,
            "Files of this kind are not taken",
        ),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64), "This picture cannot be read"),
        (
            "broken.xlsx",
            _workbook(["东门阅览室", "reading类", "40", "2025-03-01", ""])[:-200],
            "Files of this kind are not taken",
        ),
        ("empty.csv", HEAD.encode(), "headings but no rows"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_nothing_is_written(
    world: World, work: Callable[[], None], name: str, content: bytes, words: str
) -> None:
    page = _sent(world, work, name, content)
    assert words in page
    assert rows() == set()


def test_a_sheet_in_the_old_chinese_encoding_is_read(world: World, work: Callable[[], None]) -> None:
    _sent(world, work, "活动室.csv", (HEAD + GOOD).encode("gb18030"))
    sheet = Sheet.objects.using("bulk").get()
    assert (sheet.state, sheet.counts["new"]) == (Sheet.State.CHECKED, 2), sheet.failure


def test_a_formula_without_its_result_is_a_wrong_cell_and_is_never_worked_out(
    world: World, work: Callable[[], None]
) -> None:
    content = _workbook(
        ["东门阅览室", "reading类", "=20+20", "2025-03-01", ""],
        ["南门球馆", "sport类", "30", "2025-04-01", ""],
    )
    page = _sent(world, work, "活动室.xlsx", content)
    sheet = Sheet.objects.using("bulk").get()
    assert (sheet.counts["new"], sheet.counts["wrong"]) == (1, 1), sheet.failure
    assert "formula" in page
