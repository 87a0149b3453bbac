"""What a definition says otherwise than another one, in the words of the forms and the outline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel

from zhijia.administration.services import outlining
from zhijia.administration.services.kinds import Kind
from zhijia.administration.services.offers import Offers
from zhijia.administration.services.pairing import pairing
from zhijia.catalogue.filling import words
from zhijia.catalogue.filling.shapes import Key, keys_of
from zhijia.catalogue.filling.tree import Place
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.versions import Version, content
from zhijia.ui.templatetags.ui import listed

How = Literal["added", "removed", "changed", "ordered"]
FIXED = frozenset({"code", "version"})
"""What no two definitions have alike."""
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


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: what a part of it says (nothing where there is no such part), what may stand in the whole, and
    the place of the part."""

    part: Mapping[str, Any] | None
    offers: Offers
    place: Place = ()

    def of(self, key: str) -> Any:
        """What the part says under a key."""
        return (self.part or {}).get(key)

    def below(self, part: Mapping[str, Any] | None, *steps: str | int) -> "_Side":
        """The same of a part further in."""
        return _Side(part, self.offers, (*self.place, *steps))


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
    return Compared(beside, list(changes(kind, content(beside), content(definition), on=on)), still)


def changes(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], *, on: date) -> Iterator[Change]:
    """What the second says otherwise than the first, key by key in the order of the model, in the words of the day.
    Both are plain data with every key."""
    old, new = (_Side(one, Offers(kind.name, one, on)) for one in (before, after))
    for key in keys_of(kind.definition):
        if key.name not in FIXED:
            yield from _of_key(kind.definition, key, old, new, ())


def _of_key(
    model: type[BaseModel], key: Key, before: _Side, after: _Side, above: tuple[str, ...]
) -> Iterator[Change]:
    old, new = before.of(key.name), after.of(key.name)
    if old == new:
        return
    said = words.of_key(before.offers.kind, model, key.name)
    where = (*above, str(said.label))
    if key.sort == "parts" and key.model is not None:
        yield from _of_parts(key, before, after, where)
    elif key.sort == "part" and key.model is not None and old is not None and new is not None:
        yield from _of_part(key.model, before.below(old, key.name), after.below(new, key.name), where)
    elif key.sort == "pairs" and said.pairs is not None:
        yield from _of_pairs(key, said.pairs, before, after, where)
    elif key.sort == "part" and key.model is not None:
        yield Change(
            where,
            "changed",
            *(_of_all(key.model, side.below(side.of(key.name), key.name)) for side in (before, after)),
        )
    else:
        yield _otherwise(where, _said(key, said, before), _said(key, said, after), old, new)


def _of_part(model: type[BaseModel], before: _Side, after: _Side, where: tuple[str, ...]) -> Iterator[Change]:
    for key in keys_of(model):
        yield from _of_key(model, key, before, after, where)


def _of_parts(key: Key, before: _Side, after: _Side, where: tuple[str, ...]) -> Iterator[Change]:
    """Entries are the same where they have the same name, or stand in the same place where they have none."""
    assert key.model is not None
    old, new = _named(before, key.name), _named(after, key.name)
    for name in old:
        if name not in new:
            yield Change((*where, _called(old[name], name)), "removed")
    for name, entry in new.items():
        if name not in old:
            yield Change((*where, _called(entry, name)), "added")
        else:
            yield from _of_part(key.model, old[name], entry, (*where, _called(entry, name)))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(where, "ordered")


def _of_pairs(
    key: Key, said: words.PairWords, before: _Side, after: _Side, where: tuple[str, ...]
) -> Iterator[Change]:
    """Row by row, each side as it is called there."""
    old, new = before.of(key.name) or {}, after.of(key.name) or {}
    was = pairing(before.offers, said, old, before.part or {})
    now = pairing(after.offers, said, new, after.part or {})
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            row = (*where, now.called(name) if name in new else was.called(name))
            said_then, said_now = (
                by.all_said(name, one[name]) if name in one else "" for by, one in ((was, old), (now, new))
            )
            yield _otherwise(row, said_then, said_now, old.get(name), new.get(name))


def _otherwise(where: tuple[str, ...], before: str, after: str, old: Any, new: Any) -> Change:
    """A value that is another one now: in words, or as it is written where both read alike."""
    if before == after:
        before, after = _as_written(old), _as_written(new)
    return Change(where, "changed", before, after)


def _named(side: _Side, key: str) -> dict[str, _Side]:
    return {
        str(entry.get("name") or entry.get("code") or place + 1): side.below(entry, key, place)
        for place, entry in enumerate(side.of(key) or ())
    }


def _called(side: _Side, name: str) -> str:
    label = side.of("label")
    return _text(label) if isinstance(label, Mapping) else name


def _said(key: Key, said: words.KeyWords, side: _Side) -> str:
    """A value in the reader's words; nothing where nothing is said."""
    value = side.of(key.name)
    if side.part is None or value in (None, "", [], {}):
        return ""
    if key.sort == "text":
        return _text(value)
    return outlining.in_words(key, said, side.part, side.offers, side.place)


def _of_all(model: type[BaseModel], side: _Side) -> str:
    """All that a part says, one thing after the other; nothing where there is no such part."""
    told = []
    for key in keys_of(model) if side.part is not None else ():
        said = words.of_key(side.offers.kind, model, key.name)
        if not key.is_name and (value := _within(key, said, side)):
            told.append(_("%(what)s: ") % {"what": said.label} + value)
    return _("; ").join(told)


def _within(key: Key, said: words.KeyWords, side: _Side) -> str:
    """The same of what stands under a key; each of the parts in it in brackets."""
    value = side.of(key.name)
    if key.model is None or not value:
        return _said(key, said, side)
    inside = [side.below(value, key.name)] if key.sort == "part" else _named(side, key.name).values()
    return listed(_("(%(words)s)") % {"words": _of_all(key.model, one)} for one in inside)


def _text(value: Mapping[str, Any]) -> str:
    zh = (get_language() or "zh").startswith("zh")
    return str(value.get("zh" if zh else "en") or "")


def _as_written(value: Any) -> str:
    """A value as the definition holds it; of a text the words for readers of the other language, since only those
    differ."""
    if isinstance(value, Mapping):
        zh = (get_language() or "zh").startswith("zh")
        return str(value.get("en" if zh else "zh") or "")
    return listed(value) if isinstance(value, list) else str(value or "")
