"""What the pages for people say leads somewhere, and both READMEs say the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/zhijia/*/README.md")])
ROOMS = sorted(file.parent for file in ROOT.glob("src/zhijia/*/__init__.py"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OUR_OWN = {"ZHIJIA_SUPERVISED"}  # the supervisor's mark on its children; nobody sets it
NAMED = re.compile(r"`((?:docs|src|tests)/[\w./-]+\.(?:md|py|yaml|csv|sql))`")


def outline(text):
    """What a twin must share: commands without their remarks, addresses, file names, log-ins and numbers to type."""
    commands = [
        re.split(r"\s{2,}", line)[0]
        for block in re.findall(r"```\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    quoted = re.findall(r"`([\x20-\x5f\x61-\x7e]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return commands, sorted(set(quoted)), re.findall(r"<(http[^>]+)>", text), text.count("\n## ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_file_named_is_there(page):
    text = page.read_text()
    links = [page.parent / link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]
    files = [name for name in NAMED.findall(text) if not (page.parent / name).exists()]

    missing = [str(target) for target in [*links, *(ROOT / name for name in files)] if not target.exists()]

    assert not missing


def test_both_readmes_have_the_same_commands_addresses_and_names():
    english, chinese = (outline((ROOT / name).read_text()) for name in ("README.md", "README.zh.md"))

    assert english == chinese


def test_every_decision_has_a_number_of_its_own_and_a_row_in_the_index():
    decisions = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
    index = (ROOT / "docs/adr/README.md").read_text()

    numbers = [int(file.name[:4]) for file in decisions]

    assert numbers == list(range(1, len(decisions) + 1))
    for number, file in zip(numbers, decisions, strict=True):
        title = file.read_text().splitlines()[0].removeprefix(f"# {number}. ")
        assert f"| [{number}]({file.name}) | {title} |" in index


def test_every_page_of_the_handbook_stands_in_its_index():
    index = (ROOT / "docs/handbook/README.md").read_text()

    pages = [file.name for file in ROOT.glob("docs/handbook/*.md") if file.name != "README.md"]

    assert [name for name in pages if f"]({name})" not in index] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_says_what_it_is_for(room):
    text = (room / "README.md").read_text()

    assert 5 <= len(text.splitlines()) <= 20
    assert f"src/zhijia/{room.name}/README.md" in (ROOT / "docs/areas/README.md").read_text()


def test_every_setting_read_from_the_environment_is_in_the_handbook():
    told = (ROOT / "docs/handbook/settings.md").read_text()
    read = {
        name
        for file in [*ROOT.glob("src/zhijia/**/*.py"), ROOT / "conftest.py"]
        if "tests" not in file.parts
        for name in re.findall(r'"(ZHIJIA_[A-Z_]+|DATABASE_URL)"', file.read_text())
    }

    assert sorted(name for name in read - OUR_OWN if f"`{name}`" not in told) == []
