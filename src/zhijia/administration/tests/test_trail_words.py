"""Everything the trail can tell has words in both languages."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import zhijia
from zhijia.catalogue import codes

FEWEST = {"action": 95, "subject": 30}
"""What the scan found when it was written, rounded down: one that finds much less has gone blind."""


WRITERS = ("record", "telling")
"""The functions that put an action on the trail."""


@dataclass(frozen=True)
class Source:
    """A file of the package, read."""

    path: Path
    tree: ast.Module


@pytest.mark.parametrize(
    ("argument", "listing"), [("action", "trail_actions"), ("subject", "trail_subjects")]
)
def test_everything_written_to_the_trail_has_words(argument: str, listing: str) -> None:
    known = codes.get(listing).by_code

    written = _written(argument)

    assert len(written) >= FEWEST[argument]
    assert sorted(text for text in written if not any(_fits(text, code) for code in known)) == []


@pytest.mark.parametrize(
    "action", ["roster.confirm", "roster.undone", "refused", "vault.reveal", "election.*"]
)
def test_an_action_is_found_however_it_reaches_the_trail(action: str) -> None:
    assert action in _written("action")


def _fits(written: str, code: str) -> bool:
    """Whether the code is what was written; an asterisk stands for what is only known when it runs."""
    before, star, after = written.partition("*")
    return code.startswith(before) and code.endswith(after) if star else code == written


@cache
def _written(argument: str) -> set[str]:
    """What stands for this argument of `audit.record` and `audit.telling` wherever they are called, or is handed there
    by functions."""
    package = [
        Source(path, ast.parse(path.read_text(encoding="utf-8")))
        for path in Path(zhijia.__file__).parent.rglob("*.py")
        if not {"tests", "management", "bench"} & set(path.parts)
    ]
    return {text for name in WRITERS for text in _given(package, package, name, argument, None)}


def _given(
    package: list[Source], near: list[Source], name: str, argument: str, place: int | None
) -> Iterator[str]:
    """The texts that calls of a function of this name in these files give for an argument, by name or by place."""
    for source in near:
        for function in (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if getattr(call.func, "attr", getattr(call.func, "id", "")) != name:
                    continue
                given = [keyword.value for keyword in call.keywords if keyword.arg == argument]
                if place is not None:
                    given += call.args[place : place + 1]
                for value in given:
                    yield from _texts(package, source, function, value)


def _texts(
    package: list[Source], source: Source, function: ast.FunctionDef, value: ast.expr
) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        for branch in (value.body, value.orelse):
            yield from _texts(package, source, function, branch)
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)
    elif isinstance(value, ast.Name):
        names = [held.arg for held in function.args.args]
        if value.id in names or value.id in [held.arg for held in function.args.kwonlyargs]:
            private = function.name.startswith("_")
            near = [
                other
                for other in package
                if other.path == source.path or (not private and other.path.parent == source.path.parent)
            ]
            place = names.index(value.id) if value.id in names else None
            yield from _given(package, near, function.name, value.id, place)
        else:
            for node in source.tree.body:
                if isinstance(node, ast.Assign) and value.id in [
                    getattr(held, "id", "") for held in node.targets
                ]:
                    yield from _texts(package, source, function, node.value)
