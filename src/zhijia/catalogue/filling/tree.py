"""A definition as it is written: a tree of keys and lists, of which one place is read or changed. Pure.

A place is the way to it from the top (`("fields", 3, "label")`); in an address its steps stand between dots. What
changes a tree gives back another one and leaves the old one as it was."""

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

Place = tuple[str | int, ...]
NEW = "new"
"""The last step of the place of an entry that is still to be added."""
NAMES = ("name", "code")
"""The keys an entry is named by."""
_ALSO = (*NAMES, "list", "kind", "matter", "port")
_LONGEST_NAME = 40
_DEEPEST = 12


class NoPlace(LookupError):
    """A definition has no such place, or nothing stands there."""


def place_of(text: str) -> Place:
    """The place an address names. Raises NoPlace for what cannot be one."""
    if not text:
        return ()
    steps = text.split(".")
    if len(steps) > _DEEPEST or not all(re.fullmatch(r"[a-z][a-z_]*|[0-9]{1,4}", step) for step in steps):
        raise NoPlace(text)
    return tuple(int(step) if step.isdigit() else step for step in steps)


def text_of(place: Place) -> str:
    """The place as an address names it."""
    return ".".join(map(str, place))


def get(tree: Any, place: Place) -> Any:
    """What stands there. Raises NoPlace where there is nothing."""
    for step in place:
        fits: Any = list if isinstance(step, int) else dict
        if not isinstance(tree, fits):
            raise NoPlace(text_of(place))
        try:
            tree = tree[step]
        except (KeyError, IndexError):
            raise NoPlace(text_of(place)) from None
    return tree


def put(tree: Any, place: Place, value: Any) -> Any:
    """The tree with the value there. Raises NoPlace where the way to it ends."""
    made = deepcopy(tree)
    if not place:
        return value
    holder = get(made, place[:-1])
    if isinstance(place[-1], int) and not (isinstance(holder, list) and place[-1] < len(holder)):
        raise NoPlace(text_of(place))
    holder[place[-1]] = value
    return made


def add(tree: Any, place: Place, entry: Any, *, at: int | None = None) -> tuple[Any, Place]:
    """The tree with the entry in the list there (at its end unless said), and its place."""
    made = deepcopy(tree)
    holder = get(made, place[:-1])
    entries = holder.setdefault(place[-1], []) if isinstance(holder, dict) else None
    if not isinstance(entries, list):
        raise NoPlace(text_of(place))
    number = len(entries) if at is None else at
    entries.insert(number, entry)
    return made, (*place, number)


def remove(tree: Any, place: Place) -> Any:
    """The tree without what stands there; a list that ends up empty goes, too."""
    get(tree, place)
    made = deepcopy(tree)
    holder = get(made, place[:-1])
    del holder[place[-1]]
    if isinstance(holder, list) and not holder and len(place) > 1:
        del get(made, place[:-2])[place[-2]]
    return made


def move(tree: Any, place: Place, by: int) -> Any:
    """The tree with an entry of a list so many places further down; at an end it stays."""
    get(tree, place)
    made = deepcopy(tree)
    entries, number = get(made, place[:-1]), place[-1]
    if not isinstance(entries, list) or not isinstance(number, int):
        raise NoPlace(text_of(place))
    entries.insert(min(max(number + by, 0), len(entries) - 1), entries.pop(number))
    return made


def name_of(entry: Any) -> str:
    """What an entry is named by; empty where it has no name."""
    if not isinstance(entry, Mapping):
        return ""
    return next((str(entry[key]) for key in NAMES if isinstance(entry.get(key), str)), "")


def named(tree: Any, way: str) -> Iterator[Mapping[str, Any]]:
    """The entries of every list a way leads to (`scheme.items`: the items of all groups)."""
    first, _dot, rest = way.partition(".")
    below = tree.get(first) if isinstance(tree, Mapping) else None
    for entry in below if isinstance(below, list) else [below]:
        if isinstance(entry, Mapping):
            yield from named(entry, rest) if rest else [entry]


def fresh_name(taken: Collection[str], words: str, stem: str) -> str:
    """A name nobody has yet: from English words, else of the stem (a key: `fields`) and a number."""
    plain = "_".join(re.findall(r"[a-z0-9]+", words.lower())) if words.isascii() else ""
    plain = re.sub(r"^[^a-z]+", "", plain)[:_LONGEST_NAME].strip("_")
    if plain and plain not in taken:
        return plain
    base = (re.sub(r"_[0-9]+$", "", plain) or stem.removesuffix("s"))[: _LONGEST_NAME - 5]
    number = 2 if plain else len(taken) + 1
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def names_along(tree: Any, place: Place) -> set[str]:
    """The names of all entries of the lists of this kind (`scheme.items`: those of every group)."""
    return {
        name_of(entry) for entry in named(tree, ".".join(step for step in place if isinstance(step, str)))
    }


def found(tree: Any, key: str) -> Place:
    """The place a sentence means that names it with dots (`steps.county.limit`): entries by their number, name or
    code, lists on the way left out or said; as far as there is one."""
    return _along(tree, [step for step in key.split(".") if step])


def meant(tree: Mapping[str, Any], what: str, name: str) -> Place:
    """The place of what a sentence about the whole means: below the key `what`, where somebody says `name` last; else
    the outermost entry of one of these names, the last of several; else the whole."""
    if what in tree:
        return next(
            (place for place, said in reversed([*_leaves(tree[what], (what,))]) if said == name), (what,)
        )
    for wanted in filter(None, (what, name)):
        places = [place for place, entry in _entries(tree, ()) if name_of(entry) == wanted]
        if places:
            return min(reversed(places), key=len)
    return ()


def _along(tree: Any, steps: list[str]) -> Place:
    if not steps:
        return ()
    step, rest = steps[0], steps[1:]
    if isinstance(tree, Mapping):
        if step in tree or not any(isinstance(below, list) for below in tree.values()):
            return (step, *_along(tree.get(step), rest))
        for key, below in tree.items():
            if isinstance(below, list) and (way := _along(below, steps)):
                return (key, *way)
        return (step,)
    if isinstance(tree, list):
        for number, entry in enumerate(tree):
            if str(number) == step or _answers_to(entry, step):
                return (number, *_along(entry, rest))
        for number, entry in enumerate(tree):
            for key, below in entry.items() if isinstance(entry, Mapping) else ():
                if isinstance(below, list) and any(_answers_to(one, step) for one in below):
                    return (number, key, *_along(below, steps))
    return ()


def _answers_to(entry: Any, step: str) -> bool:
    return isinstance(entry, Mapping) and any(entry.get(key) == step for key in _ALSO)


def _leaves(tree: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(tree, Mapping):
        for key, below in tree.items():
            yield from _leaves(below, (*place, key))
    elif isinstance(tree, list):
        for number, below in enumerate(tree):
            yield from _leaves(below, (*place, number))
    else:
        yield place, tree


def _entries(tree: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(tree, Mapping):
        for key, below in tree.items():
            yield from _entries(below, (*place, key))
    elif isinstance(tree, list):
        for number, below in enumerate(tree):
            yield (*place, number), below
            yield from _entries(below, (*place, number))
