"""What the code may not hold, looked for in every file; the order of the rooms; the description of the API."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client

from zhijia.web import messages

ROOT = Path(__file__).resolve().parents[2]
SOURCE = messages.PACKAGE
# Where markup is marked as safe although it was built here, and why that is safe.
TRUSTED_MARKUP: dict[str, str] = {
    "ui/codes.py": "a QR's path, made of numbers alone",
    "ui/controls.py": "names the type of what Django's own widgets draw",
    "ui/templatetags/ui.py": "an icon of our own sprite, its label escaped",
}
UNSAFE = re.compile(r"mark_safe|SafeString|\|\s*safe\b|\|\s*safeseq\b|autoescape off")
NAIVE = {"now", "utcnow", "today"}
# What ids, tokens and times of a page hold by chance.
FEW_DIGITS = re.compile(r"(?=.*\d)[0-9a-f]{1,4}")
# Columns of these hold where on the earth something is, in degrees.
PLACES_ON_EARTH = ("registers/models/", "registers/migrations/")
MONEY = re.compile(r"amount|money|fen\b|yuan|price|fee|sum_of", re.IGNORECASE)


def files(ending: str) -> Iterator[tuple[str, str]]:
    """Every file of the platform but its tests: where it is, and its text."""
    for file in sorted(SOURCE.rglob(f"*{ending}")):
        place = str(file.relative_to(SOURCE))
        if "/tests/" not in place:
            yield place, file.read_text(encoding="utf-8")


@cache
def trees() -> list[tuple[str, ast.AST]]:
    return [(place, ast.parse(text)) for place, text in files(".py")]


def test_a_room_imports_only_rooms_below_it() -> None:
    """In a process of its own: the linter switches off every log it does not know."""
    linter = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    told = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_committed_openapi_file_is_the_one_served(db: Any) -> None:
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))

    assert Client().get("/api/openapi.json").json() == committed, "run: zhijia openapi write"


def test_markup_is_marked_as_safe_only_where_it_is_explained() -> None:
    found = {place for ending in (".py", ".html") for place, text in files(ending) if UNSAFE.search(text)}

    assert sorted(found - set(TRUSTED_MARKUP)) == []
    assert sorted(set(TRUSTED_MARKUP) - found) == []


def test_every_moment_knows_its_zone() -> None:
    """`datetime.now()`, `utcnow()` and `date.today()` are the machine's clock, not the federation's."""
    found = [
        f"{place}:{node.lineno}"
        for place, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in NAIVE
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
        and not node.args
        and not node.keywords
    ]

    assert found == []


def test_no_test_looks_for_a_few_digits_in_a_whole_text() -> None:
    """An id of that very minute may hold them: a digit is looked for with the words or tags it stands in."""
    tests = [file for folder in (SOURCE, ROOT / "tests") for file in folder.rglob("test_*.py")]
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted(tests)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, str)
        and FEW_DIGITS.fullmatch(node.left.value)
    ]

    assert found == []


def test_money_is_never_a_float() -> None:
    """Money is whole fen: no float column, no amount divided or turned into a float."""
    found = []
    for place, tree in trees():
        for node in ast.walk(tree):
            is_float = isinstance(node, ast.Attribute) and node.attr == "FloatField"
            if is_float and not place.startswith(PLACES_ON_EARTH):
                found.append(f"{place}:{node.lineno}: FloatField")
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            if (call or divided) and MONEY.search(ast.unparse(node)):
                found.append(f"{place}:{node.lineno}: {ast.unparse(node)}")
            declared = isinstance(node, ast.AnnAssign) and "float" in ast.unparse(node.annotation)
            if declared and MONEY.search(ast.unparse(node)):
                found.append(f"{place}:{node.lineno}: {ast.unparse(node)}")

    assert found == []
