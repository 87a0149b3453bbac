"""What every page must keep: the floor of old engines, the weight, the contrast, nothing inline."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinycss2
import yaml
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from tinycss2.ast import Node

from zhijia.ui import icons, views

SOURCE = Path(views.__file__).parent.parent
UI = SOURCE / "ui"
FLOOR: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("front_end_floor.yaml").read_text(encoding="utf-8")
)
LEAFLET = UI / "static/ui/leaflet"
"""Stands as it came, for pages that have a tile source alone; `print-color-adjust` is there beside its older form."""
SHEETS = sorted(set(SOURCE.glob("*/static/**/*.css")) - set(LEAFLET.glob("*")))
SCRIPTS = sorted(set(SOURCE.glob("*/static/**/*.js")) - set(LEAFLET.glob("*")))
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))


def _here(path: Path) -> str:
    return str(path.relative_to(SOURCE))


# The floor: style sheets


def _flat(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        for inner in ("arguments", "content"):
            yield from _flat(getattr(node, inner, None) or [])


def _values(block: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    for item in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            yield item.lower_name, item.value
        else:
            yield "", [item]


def _beyond_in_selector(prelude: list[Node]) -> Iterator[str]:
    text = re.sub(r":focus:not\(:focus-visible\)", "", tinycss2.serialize(prelude))
    yield from (f":{name}" for name in re.findall(r"::?([a-z-]+)", text) if name in FLOOR["css"]["pseudo"])
    if ":focus-visible" in text:
        yield ":focus-visible"
    if re.search(r":not\([^()]*,", text):
        yield ":not() with a list"


def _beyond_in_block(block: list[Node]) -> Iterator[str]:
    known, found = FLOOR["css"], dict(_values(block))
    for name, value in _values(block):
        if not name:
            yield "a nested rule"
            continue
        if name.lstrip("-") in known["properties"] and not name.startswith("--"):
            yield name
        for node in _flat(value):
            if node.type == "function" and node.lower_name in known["functions"]:
                yield f"{node.lower_name}()"
            if node.type == "dimension" and node.lower_unit in known["units"]:
                yield f"the unit {node.unit}"
            if node.type == "ident" and node.lower_value in known["values"]:
                yield f"{name}: {node.lower_value}"
    shown = tinycss2.serialize(found["display"]) if "display" in found else ""
    if "flex" in shown and {"gap", "row-gap", "column-gap"} & set(found):
        yield "gap in a flex box"


def beyond_the_floor(sheet: str) -> list[str]:
    """Everything in a style sheet that Chromium 86 or iOS 14 does not understand."""

    def look(rules: list[Node]) -> Iterator[str]:
        for rule in rules:
            if rule.type == "error":
                yield f"unreadable: {rule.message}"
            elif rule.type == "qualified-rule":
                yield from _beyond_in_selector(rule.prelude)
                yield from _beyond_in_block(rule.content)
            elif rule.lower_at_keyword in FLOOR["css"]["at_rules"]:
                yield f"@{rule.lower_at_keyword}"
            elif rule.lower_at_keyword in ("media", "supports", "keyframes"):
                yield from look(
                    tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                )

    return list(look(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)))


@pytest.mark.parametrize("path", SHEETS, ids=_here)
def test_a_style_sheet_keeps_the_floor(path: Path) -> None:
    assert beyond_the_floor(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ("a { inset: 0 }", "inset"),
        ("a { color: oklch(50% .1 20) }", "oklch()"),
        ("a { background: linear-gradient(red, color-mix(in srgb, red, blue)) }", "color-mix()"),
        ("a { height: 100dvh }", "the unit dvh"),
        ("a { display: flex; gap: 4px }", "gap in a flex box"),
        ("@media print { a:has(b) { color: red } }", ":has"),
        ("@layer base { a { color: red } }", "@layer"),
        ("a:focus-visible { color: red }", ":focus-visible"),
        ("a:not(b, c) { color: red }", ":not() with a list"),
        ("a { b { color: red } }", "a nested rule"),
        ("a { overflow: clip }", "overflow: clip"),
    ],
)
def test_what_the_floor_lacks_is_found(sheet: str, found: str) -> None:
    assert found in beyond_the_floor(sheet)


# The floor: scripts


def beyond_the_script_floor(script: str) -> list[str]:
    """The names of what a script uses beyond ES2020 and the floor's engines."""
    bare = re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL)
    return [name for name, pattern in FLOOR["js"].items() if re.search(pattern, bare, re.MULTILINE)]


