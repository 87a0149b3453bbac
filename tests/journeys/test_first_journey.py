"""From a roster and a poster to members whom their county counts, and nobody else sees."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyotp
import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from tests.journeys import rosters
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_mobile, synthetic_resident_id
from zhijia.kernel.context import acting
from zhijia.registry.services import unions
from zhijia.registry.services.imports import words
from zhijia.registry.tests import world as worlds

MOBILE = synthetic_mobile(77_001)
NUMBER = synthetic_resident_id(date(1993, 5, 9), 311)
EMPLOYER = "晨光机械有限公司"
SEND = "main form.form .button-main"


class Walk:
    """A walk on a phone that counts what it costs: pages seen, fields filled, taps."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.pages = self.fields = self.taps = 0

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.pages += 1

    def fill(self, name: str, text: str) -> None:
        """Tap the field and type."""
        self.page.locator(f"input[name={name}]").tap()
        self.page.keyboard.type(text)
        self.fields += 1
        self.taps += 1

    def choose(self, name: str, value: str) -> None:
        """Tap the list and one of its lines."""
        self.page.locator(f"select[name={name}]").select_option(value)
        self.fields += 1
        self.taps += 2

    def go(self, selector: str) -> None:
        """Tap what leads to the next page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.tap()
        self.pages += 1
        self.taps += 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clock(seconds)` lets the server's time run ahead by so much."""
    ahead = timedelta(0)
    monkeypatch.setattr(days, "now", lambda: datetime.now(UTC) + ahead)

    def run(seconds: int) -> None:
        nonlocal ahead
        ahead += timedelta(seconds=seconds)

    return run


def _log_in(page: Any, login: str) -> None:
    """Password, then the second factor, which is set up at the first log-in."""
    page.goto("/account/login")
    page.locator("input[name=name]").fill(login)
    page.locator("input[name=password]").fill(worlds.PASSWORD)
    page.locator(SEND).click()
    key = page.locator("main code").inner_text()
    page.locator("input[name=code]").fill(pyotp.TOTP(key).now())
    page.locator(SEND).click()
    page.locator("main .button-main").click()
    page.wait_for_url("**/home/**")


def _send_roster(page: Any, path: Path) -> None:
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    page.locator(SEND).click()
    page.wait_for_url("**/imports/*/")


def _figure(page: Any, label: str) -> int:
    """The number a figure of the page shows."""
    figure = page.locator(".figure", has_text=re.compile(label)).first
    digits = re.search(r"[\d,]+", figure.inner_text().replace(label, ""))
    assert digits, figure.inner_text()
    return int(digits[0].replace(",", ""))


def _import_with_twelve_errors(page: Any, tmp_path: Path, work: Any) -> None:
    """300 rows: twelve come back with a sentence in the bad cell, 288 go in; mended, the twelve follow."""
    _send_roster(page, rosters.write(tmp_path / "名册.xlsx"))
    work()
    page.wait_for_selector("form[action$='/confirm/']")
    assert (_figure(page, "新会员"), _figure(page, "有错")) == (288, 12)
    shown = page.locator("table").inner_text()
    with override("zh-hans"):
        sentences = {
            row: words.of_cell(code, rosters.TWIN if code == "id_twice" else 0)
            for row, (code, _column, _content) in rosters.WRONG.items()
        }
    assert len(set(sentences.values())) == 12
    assert [sentence for sentence in sentences.values() if sentence not in shown] == []

    with page.expect_download() as coming:
        page.locator("a[href^='/files/']").click()
    returned = tmp_path / "错误.xlsx"
    coming.value.save_as(returned)
    sheet = openpyxl.load_workbook(returned).active
    told = {
        (int(cells[0].value) + rosters.FIRST - 1, cell.column - 1): cell.comment.text
        for cells in sheet.iter_rows(min_row=rosters.FIRST)
        for cell in cells
        if cell.comment
    }
    assert told == {(row, rosters.WRONG[row][1]): sentence for row, sentence in sentences.items()}

    page.locator("button[value=good_rows]").click()
    work()
    page.wait_for_selector("form[action$='/undo/']")
    _send_roster(page, rosters.mend(returned))
    work()
    page.wait_for_selector("button[value=good_rows]")
    assert (_figure(page, "新会员"), _figure(page, "有错")) == (12, 0)
    page.locator("button[value=good_rows]").click()
    work()
    page.wait_for_selector("form[action$='/undo/']")


