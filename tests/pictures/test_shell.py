"""The shell in a real browser: what axe says, what elder mode promises, what keys, panels and timers do."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ("/ui/", "/ui/member/", "/ui/plain/", "/ui/errors/404/")
LANGUAGES = ("zh-hans", "en")
MODES = ("light", "dark", "elder")
SMALLEST_LETTERS = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.outerHTML.slice(0, 80))"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll('a[href], button, summary, input, select')]
  .filter(e => e.offsetParent && e.type !== 'hidden' && getComputedStyle(e).display !== 'inline')
  .filter(e => (e.closest('label') || e).getBoundingClientRect().height < least - 0.5)
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def phone(browser: Any, live: str) -> Iterator[Any]:
    """A page as wide as a phone."""
    context = browser.new_context(base_url=live, viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _axe(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in found if v["impact"] in ("serious", "critical")]


def test_axe_finds_nothing_serious_in_any_language_and_mode(page: Any) -> None:
    found = {}
    for address in PAGES:
        for language in LANGUAGES:
            for mode in MODES:
                page.goto(f"{address}?language={language}&mode={mode}")
                found[f"{address} {language} {mode}"] = _axe(page)
    assert {name: serious for name, serious in found.items() if serious} == {}
    assert len(found) == len(PAGES) * len(LANGUAGES) * len(MODES)


def test_elder_mode_keeps_its_numbers(phone: Any) -> None:
    """Letters of at least 18 px, targets of at least 60 px (44 px elsewhere for members)."""
    for address in PAGES:
        phone.goto(f"{address}?mode=elder")
        assert phone.evaluate(SMALLEST_LETTERS) == []
        assert phone.evaluate(SMALL_TARGETS, 60) == []
    phone.goto("/ui/member/?mode=light")
    assert phone.evaluate(SMALL_TARGETS, 44) == []


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1440])
def test_no_page_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        for language in LANGUAGES:
            for mode in ("light", "elder"):
                page.goto(f"{address}?language={language}&mode={mode}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                    address,
                    language,
                    mode,
                )


def test_nothing_is_refused_by_the_content_policy_and_nothing_fails_in_script(page: Any) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in ("/ui/", "/ui/member/", "/ui/plain/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert said == []


def test_keys_search_move_open_and_close(page: Any) -> None:
    page.goto("/ui/?language=en")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "Medical aid" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("k")
    assert "Hardship file" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .panel-sheet")
    assert page.evaluate("document.activeElement.className") == "panel-title"
    page.keyboard.press("Escape")
    assert page.locator("#panel .panel-sheet").count() == 0
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_a_branch_of_the_tree_opens_once_and_folds(page: Any) -> None:
    page.goto("/ui/?language=en")
    branch = page.locator("[data-tree][href*=luyang]")
    twigs = page.get_by_text("Binhe Machinery Plant Union")
    assert twigs.is_visible()
    branch.click()
    assert not twigs.is_visible()
    assert branch.get_attribute("aria-expanded") == "false"
    branch.click()
    assert twigs.count() == 1
    assert twigs.is_visible()


def test_a_clear_value_hides_again_after_thirty_seconds(page: Any) -> None:
    page.clock.install()
    page.goto("/ui/?language=en")
    shown = page.locator("#facts").get_by_text("000000190001010000")
    assert shown.count() == 1
    page.clock.run_for(29_000)
    assert shown.count() == 1
    page.clock.run_for(2_000)
    assert shown.count() == 0
    assert page.locator("#facts").get_by_text("000000********0000").count() == 2


def test_a_masked_value_is_shown_in_its_place(page: Any) -> None:
    page.goto("/ui/?language=en")
    page.locator("#sample-number a").click()
    page.wait_for_selector("#sample-number [data-clear]")
    assert page.url.endswith("/ui/?language=en")


def test_two_clicks_send_a_form_once(page: Any) -> None:
    page.goto("/ui/member/?language=en")
    sent: list[str] = []

    def count(route: Any) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)

    page.route("**/preferences/", count)
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Large").dblclick()
    page.wait_for_timeout(300)
    assert len(sent) == 1


def test_a_large_photo_shrinks_before_it_is_sent(page: Any) -> None:
    page.goto("/ui/plain/?language=en")
    page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement('canvas'), {width: 3000, height: 1500});
          const paint = canvas.getContext('2d').createImageData(3000, 1500);
          for (let at = 0; at < paint.data.length; at += 1) paint.data[at] = Math.random() * 256;
          canvas.getContext('2d').putImageData(paint, 0, 0);
          const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
          const files = new DataTransfer();
          files.items.add(new File([blob], 'proof.png', {type: 'image/png'}));
          const input = document.querySelector('input[type=file]');
          input.files = files.files;
          input.dispatchEvent(new Event('change', {bubbles: true}));
        }"""
    )
    size = page.evaluate(
        """async () => {
          const input = document.querySelector('input[type=file]');
          const pause = () => new Promise(done => setTimeout(done, 50));
          for (let tries = 0; tries < 200 && input.files[0].name !== 'proof.jpg'; tries += 1) await pause();
          const picture = new Image();
          picture.src = URL.createObjectURL(input.files[0]);
          await picture.decode();
          return [picture.naturalWidth, picture.naturalHeight];
        }"""
    )
    assert size == [2000, 1000]


def test_without_script_the_panel_the_tree_and_the_preferences_still_work(browser: Any, live: str) -> None:
    context = browser.new_context(base_url=live, java_script_enabled=False)
    page = context.new_page()
    page.goto("/ui/?language=en")
    page.locator("[data-tree][href*=shushan]").click()
    assert "/ui/branch/shushan/" in page.url
    page.locator("#tasks a.task").first.click()
    assert page.locator(".panel-title").is_visible()
    page.goto("/ui/member/")
    page.locator("details.menu summary").click()
    page.locator("button[value=elder]").click()
    assert page.locator("html[data-text=elder]").count() == 1
    context.close()