@pytest.mark.parametrize("path", SCRIPTS, ids=_here)
def test_a_script_keeps_the_floor(path: Path) -> None:
    assert beyond_the_script_floor(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "script",
    [
        "a ??= 1;",
        "a.replaceAll('x', 'y');",
        "list.at(-1);",
        "structuredClone(a);",
        "class A { a() { return this.#b; } }",
        "const a = 1_000;",
        "await load();",
        "import a from 'b';",
        "const r = /(?<=a)b/;",
        "document.querySelector('a:has(b)');",
        "eval('1');",
    ],
)
def test_a_script_beyond_the_floor_is_found(script: str) -> None:
    assert beyond_the_script_floor(script) != []


# No script, style or event inside a page

INLINE = {
    "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
    "an event attribute": r"<[a-z][^>]*\s(on[a-z]+|hx-on[:a-z-]*)\s*=",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "a style element": r"<style\b",
    "a javascript address": r"javascript:",
}


def inline(html: str) -> list[str]:
    """What the content security policy would refuse in this page."""
    return [name for name, pattern in INLINE.items() if re.search(pattern, html, re.IGNORECASE)]


@pytest.mark.parametrize("path", TEMPLATES, ids=_here)
def test_a_template_carries_no_script_and_no_style(path: Path) -> None:
    assert inline(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "<style>a{}</style>",
        '<a href="javascript:x()">',
        '<a hx-on:click="x()">',
    ],
)
def test_a_page_with_script_or_style_inside_is_found(html: str) -> None:
    assert inline(html) != []


@pytest.mark.parametrize("path", TEMPLATES, ids=_here)
def test_every_template_can_be_read(path: Path) -> None:
    get_template(str(path).split("/templates/", 1)[1])


# Contrast

