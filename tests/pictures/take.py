"""Photographs `/ui` of a running Zhijia: two languages, three modes, desk and phone; reduced.

make run        and, beside it:    .venv/bin/python -m tests.pictures.take http://127.0.0.1:8000
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.ground import live

HERE = Path(__file__).parent
LANGUAGES = {"zh": "zh-hans", "en": "en"}
MODES = ("light", "dark", "elder")
# name: (address, width in CSS pixels, width of the committed picture)
SCENES = {
    "desk": ("/ui/", 1440, 960),
    "desk-on-phone": ("/ui/", 390, 390),
    "phone": ("/ui/member/", 390, 390),
    "phone-on-desk": ("/ui/member/", 1440, 960),
    "forms": ("/ui/plain/", 390, 390),
}
COLOURS = 64


def addresses() -> Iterator[tuple[str, str, int, int]]:
    """Every picture: its name, its address, the window's width and the picture's."""
    for scene, (address, window, width) in SCENES.items():
        for short, language in LANGUAGES.items():
            for mode in MODES:
                yield f"{scene}-{short}-{mode}", f"{address}?language={language}&mode={mode}", window, width


def photograph(browser: Browser, url: str, window: int) -> Image.Image:
    """The whole page in a window as tall as it, so that the bottom bar stands at the bottom."""
    context = browser.new_context(viewport={"width": window, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("load")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window, "height": height})
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    return picture


def reduce(picture: Image.Image, width: int) -> Image.Image:
    """The picture at the committed width, with few colours; the octree keeps the rare ones, red above all."""
    height = round(picture.height * width / picture.width)
    smaller = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
    return smaller.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def take(base: str) -> None:
    """Write every picture beside this file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=live.CHROMIUM, args=live.FLAGS)
        for name, address, window, width in addresses():
            picture = reduce(photograph(browser, base + address, window), width)
            picture.save(HERE / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"))