def _code_on_the_phone(page: Any) -> str:
    """The text that came to the phone, where the demo shows it."""
    beside = page.context.new_page()
    beside.goto("/account/dev/codes")
    text = beside.locator(".card", has_text=MOBILE).first.inner_text()
    beside.close()
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text.replace(MOBILE, ""))
    assert found, text
    return found[0]


def _join_by_poster(phone: Any, address: str) -> Walk:
    walk = Walk(phone)
    walk.open(address)
    walk.go("main a.button-main")
    walk.fill("phone", MOBILE)
    walk.go(SEND)
    walk.fill("code", _code_on_the_phone(phone))
    walk.go(SEND)
    walk.go("main form .button-main")
    walk.fill("name", "欧阳小兰")
    walk.fill("id_number", NUMBER)
    expect(phone.locator("input[name=workplace]")).to_have_value(EMPLOYER)
    walk.choose("occupation", "welder")
    walk.go(SEND)
    walk.go("#hand-in button")
    assert "/requests/" in phone.url
    return walk


def test_a_roster_and_a_worker_become_members_whom_only_their_own_county_sees(
    world: Any, window: Any, signed_in: Any, work: Any, tmp_path: Path, clock: Any
) -> None:
    factory = world.unions["factory"]
    with acting(world.actors["factory"]) as actor:
        unions.cover_employer(actor=actor, at=worlds.AT, union_id=factory.pk, name=EMPLOYER)
    officer = window()
    _log_in(officer, "factory-officer")
    _import_with_twelve_errors(officer, tmp_path, work)

    officer.goto("/home/union/")
    officer.locator("a[href$='/poster/']").click()
    address = officer.locator(".poster .small").inner_text()
    phone = window(phone=True)
    walk = _join_by_poster(phone, address)
    officer.goto("/home/union/")
    with officer.expect_navigation():
        officer.locator("a.task", has_text="欧").click()
    application = officer.url
    officer.locator("button[value=approve]").click()
    officer.wait_for_url("**/desk/requests/")
    walk.go(".bar a[href='/home/']")
    drawing = phone.locator(".member-card .qr")
    drawing.wait_for()
    expect(phone.locator(".member-card")).to_contain_text("欧阳小兰")
    assert walk.pages <= 8
    assert walk.fields <= 5
    assert walk.taps <= 25

    first = phone.request.get("/me/card/")
    clock(61)
    later = phone.request.get("/me/card/")
    assert first.text().startswith("<svg")
    assert first.text() != later.text()

    reviewer = signed_in("luyang")
    reviewer.goto("/home/inbox/")
    assert _figure(reviewer, "会员") == rosters.ROWS + 1
    reviewer.goto(f"/unions/{factory.code}/")
    assert _figure(reviewer, "会员") == rosters.ROWS + 1
    reviewer.goto("/members/")
    person = reviewer.locator("tbody a[href^='/people/']").first.get_attribute("href")

    officer.goto("/imports/")
    roster = officer.locator("tbody a[href^='/imports/']").first.get_attribute("href")

    _nobody_of_another_county(signed_in, [person, application, roster, f"/unions/{factory.code}/"])


def _nobody_of_another_county(signed_in: Any, addresses: list[str]) -> None:
    """404 for each address, with a sentence; and as many lines on the trail where the auditor reads it."""
    stranger = signed_in("shushan")
    for address in addresses:
        answer = stranger.goto(address)
        assert answer.status == 404, address
        assert "欧" not in stranger.content()
    auditor = signed_in("auditor")
    auditor.goto("/administration/trail/?action=refused")
    lines = auditor.locator("tbody tr")
    told = lines.all_inner_texts()
    assert len(told) == len(addresses)
    assert all(any(address.strip("/").split("/")[-1] in line for line in told) for address in addresses)
    auditor.goto("/administration/trail/?action=login")
    expect(auditor.locator("tbody tr")).to_have_count(1)
