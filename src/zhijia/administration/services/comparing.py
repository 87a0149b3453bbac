"""What a definition says otherwise than another one, in the words of the forms."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel

from zhijia.administration.services.kinds import Kind
from zhijia.catalogue import codes
from zhijia.catalogue.filling import words
from zhijia.catalogue.filling.shapes import Key, keys_of
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version, content
from zhijia.ui.templatetags.ui import listed

How = Literal["added", "removed", "changed", "ordered"]
FIXED = frozenset({"code", "version"})
"""What no two definitions have alike."""
_OPTIONS = "options:"
COPIED = ("guidance", "source")
"""What a copy says of itself: left as it was, it speaks of the other one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said otherwise: where, from the top down, how, and what was and is said."""

    where: Sequence[str]
    how: How
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A version beside what it is to replace or, of a copy, what it was made of: what differs, and the labels of what
    still is as it was there though the copy is of something else."""

    beside: Definition
    changes: Sequence[Change]
    still: Sequence[str]


def compared(kind: Kind, version: Version, definition: Definition, *, on: date) -> Compared | None:
    """The version beside the one in force on the day of its code, or of the code it was copied from; none where there
    is no such one."""
    beside = kind.in_force(on).get(version.copied_from or version.code)
    if beside is None:
        return None
    still = [
        str(words.of_key(kind.name, kind.definition, name).label)
        for name in COPIED
        if version.copied_from and getattr(definition, name, None) not in (None, "")
        if getattr(definition, name) == getattr(beside, name)
    ]
    return Compared(beside, list(changes(kind, content(beside), content(definition))), still)


def changes(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What the second says otherwise than the first, key by key in the order of the model. Both are plain data with
    every key."""
    for key in keys_of(kind.definition):
        if key.name not in FIXED:
            yield from _of_key(kind.name, kind.definition, key, before.get(key.name), after.get(key.name), ())


def _of_key(
    kind: str, model: type[BaseModel], key: Key, before: Any, after: Any, above: tuple[str, ...]
) -> Iterator[Change]:
    if before == after:
        return
    where = (*above, _label(kind, model, key))
    if key.sort == "parts" and key.model is not None:
        yield from _of_parts(kind, key.model, before or [], after or [], where)
    elif key.sort == "part" and key.model is not None and before is not None and after is not None:
        yield from _of_part(kind, key.model, before, after, where)
    else:
        said = [_said(kind, model, key, value) for value in (before, after)]
        if key.sort == "text" and said[0] == said[1]:
            said = [_other(value) for value in (before, after)]
        yield Change(where, "changed", *said)


def _of_part(
    kind: str,
    model: type[BaseModel],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    where: tuple[str, ...],
) -> Iterator[Change]:
    for key in keys_of(model):
        yield from _of_key(kind, model, key, before.get(key.name), after.get(key.name), where)


def _of_parts(
    kind: str,
    model: type[BaseModel],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    where: tuple[str, ...],
) -> Iterator[Change]:
    """Entries are the same where they have the same name, or stand in the same place where they have none."""
    old, new = _named(before), _named(after)
    for name in old:
        if name not in new:
            yield Change((*where, _called(old[name], name)), "removed")
    for name, entry in new.items():
        if name not in old:
            yield Change((*where, _called(entry, name)), "added")
        else:
            yield from _of_part(kind, model, old[name], entry, (*where, _called(entry, name)))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(where, "ordered")


def _named(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {
        str(entry.get("name") or entry.get("code") or place): entry
        for place, entry in enumerate(entries, start=1)
    }


def _called(entry: Mapping[str, Any], name: str) -> str:
    label = entry.get("label")
    return _text(label) if isinstance(label, Mapping) else name


def _label(kind: str, model: type[BaseModel], key: Key) -> str:
    try:
        return str(words.of_key(kind, model, key.name).label)
    except LookupError:
        return key.name


def _said(kind: str, model: type[BaseModel], key: Key, value: Any) -> str:
    """A value in the reader's words; nothing where nothing is said."""
    if value in (None, "", [], {}):
        return ""
    if key.sort in {"one", "several"}:
        known = _values(kind, model, key)
        chosen = value if isinstance(value, list) else [value]
        return listed(known.get(str(one), one) for one in chosen)
    return _SAID.get(key.sort, str)(value)


def _values(kind: str, model: type[BaseModel], key: Key) -> Mapping[str, Text]:
    try:
        said = words.of_key(kind, model, key.name)
    except LookupError:
        return {}
    lists = [source.removeprefix(_OPTIONS) for source in said.refers if source.startswith(_OPTIONS)]
    return {one.code: one.label for name in lists for one in codes.get(name).options} | said.values


def _plain(value: Any) -> str:
    """What is nested deeper, as `what = value`."""
    if isinstance(value, Mapping):
        return listed(f"{name} = {_plain(one)}" for name, one in value.items())
    return listed(map(_plain, value)) if isinstance(value, list) else str(value)


def _text(value: Mapping[str, Any]) -> str:
    zh = (get_language() or "zh").startswith("zh")
    return str(value.get("zh" if zh else "en") or "")


def _other(value: Mapping[str, Any] | None) -> str:
    """The words for readers of the other language, where only those changed."""
    zh = (get_language() or "zh").startswith("zh")
    return str((value or {}).get("en" if zh else "zh") or "")


_SAID: Mapping[str, Callable[[Any], str]] = {
    "text": _text,
    "yes_no": lambda value: _("Yes") if value else _("No"),
    "lines": _plain,
    "pairs": _plain,
    "part": _plain,
    "parts": _plain,
    "value": _plain,
}
