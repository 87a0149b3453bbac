"""Which keys the form of a part draws, which of them are told, and how many rows a list of small parts has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from zhijia.catalogue.filling import shapes, words
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.filling.tree import fresh_name

SPARE, FIRST = 2, 4
"""Empty rows under those there are, and where there are none yet."""


def drawable(model: type[BaseModel], *, top: bool = False) -> Iterator[Key]:
    """The keys a form of this part draws. Names are made by the program; parts of the definition itself, and lists of
    parts too big for a table, have pages of their own."""
    for key in shapes.keys_of(model):
        if key.is_name or (top and (key.name == "version" or key.model)):
            continue
        if key.sort == "parts" and key.model and not shapes.in_rows(key.model):
            continue
        yield key


def stands(
    key: Key, said: words.KeyWords, model: type[BaseModel], whole: Mapping[str, Any], now: Mapping[str, Any]
) -> bool:
    """Whether a key is told: where the other keys say so `now`, or where it was said though they did not. It goes with
    the answer it hung on."""
    return said.is_asked(model, now) or (key.name in whole and not said.is_asked(model, whole))


def named(
    model: type[BaseModel], before: Mapping[str, Any], said: Mapping[str, Any], taken: set[str], stem: str
) -> dict[str, str]:
    """The name of a row: the one it has, else a fresh one where its model has names."""
    name = next((key.name for key in shapes.keys_of(model) if key.is_name), "")
    if not name:
        return {}
    label = said.get("label")
    english = str(label.get("en", "")) if isinstance(label, Mapping) else ""
    return {name: str(before.get(name) or fresh_name(taken, english, stem))}


def many_rows(entries: Sequence[Any]) -> int:
    """As many rows as there are entries, and some to spare."""
    return len(entries) + SPARE if entries else FIRST
