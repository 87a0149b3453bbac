"""Ports: what a lower room needs from a higher one, by a name both know (`design.md` 3).

The higher room registers a function in its `apps.py`; the lower one calls it by the name.
"""

from collections.abc import Callable
from typing import Any

_functions: dict[str, Callable[..., Any]] = {}


class UnknownPort(LookupError):
    """No room has registered a function under this name."""


def register(name: str, function: Callable[..., Any]) -> None:
    """Answer calls of `name` with `function`. Raises ValueError when another function answers already."""
    if _functions.get(name, function) is not function:
        raise ValueError(f"The port {name} is answered by {_functions[name].__qualname__} already.")
    _functions[name] = function


def call(name: str, *args: Any, **named: Any) -> Any:
    """What the room that answers `name` says. Raises UnknownPort."""
    if name not in _functions:
        raise UnknownPort(f"No room answers the port {name}; it has to be registered in a room's apps.py.")
    return _functions[name](*args, **named)


def call_all(prefix: str, *args: Any, **named: Any) -> list[Any]:
    """What every room says that answers a port of this family (`registry.reorganisation.…`), in the order of names."""
    return [_functions[name](*args, **named) for name in sorted(_functions) if name.startswith(f"{prefix}.")]


def answered(name: str) -> bool:
    """Whether a room answers this port."""
    return name in _functions


def names(prefix: str) -> list[str]:
    """What rooms answer in this family (`matters.outcome`), each by the rest of its name."""
    return sorted(name.removeprefix(f"{prefix}.") for name in _functions if name.startswith(f"{prefix}."))