TEXT = [
    (text, ground)
    for text in ("ink", "ink-2", "red", "teal", "gold", "blue")
    for ground in ("paper", "card", "hover")
] + [
    ("on-red", "red"),
    ("on-red", "red-deep"),
    ("red", "red-soft"),
    ("teal", "teal-soft"),
    ("gold", "gold-soft"),
    ("blue", "blue-soft"),
    ("ink", "red-soft"),
    ("ink", "teal-soft"),
    ("ink", "gold-soft"),
    ("ink", "blue-soft"),
    ("ink-2", "red-soft"),
    ("ink-2", "blue-soft"),
    ("paper", "ink"),
    ("card", "blue"),
]
SHAPES = [
    (shape, ground)
    for shape in ("line-strong", "red", "teal", "gold", "blue")
    for ground in ("paper", "card")
] + [
    ("chart-1", "card"),
    ("chart-2", "card"),
    ("chart-3", "card"),
    ("chart-4", "card"),
    ("chart-5", "card"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _tokens(selector: str) -> dict[str, str]:
    """The colours that every page's sheets give under a selector, wherever it stands."""
    sheet = "".join(
        (UI / "static/ui" / name).read_text(encoding="utf-8") for name in ("base.css", "print.css")
    )
    blocks = re.findall(r"(?m)^\s*" + re.escape(selector) + r" \{(.*?)\}", sheet, re.DOTALL)
    assert blocks, selector
    return {
        name: value
        for block in blocks
        for name, value in re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", block)
    }


LIGHT, DARK = ":root", ':root[data-theme="dark"]'
MODES = {
    "light": (LIGHT,),
    "dark": (LIGHT, DARK),
    "dark as the device": (LIGHT, ':root[data-theme="system"]'),
    "elder": (LIGHT, ':root[data-text="elder"]'),
    "elder and dark": (LIGHT, DARK, ':root[data-text="elder"][data-theme="dark"]'),
    "print": (LIGHT, ":root, :root[data-theme], :root[data-text]"),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_pair_of_colours_can_be_read(mode: str) -> None:
    colours: dict[str, str] = {}
    for selector in MODES[mode]:
        colours |= _tokens(selector)
    assert colours["ink"] != ""
    weak = [f"{a} on {b}" for a, b in TEXT if contrast(colours[a], colours[b]) < 4.5]
    weak += [f"{a} beside {b}" for a, b in SHAPES if contrast(colours[a], colours[b]) < 3]
    assert weak == []


def test_contrast_is_counted_as_the_guideline_counts() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_dark_by_choice_is_dark_by_device() -> None:
    assert _tokens(DARK) == _tokens(':root[data-theme="system"]')
    elder = ':root[data-text="elder"]'
    assert _tokens(f'{elder}[data-theme="dark"]') == _tokens(f'{elder}[data-theme="system"]')


# Errors


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_error_page_needs_nothing_and_says_what_to_do(name: str, language: str) -> None:
    """No request, no shell, no database: what Django has left when everything else failed."""
    with translation.override(language):
        html = get_template(name).render({"request_id": "0198f7c2"})
    assert "0198f7c2" in html
    assert "12351" in html
    assert "<form" not in html
    assert ("职家" in html) == (language == "zh-hans")


# Weight


def _weight(html: bytes, *names: str) -> int:
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    return sum(len(gzip.compress(part, 9)) for part in [html, *files])


def _html(view: str) -> bytes:
    request = RequestFactory().get("/ui/", {"language": "zh-hans"})
    request.COOKIES["language"] = "zh-hans"
    return bytes(getattr(views, view)(request).content)


STATIC = (
    *("ui/base.css", "ui/blocks.css", "ui/print.css", "ui/zhijia.js"),
    *("django_htmx/htmx-2.min.js", "ui/mark.svg", "ui/arrow.svg"),
)


def test_a_members_first_visit_weighs_at_most_90_kilobytes() -> None:
    page = _html("member")
    assert 10_000 < _weight(page, "ui/member.css", *STATIC) <= 90 * 1024
    assert len(gzip.compress(page, 9)) <= 15 * 1024


def test_an_officers_first_visit_weighs_at_most_160_kilobytes() -> None:
    assert _weight(_html("gallery"), "ui/staff.css", "ui/gallery.css", *STATIC) <= 160 * 1024


# Components and icons


def test_every_component_stands_on_the_page_of_parts() -> None:
    names = {path.stem.replace("_", "-") for path in (UI / "templates/cotton").glob("*.html")}
    shown = "".join(path.read_text(encoding="utf-8") for path in (UI / "templates").rglob("*.html"))
    assert names - set(re.findall(r"<c-([a-z-]+)", shown)) == set()


@pytest.mark.parametrize("view", ["gallery", "member", "plain", "panel", "clear", "code"])
def test_a_page_of_parts_leaves_no_component_undrawn(view: str) -> None:
    html = _html(view).decode()
    assert "<c-" not in html
    assert inline(html) == []


def test_every_icon_a_template_names_was_gathered() -> None:
    named = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", text)) | set(
            re.findall(r'\bicon="([a-z0-9-]+)"', text)
        )
    assert named - set(icons.shapes()) == set()


def test_the_maps_library_is_the_one_its_source_names() -> None:
    source = json.loads((LEAFLET / "source.json").read_text(encoding="utf-8"))
    stands = {name: hashlib.sha256((LEAFLET / name).read_bytes()).hexdigest() for name in source["sha256"]}
    assert stands == source["sha256"]
    assert (source["version"], source["license"]) == ("1.9.4", "BSD-2-Clause")
    assert "Agafonkin" in (LEAFLET / "LICENSE").read_text(encoding="utf-8")


def test_the_icons_are_the_ones_their_source_names() -> None:
    source = json.loads((UI / "icons/data/source.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(icons.SPRITE.read_bytes()).hexdigest() == source["sprite_sha256"]
    assert set(source["sha256"]) == set(icons.shapes()) == set((UI / "icons/names.txt").read_text().split())
    assert source["license"] == "MIT"


def test_the_mark_on_the_page_is_the_mark_of_the_tab() -> None:
    shapes = [
        re.sub(r"^.*?(<path)", r"\1", (UI / path).read_text(encoding="utf-8").strip(), flags=re.DOTALL)
        for path in ("static/ui/mark.svg", "templates/ui/_mark.html")
    ]
    assert shapes[0] == shapes[1]
