"""Every page as somebody gets it: nothing inline, one language, and looking changes nothing."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from tests.architecture.conftest import ROLES, Address, browser_of
from zhijia.registry.tests import world as worlds

ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:\s+[A-Za-z'’-]+){2,}")
# Three English words in a row on a Chinese page, and why they may stand there.
ENGLISH_ALLOWED: dict[str, str] = {
    "zhijia audit verify FILE": "a command to type",
}
# Pages for programmers and reviewers of the design: one language or both on purpose.
NOT_READ_BY_PEOPLE = ("api:", "ui:")
# What a look may write: that somebody looked, and the session that stays alive.
WRITTEN_BY_LOOKING = {
    "audit_entry": "every look at somebody's data is on the trail",
    "accounts_session": "a session is kept alive",
}
ALL = pytest.mark.django_db(databases=["default", "bulk", "sealer"])
# What stands in these is for machines, or typed by somebody.
NOT_WORDS = {"script", "style", "code", "textarea"}
DATA_TYPES = {"application/json", "application/ld+json"}
_opened: dict[str, list[tuple[str, str]]] = {}


class Inline(HTMLParser):
    """Finds what runs or styles inside a page, and gathers the words people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.words: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES:
            self.found.append("<script> without src")
        for name, value in attrs:
            if (
                name == "style"
                or name.startswith("on")
                or (value or "").strip().lower().startswith("javascript:")
            ):
                self.found.append(f"<{tag} {name}>")
            if name in ("title", "alt", "aria-label", "placeholder") and given.get("lang") != "en":
                self.words.append(value or "")
        self._inside = tag if tag in NOT_WORDS or given.get("lang") == "en" else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)


@pytest.fixture
def pages(request: pytest.FixtureRequest, name: str) -> list[tuple[str, str]]:
    """Every page this actor can open, in Chinese: its name, its text. Opened once for all tests that read them."""
    if name not in _opened:
        world, addresses = request.getfixturevalue("world"), request.getfixturevalue("addresses")
        _opened[name] = list(_open(browser_of(world, name), addresses))
    return _opened[name]


def _open(browser: Client, addresses: list[Address]) -> Iterator[tuple[str, str]]:
    for address in addresses:
        if address.name == "accounts:logout":
            continue
        answer: Any = browser.get(address.path)
        if "text/html" in answer.headers.get("Content-Type", ""):
            yield address.name, answer.content.decode()


@ALL
@pytest.mark.parametrize("name", ROLES)
def test_no_page_has_script_or_style_inside(pages: list[tuple[str, str]]) -> None:
    found, seen = {}, 0
    for page, text in pages:
        if page.startswith("api:"):
            continue
        seen += 1
        parser = Inline()
        parser.feed(text)
        if parser.found:
            found[page] = parser.found

    assert found == {}
    assert seen > 40


@ALL
@pytest.mark.parametrize("name", ROLES)
def test_no_english_is_left_on_a_chinese_page(pages: list[tuple[str, str]]) -> None:
    left = {}
    for page, text in pages:
        if page.startswith(NOT_READ_BY_PEOPLE):
            continue
        parser = Inline()
        parser.feed(text)
        words = " | ".join(parser.words)
        for allowed in ENGLISH_ALLOWED:
            words = words.replace(allowed, "")
        found = ENGLISH.findall(words)
        if found:
            left[page] = found[:5]

    assert not left, "\n".join(f"{page}: {found}" for page, found in left.items())


@ALL
@pytest.mark.parametrize(
    ("name", "method"),
    [("factory", "get"), ("auditor", "get"), ("ding", "get"), ("factory", "head"), ("factory", "options")],
)
def test_looking_changes_nothing(
    world: worlds.World, addresses: list[Address], name: str, method: str
) -> None:
    browser = browser_of(world, name)
    browser.raise_request_exception = False
    before = _rows(world, name)

    for address in addresses:
        if address.name != "accounts:logout":
            getattr(browser, method)(address.path)

    after = _rows(world, name)
    changed = {table for table, count in after.items() if count != before[table]}
    assert sorted(changed - set(WRITTEN_BY_LOOKING)) == []


def _rows(world: worlds.World, name: str) -> dict[str, int]:
    """How many rows each table holds, as far as this actor (and, for the trail, the suite) can see."""
    world.act(name)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        )
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return dict(cursor.fetchall())
