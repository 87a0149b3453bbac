"""Typed random rules about the test world: unknowns, edges and long text everywhere.

`rule` makes the text of one; `rows` makes what it is asked of. With `shared=True` a rule keeps to what the Rust engine
defines too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.rules.tests.rows import DAYS, DECIMALS, DOUBLES, TEXTS, WHOLE, One

PATTERNS = [
    "a", "^a", "b$", "^$", "^[0-9]{1,3}$", "王|五", "^.五$", "[^a-c]+", "(ab|a)*c", "^(a|ab)(c|bcd)?$", ".", "\\\\d",
    "^\\\\w+$", "x{5,}", "^(x*)*$", "\\\\.", "[\\\\-a]", "^\\\\S", "(a|a)*b", "e\u0301",
]  # fmt: skip
KINDS = ("bool", "int", "double", "decimal", "string", "date", "duration")
_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "person": {
        "bool": ("migrant", "ill"),
        "int": ("age", "points"),
        "double": ("score",),
        "decimal": ("income",),
        "string": ("name", "note"),
        "date": ("born_on", "joined_on"),
        "duration": ("shift",),
    },
    "employer": {"bool": ("in_arrears",), "int": ("staff",), "string": ("name",), "date": ("founded_on",)},
    "child": {"bool": ("at_school",), "int": ("age",), "string": ("name",), "date": ("born_on",)},
    "payment": {"int": ("fen",), "decimal": ("amount",), "string": ("kind",), "date": ("paid_on",)},
}
_PARAMETERS = {
    "int": "aid.line",
    "decimal": "aid.rate",
    "double": "aid.share",
    "bool": "aid.open",
    "string": "aid.word",
}


def quoted(text: str) -> str:
    """A text as it is written in a rule."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def written(value: Any) -> str:
    """A value as it is written in a rule."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case Decimal():
            return f'decimal("{value:f}")'
        case date():
            return f'date("{value.isoformat()}")'
    return quoted(value)


@dataclass(frozen=True)
class _Row:
    text: str
    entity: str


class _Maker:
    """Draws one rule. `rows` are what can be asked for fields, `scalars` variables by kind."""

    def __init__(self, one: One, *, shared: bool) -> None:
        self.one = one
        self.shared = shared
        self.names = 0

    def of(
        self, kind: str, depth: int, rows: tuple[_Row, ...], scalars: tuple[tuple[str, str], ...] = ()
    ) -> str:
        makers = [self._field, self._constant, self._field]
        if depth > 0:
            makers += [getattr(self, f"_{kind}")] * 5 + [self._choice]
        return self.one(makers)(kind, depth - 1, rows, scalars)

    def _field(
        self, kind: str, depth: int, rows: tuple[_Row, ...], scalars: tuple[tuple[str, str], ...]
    ) -> str:
        options = [f"{row.text}.{name}" for row in rows for name in _FIELDS[row.entity].get(kind, ())]
        options += [name for name, known in scalars if known == kind]
        if kind == "date":
            options.append("today")
        if kind in _PARAMETERS and not self.shared:
            options.append(f'param("{_PARAMETERS[kind]}")')
        return self.one(options) if options else self._constant(kind, depth, rows, scalars)

    def _constant(self, kind: str, *_: Any) -> str:
        if kind == "duration":
            return f'duration("{self.one([0, 1, -1, 3600, 86400, 172800, 31536000])}s")'
        doubles = [number for number in DOUBLES if 1e-16 < abs(number) < 1e16] if self.shared else DOUBLES
        pools = {
            "bool": [True, False],
            "int": WHOLE,
            "double": doubles,
            "decimal": DECIMALS,
            "string": TEXTS,
            "date": DAYS,
        }
        return written(self.one(pools[kind]))

    def _choice(self, kind: str, *at: Any) -> str:
        return f"({self.of('bool', *at)} ? {self.of(kind, *at)} : {self.of(kind, *at)})"

    def _bool(self, _: str, *at: Any) -> str:
        return self.one(
            [self._logic, self._compare, self._compare, self._texts, self._among, self._has, self._every]
        )(*at)

    def _logic(self, *at: Any) -> str:
        sign = self.one(["&&", "||", "!"])
        if sign == "!":
            return f"!({self.of('bool', *at)})"
        return "(" + f" {sign} ".join(self.of("bool", *at) for _ in range(self.one([2, 2, 3]))) + ")"

    def _compare(self, *at: Any) -> str:
        kind = self.one([kind for kind in KINDS if not (self.shared and kind in {"decimal", "bool"})])
        sign = self.one(["==", "!=", "<", "<=", ">", ">="])
        if self.one([False, True]):
            bound = self.one(["person.age", "person.born_on", "person.name", "person.joined_on"])
            pool = {"person.age": [17, 18, 59, 60, 61], "person.name": TEXTS}.get(bound, DAYS)
            return f"({bound} {sign} {written(self.one(pool))})"
        return f"({self.of(kind, *at)} {sign} {self.of(kind, *at)})"

    def _texts(self, *at: Any) -> str:
        if self.one([True, False]):
            return f'({self.of("string", *at)}).matches("{self.one(PATTERNS)}")'
        asked = self.one(["startsWith", "endsWith", "contains"])
        return f"({self.of('string', *at)}).{asked}({self.of('string', *at)})"

    def _among(self, *at: Any) -> str:
        kind = self.one(
            ["int", "string", "date"]
            if self.shared
            else ["int", "string", "date", "decimal", "bool", "double"]
        )
        if kind == "int" and not self.shared and self.one([False, False, True]):
            return f'({self.of("int", *at)} in param("aid.kinds"))'
        if not self.shared and self.one([False, True]) and (mapped := self._mapped(kind, *at)):
            return f"({self.of(kind, *at)} in {mapped})"
        items = ", ".join(self.of(kind, *at) for _ in range(self.one([1, 2, 3])))
        return f"({self.of(kind, *at)} in [{items}])"

    def _has(self, depth: int, rows: tuple[_Row, ...], scalars: Any) -> str:
        row = self.one(rows)
        options = [name for names in _FIELDS[row.entity].values() for name in names]
        if row.entity == "person":
            options += ["employer", "children", "payments"]
        return f"has({row.text}.{self.one(options)})"

    def _every(self, depth: int, rows: tuple[_Row, ...], scalars: Any) -> str:
        macro = self.one(["all", "exists", "exists_one"])
        name = self._name()
        if self.one([False, False, True]):
            kind = self.one(["int", "string"])
            items = ", ".join(self.of(kind, 0, rows, scalars) for _ in range(self.one([1, 2, 3])))
            return f"[{items}].{macro}({name}, {self.of('bool', depth, rows, (*scalars, (name, kind)))})"
        relation, entity = self._relation(depth, rows, scalars)
        return f"{relation}.{macro}({name}, {self.of('bool', depth, (*rows, _Row(name, entity)), scalars)})"

    def _relation(self, depth: int, rows: tuple[_Row, ...], scalars: Any) -> tuple[str, str]:
        relation, entity = self.one([("person.children", "child"), ("person.payments", "payment")])
        if depth > 0 and self.one([False, False, True]):
            name = self._name()
            inside = self.of("bool", depth - 1, (*rows, _Row(name, entity)), scalars)
            relation = f"{relation}.filter({name}, {inside})"
        return relation, entity

    def _mapped(self, kind: str, depth: int, rows: tuple[_Row, ...], scalars: Any) -> str:
        relation, entity = self._relation(depth, rows, scalars)
        name = self._name()
        return f"{relation}.map({name}, {self.of(kind, depth, (*rows, _Row(name, entity)), scalars)})"

    def _name(self) -> str:
        self.names += 1
        return f"x{self.names}"

    def _int(self, _: str, *at: Any) -> str:
        of = self.of
        options = [
            lambda: f"({of('int', *at)} {self.one(['+', '-', '*', '/', '%'])} {of('int', *at)})"
        ] * 3 + [
            lambda: (
                f"({of('date', *at)}).{self.one(['getFullYear', 'getMonth', 'getDate', 'getDayOfWeek'])}()"
            ),
            lambda: f"size({self._relation(*at)[0]})",
            lambda: f"int({of('double', *at)})",
        ]
        if not self.shared:
            options += [
                lambda: f"(-({of('int', *at)}))",
                lambda: f"size({of('string', *at)})",
                lambda: f"{self.one(['least', 'greatest'])}({of('int', *at)}, {of('int', *at)})",
                lambda: self._aggregate("int", *at),
                lambda: f"{self.one(['years', 'months'])}({of('date', *at)}, {of('date', *at)})",
                lambda: f"days({of('duration', *at)})",
                lambda: f"int({of(self.one(['string', 'decimal']), *at)})",
                lambda: f"[{of('int', *at)}, {of('int', *at)}][{of('int', 0, *at[1:])}]",
                lambda: f'{{"a": {of("int", *at)}, "王五": 2}}[{of("string", *at)}]',
            ]
        return self.one(options)()

    def _aggregate(self, kind: str, *at: Any) -> str:
        measures = ["min", "max"] if kind in {"string", "date", "double"} else ["sum", "min", "max"]
        return f"{self.one(measures)}({self._mapped(kind, *at)})"

    def _double(self, _: str, *at: Any) -> str:
        options = [
            lambda: f"({self.of('double', *at)} {self.one(['+', '-', '*'])} {self.of('double', *at)})",
            lambda: (
                f"({self.of('double', *at)} / {(self._constant if self.shared else self.of)('double', *at)})"
            ),
            lambda: f"(-({self.of('double', *at)}))",
            lambda: f"double({self.of('int', *at)})",
        ]
        if not self.shared:
            options += [lambda: f"double({self.of('decimal', *at)})", lambda: self._aggregate("double", *at)]
        return self.one(options)()

    def _decimal(self, _: str, *at: Any) -> str:
        other = self.one(["decimal", "decimal", "int"])
        options = [
            lambda: (
                f"({self.of('decimal', *at)} {self.one(['+', '-', '*', '/', '/', '%'])} {self.of(other, *at)})"
            ),
            lambda: f"(-({self.of('decimal', *at)}))",
            lambda: f"decimal({self.of('int', *at)})",
            lambda: f"{self.one(['least', 'greatest'])}({self.of('decimal', *at)}, {self.of(other, *at)})",
            lambda: self._aggregate("decimal", *at),
        ]
        return self.one(options)()

    def _string(self, _: str, *at: Any) -> str:
        options = [
            lambda: f"({self.of('string', *at)} + {self.of('string', *at)})",
            lambda: f"string({self.of('int', *at)})",
        ]
        if not self.shared:
            options += [
                lambda: f"string({self.of(self.one(['bool', 'date', 'decimal']), *at)})",
                lambda: self._aggregate("string", *at),
            ]
        return self.one(options)()

    def _date(self, _: str, *at: Any) -> str:
        sign, hours = self.one(["+", "-"]), self.one([0, 24, 48, 8760])
        options = [lambda: f'({self.of("date", *at)} {sign} duration("{hours}h"))']
        if not self.shared:
            long = self.one([lambda: "person.shift", lambda: self._duration("duration", *at)])
            options += [lambda: f"({self.of('date', *at)} + {long()})", lambda: self._aggregate("date", *at)]
        return self.one(options)()

    def _duration(self, _: str, *at: Any) -> str:
        options = [lambda: f"({self.of('date', *at)} - {self.of('date', *at)})"]
        if not self.shared:
            sign = self.one(["+", "-"])
            options.append(lambda: f"({self.of('duration', *at)} {sign} {self.of('duration', *at)})")
        return self.one(options)()


def rule(one: One, kinds: Sequence[str] = ("bool",), *, shared: bool = False, depth: int = 4) -> str:
    """The text of a rule about a person, for the purpose `aid`."""
    maker = _Maker(one, shared=shared)
    rows = (_Row("person", "person"), _Row("person.employer", "employer"))
    return maker.of(one(kinds), one(range(1, depth + 1)), rows)
