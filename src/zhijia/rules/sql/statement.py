"""A statement with its bound values, and how a condition is laid out so that a person can read it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from textwrap import indent
from typing import Any

from zhijia.rules.ir import Value
from zhijia.rules.types import Kind, Type

POSTGRES = {
    Kind.BOOL: "boolean",
    Kind.INT: "bigint",
    Kind.DOUBLE: "float8",
    Kind.DECIMAL: "numeric",
    Kind.STRING: "text",
    Kind.DATE: "date",
    Kind.DURATION: "bigint",
}
"""How a scalar stands in SQL. A duration is its whole seconds."""

_PLACE = re.compile(r"%\((\w+)\)s|%%")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named places (`%(c1)s`) and what is bound to them. No value of a rule stands in `sql` itself."""

    sql: str
    params: Mapping[str, Any]

    def shown(self) -> str:
        """The statement with its values written in, for people to read; it is never run."""

        def written(place: re.Match[str]) -> str:
            if place[1] is None:
                return "%"
            return "'" + str(self.params[place[1]]).replace("'", "''") + "'"

        return _PLACE.sub(written, self.sql)


def together(statements: Sequence[Statement]) -> Statement:
    """The rows of all of them, each behind the number of its statement."""
    texts: list[str] = []
    params: dict[str, Any] = {}
    for number, statement in enumerate(statements):
        own = {name: f"{name}_{number}" for name in statement.params}
        sql = _PLACE.sub(partial(_renamed, own), statement.sql)
        texts.append(f"SELECT {number}, part.* FROM (\n{indent(sql, '  ')}\n) AS part")  # noqa: S608
        params |= {own[name]: value for name, value in statement.params.items()}
    return Statement("\nUNION ALL\n".join(texts), params)


def _renamed(names: Mapping[str, str], place: re.Match[str]) -> str:
    return "%%" if place[1] is None else f"%({names[place[1]]})s"


@dataclass(slots=True)
class Bindings:
    """The values a statement is given, each under a name of its own."""

    params: dict[str, Any] = field(default_factory=dict)
    _known: dict[tuple[Kind, str], str] = field(default_factory=dict)

    def constant(self, value: Value, kind: Kind) -> str:
        """The place of a value, with its type. The same value keeps its place."""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = written(value)
        name = self._known.setdefault((kind, text), f"c{len(self._known) + 1}")
        self.params[name] = text
        return f"%({name})s::{POSTGRES[kind]}"

    def named(self, name: str, value: Any, cast: str = "") -> str:
        """The place of a value known by a name."""
        self.params[name] = value
        return f"%({name})s" + (f"::{cast}" if cast else "")


def written(value: Value) -> str:
    """The text PostgreSQL reads as exactly this value."""
    match value:
        case timedelta():
            return str(value.days * 86400 + value.seconds)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case float():
            return repr(value)
        case _:
            return str(value)


def typed(of: Type) -> str:
    """The PostgreSQL type of a scalar."""
    return POSTGRES[of.kind]


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: one text (`parts` empty), or several joined by AND or OR."""

    text: str
    parts: tuple["Test", ...] = ()

    def __str__(self) -> str:
        """The condition over as many lines as it has parts; a part of another kind stands in parentheses."""
        if not self.parts:
            return self.text
        return f"\n{self.text} ".join(_inside(part) for part in self.parts)

    @property
    def inline(self) -> str:
        """The condition in parentheses where it has parts."""
        return _inside(self)


TRUE, FALSE = Test("true"), Test("false")


def all_of(parts: Iterable[Test]) -> Test:
    """Every part; true of none."""
    return _joined("AND", parts, neutral=TRUE, decisive=FALSE)


def any_of(parts: Iterable[Test]) -> Test:
    """At least one part; false of none."""
    return _joined("OR", parts, neutral=FALSE, decisive=TRUE)


def untrue(test: Test) -> Test:
    """False or NULL."""
    return Test(f"{test.inline if test.parts else f'({test.text})'} IS NOT TRUE")


def _joined(word: str, parts: Iterable[Test], *, neutral: Test, decisive: Test) -> Test:
    flat: list[Test] = []
    for part in parts:
        flat.extend(part.parts if part.text == word and part.parts else [part])
    kept = [part for part in dict.fromkeys(flat) if part != neutral]
    if decisive in kept:
        return decisive
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else Test(word, tuple(kept))


def _inside(test: Test) -> str:
    return f"(\n{indented(str(test))}\n)" if test.parts else test.text


def indented(text: str) -> str:
    """One step further in."""
    return indent(text, "  ")


def block(text: str, opening: str = "(") -> str:
    """A subquery between parentheses on lines of their own."""
    return f"{opening}\n{indented(text)}\n)"


_SIMPLE = re.compile(r'[\w".]+|%\(\w+\)s(::\w+)?')


def simple(text: str) -> bool:
    """Whether the value is a column or a bound value: as cheap and short twice as once."""
    return _SIMPLE.fullmatch(text) is not None


def let(values: Mapping[str, str], say: Callable[..., str]) -> str:
    """A value said of others that are worked out once: as they stand where they are simple, else under their names in
    a subquery of their own."""
    if all(simple(text) for text in values.values()):
        return say(**values)
    inner = ", ".join(f"{text} AS {name}" for name, text in values.items())
    return block(f"SELECT {say(**{name: name for name in values})}\nFROM (SELECT {inner} OFFSET 0) AS part")
