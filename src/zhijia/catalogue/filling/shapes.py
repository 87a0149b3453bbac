"""Which keys a part of a definition may say, and how each is said: read from its model, so that no form lists them."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from zhijia.catalogue.filling.tree import NoPlace, Place
from zhijia.catalogue.text import Text

Sort = Literal[
    "line", "text", "whole", "decimal", "yes_no", "day", "one", "several", "lines", "value", "pairs", "part", "parts"
]  # fmt: skip
"""How a key is said: a line of words, a text in both languages, a number, yes or no, a day, one or several of a few
words, several lines, a value of any plain kind, pairs of a name and a value, a part of its own, a list of parts."""
_PLAIN: dict[Any, Sort] = {
    str: "line", int: "whole", Decimal: "decimal", bool: "yes_no", date: "day", Text: "text"
}  # fmt: skip
_SMALL = 3
"""So many keys besides its name has a part that fits into a row of a table."""
_IN_ROWS = frozenset({"line", "text", "whole", "yes_no", "one", "day"})


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a part: how it is said, whether it has to be, what holds where it is not. `values` are the words it
    may be; `model` is that of a part, or of each of a list; `of` what the values of pairs are."""

    name: str
    sort: Sort
    needed: bool
    default: Any
    values: tuple[str, ...] = ()
    model: type[BaseModel] | None = None
    of: Any = None

    @property
    def is_name(self) -> bool:
        """Whether others refer to the part by it: the program gives it."""
        return self.name in {"name", "code"}


@cache
def keys_of(model: type[BaseModel]) -> tuple[Key, ...]:
    """The keys a part of this model may say, in the model's order."""
    found = []
    for name, field in model.model_fields.items():
        default = None if field.default is PydanticUndefined else field.default
        found.append(_key(field.alias or name, field.annotation, needed=field.is_required(), default=default))
    return tuple(found)


def in_rows(model: type[BaseModel]) -> bool:
    """Whether parts of this model are small enough to stand as rows of a table in the form they belong to."""
    keys = [key for key in keys_of(model) if not key.is_name]
    return len(keys) <= _SMALL and all(key.sort in _IN_ROWS for key in keys)


def model_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """The model of the part at a place of a definition. Raises NoPlace where no part can stand."""
    below: Key | None = None
    for step in place:
        if isinstance(step, str):
            if below and below.sort == "parts":
                raise NoPlace(step)
            below = next((key for key in keys_of(model) if key.name == step), None)
            if below is None or below.model is None:
                raise NoPlace(step)
            model = below.model
        elif below is None or below.sort != "parts":
            raise NoPlace(str(step))
        else:
            below = None
    if below and below.sort == "parts":
        raise NoPlace(str(place[-1]))
    return model


def list_at(model: type[BaseModel], place: Place) -> Key:
    """The key of the list of parts at a place. Raises NoPlace where there can be none."""
    if not place or not isinstance(place[-1], str):
        raise NoPlace(str(place))
    holder = model_at(model, place[:-1])
    for key in keys_of(holder):
        if key.name == place[-1] and key.sort == "parts":
            return key
    raise NoPlace(str(place))


def fits(model: type[BaseModel], tree: Any) -> bool:
    """Whether what is written has the outline of the model, so that forms can show it: parts where parts stand, lists
    where lists do. What the values are does not matter."""
    if not isinstance(tree, Mapping) or not all(isinstance(key, str) for key in tree):
        return False
    known = {key.name: key for key in keys_of(model)}
    return all(_fits(known[name], value) for name, value in tree.items() if name in known)


def _fits(key: Key, value: Any) -> bool:
    if value is None:
        return not key.needed and key.sort not in {"parts", "lines", "several", "pairs"}
    if key.sort == "part":
        return key.model is not None and fits(key.model, value)
    if key.sort == "parts":
        return isinstance(value, list) and all(key.model and fits(key.model, one) for one in value)
    if key.sort in {"several", "lines"}:
        return isinstance(value, list) and not any(isinstance(one, list | dict) for one in value)
    if key.sort == "pairs":
        return isinstance(value, dict) and not any(isinstance(one, dict) for one in value.values())
    if key.sort == "text":
        return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return not isinstance(value, list | dict)


def _key(name: str, annotation: Any, *, needed: bool, default: Any) -> Key:
    annotation = _bare(annotation)
    said = {"name": name, "needed": needed, "default": default}
    if annotation in _PLAIN:
        return Key(sort=_PLAIN[annotation], **said)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Key(sort="part", model=annotation, **said)
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return Key(sort="one", values=tuple(inside), **said)
    if origin is tuple:
        each = _bare(inside[0])
        if isinstance(each, type) and issubclass(each, BaseModel):
            return Key(sort="parts", model=each, **said)
        if typing.get_origin(each) is Literal:
            return Key(sort="several", values=tuple(typing.get_args(each)), **said)
        return Key(sort="lines", **said)
    if origin is dict:
        return Key(sort="pairs", of=_bare(inside[1]), **said)
    if origin in {types.UnionType, typing.Union}:
        return Key(sort="value", **said)
    raise TypeError(f"No form knows how {name} is said: {annotation}.")


def _bare(annotation: Any) -> Any:
    """Without what bounds it, and without `None` beside one other."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        inside = [one for one in typing.get_args(annotation) if one is not type(None)]
        if len(inside) == 1:
            return _bare(inside[0])
    return annotation
