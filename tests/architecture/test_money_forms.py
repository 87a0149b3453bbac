"""No form about money does its work twice. Each view of these rooms that takes a POST is done once for the key its form
carries (`accounts.answered.once`), or `money_forms.yaml` says what makes it once all the same."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver

import zhijia
from zhijia.ui.forms import Form, OnceForm

ROOMS = ("payments", "dues", "ledger", "assets", "auditing")
SOURCE = Path(zhijia.__file__).parent
REASONS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("money_forms.yaml").read_text(encoding="utf-8")
)
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.S)
KEY = re.compile(r"name=\"once\"|\b\w+\.once\b")
ACTION = re.compile(r"<form\b[^>]*\baction=\"(.*?)\"", re.S)
ADDRESS = re.compile(r"\{% url ['\"](\w+:\w+)")
FEWEST = 60
"""Views the scan found when it was written, rounded down: one that finds much less has gone blind."""


def views() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every page of the rooms by its name, that takes a POST."""
    for room in get_resolver().url_patterns:
        if isinstance(room, URLResolver) and room.namespace in ROOMS:
            for page in room.url_patterns:
                assert isinstance(page, URLPattern)
                view = page.callback
                if "POST" in inspect.getsource(inspect.unwrap(view)):
                    yield f"{room.namespace}:{page.name}", view


def test_every_post_about_money_is_done_once() -> None:
    found = dict(views())
    open_ones = {name for name, view in found.items() if not _is_once(view)}

    assert len(found) >= FEWEST
    assert sorted(open_ones - set(REASONS["views"])) == []
    assert sorted(set(REASONS["views"]) - set(found)) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_form_of_a_room_of_money_carries_its_key(room: str) -> None:
    without = [
        f"{path.relative_to(SOURCE)}: {shown[:160]}"
        for path in sorted((SOURCE / room / "templates").rglob("*.html"))
        for shown in FORM.findall(path.read_text(encoding="utf-8"))
        if not KEY.search(shown) and _goes_to(path, shown) not in REASONS["views"]
    ]

    assert without == []


def test_every_form_class_of_a_room_of_money_carries_its_key() -> None:
    plain = {
        f"{form.__module__.removeprefix('zhijia.')}.{form.__name__}"
        for room in ROOMS
        for module in walk_packages([str(SOURCE / room)], f"zhijia.{room}.")
        if "forms" in module.name
        for form in vars(import_module(module.name)).values()
        if inspect.isclass(form) and issubclass(form, Form) and not issubclass(form, OnceForm)
        if form.__module__.startswith(f"zhijia.{room}.")
    }

    assert sorted(plain ^ {*REASONS["forms"], *REASONS["looks"]}) == []
    assert {view for view in REASONS["forms"].values() if view not in REASONS["views"]} == set()


def _goes_to(path: Path, shown: str) -> str:
    """The view a form in a template is sent to."""
    action = ACTION.search(shown)
    if action is None:
        return REASONS["pages"].get(path.relative_to(SOURCE).as_posix(), "")
    named = ADDRESS.search(action[1])
    return named[1] if named else REASONS["addresses"].get(action[1].strip("{} "), "")


def _is_once(view: Any) -> bool:
    while view is not None:
        if view.__code__.co_qualname == "once.<locals>.answered":
            return True
        view = getattr(view, "__wrapped__", None)
    return False
