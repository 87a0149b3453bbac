"""A province sends everybody in one file: checked while one watches, its wrong rows named, the good ones taken in."""

import contextlib
import csv
import re
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Error, expect

from zhijia.registry.models import Membership
from zhijia.registry.queries import counts
from zhijia.registry.services.loads import clock
from zhijia.registry.tests.provinces import file_of, row

ROWS, EVERY = 3_000, 100
LONGEST = 10
RATE = re.compile(r"每秒 [\d,]+ 行")
SEND = "form[method=post][enctype] .button-main"
SPOILT = (
    {"name": "李4"},
    {"number": "3.49999E+17"},
    {"phone": "1690000"},
    {"code": "999999-999999"},
)


@pytest.fixture
def seen(monkeypatch: Any) -> threading.Event:
    """Progress is told again and again, and the job goes on once it was seen, however fast the machine is."""
    event = threading.Event()
    done = clock.Clock.done

    def told(self: clock.Clock, many: int) -> None:
        done(self, many)
        event.wait(LONGEST)

    monkeypatch.setattr(clock, "TOLD_EVERY", 0.0)
    monkeypatch.setattr(clock.Clock, "done", told)
    return event


def _province(world: Any, path: Path) -> tuple[Path, list[int]]:
    """The file of a province with a wrong row in each hundred, and the numbers of these rows in the sheet."""
    rows, wrong = [], []
    for serial in range(1, ROWS + 1):
        spoilt = SPOILT[serial // EVERY % len(SPOILT)] if serial % EVERY == 0 else {}
        rows.append(row(world, ("factory", "couriers", "mill")[serial % 3], serial, **spoilt))
        if spoilt:
            wrong.append(serial + 1)
    return file_of(path, rows), wrong


def _while_worked_on(page: Any, work: Any, seen: threading.Event, asked: str) -> list[str]:
    """What the page said of the progress, while the jobs are done beside it."""
    said: list[str] = []
    beside = threading.Thread(target=work)
    beside.start()
    while beside.is_alive():
        with contextlib.suppress(Error):  # the page may be changing to its end
            said += page.locator("#progress-words").all_inner_texts()
        if any(RATE.search(words) for words in said):
            seen.set()
        page.wait_for_timeout(100)
    beside.join()
    page.wait_for_selector(asked)
    return said


def _figure(page: Any, label: str) -> int:
    figure = page.locator(".figure", has_text=re.compile(label)).first
    digits = re.search(r"[\d,]+", figure.inner_text().replace(label, ""))
    assert digits, figure.inner_text()
    return int(digits[0].replace(",", ""))


@pytest.mark.parametrize("script", [True, False])
def test_a_province_sends_everybody_in_one_file(
    world: Any,
    signed_in: Any,
    work: Any,
    seen: threading.Event,
    tmp_path: Path,
    downloaded: Any,
    script: bool,
) -> None:
    path, wrong = _province(world, tmp_path / "全省.csv")
    page = signed_in("province", script=script)
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    page.locator(SEND).click()
    page.wait_for_url("**/imports/*/")

    if script:
        said = _while_worked_on(page, work, seen, "button[value=good_rows]")
        assert any(RATE.search(words) for words in said), said
    else:
        seen.set()
        work()
        page.reload()
    assert (_figure(page, "新会员"), _figure(page, "有错")) == (ROWS - len(wrong), len(wrong))
    expect(page.locator("table")).to_contain_text("李*")
    sheet = openpyxl.load_workbook(downloaded(page, "a[href^='/files/']")).active
    returned = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert [int(line[-2]) for line in returned] == wrong
    assert all(line[-1] for line in returned)

    page.locator("button[value=good_rows]").click()
    if script:
        _while_worked_on(page, work, seen, "form[action$='/undo/']")
    else:
        work()
        page.reload()
        page.wait_for_selector("form[action$='/undo/']")
    assert Membership.objects.using("bulk").filter(valid_to__isnull=True).count() == ROWS - len(wrong)
    assert counts.members(world.unions["province"].pk) == ROWS - len(wrong)

    with path.open(encoding="utf-8", newline="") as file:
        mended = [
            line if n not in wrong else row(world, "factory", n - 1)
            for n, line in enumerate(csv.reader(file), 1)
        ]
    page.goto("/imports/")
    page.set_input_files("input[type=file]", file_of(tmp_path / "改正.csv", mended[1:]))
    page.locator(SEND).click()
    page.wait_for_url("**/imports/*/")
    work()
    page.reload()
    assert (_figure(page, "新会员"), _figure(page, "有错")) == (len(wrong), 0)
