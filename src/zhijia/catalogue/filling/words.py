"""What the parts and keys of definitions are called in forms, what may stand in them, and which are seldom needed:
`catalogue/data/forms/`, a file for each kind of definition and one (`shared`) for what is said alike everywhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, TypeAdapter

from zhijia.catalogue.filling.shapes import keys_of
from zhijia.catalogue.kinds import Part
from zhijia.catalogue.reader import StrictLoader
from zhijia.catalogue.text import Text

_FORMS = Path(__file__).parents[1] / "data" / "forms"
_SHARED, _EVERY = "shared", "Every"


class PairWords(Part):
    """Pairs told in rows of two choices: what the two columns are called; on the left the `names` of the other side
    (`fields` of the list or `dimensions` of the fact the part names, what its port `takes`), on the right what
    `refers` offers for any of them, with `chosen` also the words a name has for its values. Where another text may be
    `typed`, `sign` stands before a fixed one."""

    what: Text
    value: Text
    names: Literal["fields", "dimensions", "takes"]
    refers: tuple[str, ...] = ()
    chosen: bool = False
    typed: bool = False
    sign: Literal["", "="] = ""


class KeyWords(Part):
    """The words of a key, and of each value it may have. One that is `rare` is folded away until it is said; what is
    `shown` stands beside its part in an outline. A `rule` is in the rule language; what is `long` takes several lines.
    `refers` says what may stand there (`administration.services.offers`), with `own` a number of its own besides;
    `only` for which values of other keys it is asked, `needed` for which it has to be said. Of `pairs` both columns."""

    label: Text
    hint: Text | None = None
    values: dict[str, Text] = {}
    rare: bool = False
    shown: bool = False
    long: bool = False
    rule: bool = False
    refers: tuple[str, ...] = ()
    own: bool = False
    only: dict[str, tuple[str, ...]] = {}
    needed: dict[str, tuple[str, ...]] = {}
    pairs: PairWords | None = None

    def is_asked(self, model: type[BaseModel], part: Mapping[str, Any]) -> bool:
        """Whether the other keys of the part say what this one waits for."""
        return _say(model, part, self.only)

    def is_needed(self, model: type[BaseModel], part: Mapping[str, Any]) -> bool:
        """Whether this one has to be said beside what the other keys of the part say."""
        return bool(self.needed) and _say(model, part, self.needed)


class PartWords(Part):
    """What a part is called, and its keys."""

    called: Text
    keys: dict[str, KeyWords] = {}


class Handed(Part):
    """What a port takes under one name: what it is called, and what may stand there where that is no answer."""

    label: Text
    values: dict[str, Text] = {}
    refers: tuple[str, ...] = ()


class Takes(Part):
    """What a port is handed: its names; besides the `fields` of the list, or the `dimensions` of the fact, that one of
    them names."""

    names: dict[str, Handed] = {}
    besides: Literal["", "fields", "dimensions"] = ""


_FILE = TypeAdapter(dict[str, PartWords])
_TAKEN = TypeAdapter(dict[str, Takes])
_OFFERED = TypeAdapter(dict[str, Text])


@cache
def of_kind(kind: str) -> dict[str, PartWords]:
    """The words of a kind of definition (or what all share), by the names of its models."""
    return _FILE.validate_python(_read(kind))


@cache
def of_key(kind: str, model: type[BaseModel], name: str) -> KeyWords:
    """The words of a key of a part; values nobody has words for here are called as everywhere. Raises LookupError."""
    parts = [*_held(kind, model), of_kind(_SHARED)[_EVERY]]
    places = [part.keys[name] for part in parts if name in part.keys]
    if not places:
        raise LookupError(f"No form has words for {kind}: {model.__name__}.{name}.")
    own, *wider = places
    values = {value: words for place in reversed(wider) for value, words in place.values.items()}
    return own.model_copy(update={"values": {**values, **own.values}}) if values else own


def of_part(kind: str, model: type[BaseModel]) -> Text:
    """What a part of this model is called."""
    held = next(_held(kind, model), None)
    if held is None:
        raise LookupError(f"No form has words for {kind}: {model.__name__}.")
    return held.called


def of_name(name: str) -> Text | None:
    """The words of what is offered by name and carries none of its own: a port, a word that means something special
    where it stands."""
    return _offered().get(name)


@cache
def _offered() -> dict[str, Text]:
    return _OFFERED.validate_python(_read("offered"))


@cache
def taken() -> dict[str, Takes]:
    """What ports are handed, by their names."""
    return _TAKEN.validate_python(_read("taken"))


def called(kind: str, model: type[BaseModel], names: Iterable[str]) -> Text:
    """What several keys of a part are called, one after the other."""
    labels = [of_key(kind, model, name).label for name in names]
    return Text(en=", ".join(one.en for one in labels), zh="、".join(one.zh for one in labels))


def chosen(kind: str, model: type[BaseModel], name: str, value: str) -> Text:
    """What a value of a key is called."""
    return of_key(kind, model, name).values.get(value) or Text(en=value, zh=value)


def _say(model: type[BaseModel], part: Mapping[str, Any], wanted: Mapping[str, Collection[str]]) -> bool:
    """Whether the part says one of the values wanted under each key."""
    defaults = {key.name: key.default for key in keys_of(model)}
    return all(part.get(name, defaults.get(name)) in values for name, values in wanted.items())


def _read(name: str) -> object:
    text = (_FORMS / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a safe loader, stricter


def _held(kind: str, model: type[BaseModel]) -> Iterator[PartWords]:
    """What is said of a model, then of those it is derived from."""
    for held in (of_kind(kind), of_kind(_SHARED)):
        yield from (held[one.__name__] for one in model.__mro__ if one.__name__ in held)
