"""Who a rule holds for, asked of the database in one statement: rows, counts, verdicts and totals.

On the alias `default` row policies cut what is read to what the reader may see. On `bulk` they do not: a scope names
the union asked below, and what is answered are counts for those who may know them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections

from zhijia.catalogue import parameters as catalogue
from zhijia.kernel.context import whole
from zhijia.rules import ir
from zhijia.rules.schema import Schema, declared
from zhijia.rules.sql.reading import Parameters, Reading
from zhijia.rules.sql.statement import Statement, Test, all_of
from zhijia.rules.sql.values import verdict
from zhijia.rules.types import Kind

LARGE = 0.1
"""From this share of a table on, relations are grouped once instead of asked row by row."""
LOOKED_AT = 5_000
"""How many rows are looked at to tell the share."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which subjects are asked about: those at or below a union, those with these keys, or those whose keys lie behind
    `behind` and go up to `upto`. On `bulk` it has to be one of them."""

    union: int | None = None
    keys: Sequence[Any] | None = None
    behind: Any = None
    upto: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """What else a statement has to know: the declared schema, the parameters, and the alias it runs on."""

    schema: Schema = declared
    parameters: Parameters = catalogue.get
    using: str = "default"


@dataclass(frozen=True, slots=True)
class Tally:
    """For how many a rule holds, fails, and cannot be said."""

    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Total:
    """For how many a condition holds, what the amounts of those add up to, and for how many of them the amount is
    unknown."""

    count: int
    amount: Decimal
    unknown: int


HERE = Place()


def find(
    rule: ir.Rule, *, scope: Scope, on: date, after: Any = None, rows: int = 50, place: Place = HERE
) -> list[Any]:
    """The keys of the first `rows` subjects a rule holds for, in the order of the keys, behind `after`."""
    return [
        row[0]
        for row in rows_of(finding(rule, scope=scope, on=on, after=after, rows=rows, place=place), place)
    ]


def count(rule: ir.Rule, *, scope: Scope, on: date, place: Place = HERE) -> int:
    """How many subjects a rule holds for."""
    asked = Asked.of(rule, scope, on, place)
    found = rows_of(asked.select("count(*)", asked.reading.holds(rule.root)), place)
    return int(found[0][0])


def tally(rule: ir.Rule, *, scope: Scope, on: date, place: Place = HERE) -> Tally:
    """How many subjects a rule holds for, fails for, and cannot be said of."""
    asked = Asked.of(rule, scope, on, place)
    statement = asked.select(f"{verdict(asked.reading, rule.root)} AS verdict, count(*)", end="GROUP BY 1")
    found = dict(rows_of(statement, place))
    return Tally(found.get(True, 0), found.get(False, 0), found.get(None, 0))


def verdicts(rule: ir.Rule, keys: Sequence[Any], on: date, *, place: Place = HERE) -> dict[Any, Any]:
    """What the rule says of each of these subjects: a verdict or an amount, None where it is unknown."""
    asked = Asked.of(rule, Scope(keys=keys), on, place)
    said = _answer(asked.reading, rule.root)
    return dict(rows_of(asked.select(f"{asked.reading.subject.key}, {said}"), place))


def total(condition: ir.Rule, amount: ir.Rule, *, scope: Scope, on: date, place: Place = HERE) -> Total:
    """What the amounts add up to of those a condition holds for. Both rules are about the same entity, for the same
    purpose; the amount is a whole number or a decimal. Raises ValueError otherwise."""
    if (condition.subject, condition.purpose) != (amount.subject, amount.purpose):
        raise ValueError("A condition and its amount are about one entity and one purpose.")
    if amount.root.type.kind not in {Kind.INT, Kind.DECIMAL}:
        raise ValueError(f"A {amount.root.type} is no amount.")
    asked = Asked.of(condition, scope, on, place)
    said = asked.reading.value(amount.root)
    statement = asked.select(
        f"count(*), coalesce(sum({said}), 0), count(*) FILTER (WHERE {said} IS NULL)",
        asked.reading.holds(condition.root),
    )
    many, added, unknown = rows_of(statement, place)[0]
    return Total(many, Decimal(added), unknown)


def finding(
    rule: ir.Rule, *, scope: Scope, on: date, after: Any = None, rows: int = 50, place: Place = HERE
) -> Statement:
    """The statement of `find`, to be run or shown."""
    asked = Asked.of(rule, scope, on, place)
    key = asked.reading.subject.key
    tests = [asked.reading.holds(rule.root)]
    if after is not None:
        tests.append(Test(f"{key} > {asked.bound('after', after)}"))
    limit = asked.reading.bindings.named("rows", rows)
    return asked.select(key, *tests, end=f"ORDER BY {key}\nLIMIT {limit}")


def shown(rule: ir.Rule, *, on: date, place: Place = HERE, many: bool = True) -> Statement:
    """The statement that gives each subject with what the rule says of it, for the rule's page. It asks nothing of the
    database."""
    reading = _reading(rule, None, on, place, many)
    said = _answer(reading, rule.root)
    return _select(reading, f"{reading.subject.key}, {said} AS answer", all_of([]))


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading for a scope: what statements about its subjects are made of."""

    reading: Reading
    inside: Test

    @classmethod
    def of(cls, rule: ir.Rule, scope: Scope, on: date, place: Place) -> "Asked":
        if place.using == "bulk" and scope == Scope():
            raise ValueError("Past the row policies a scope has to be named.")
        many = scope.keys is None and scope.upto is None and _large(rule, scope, on, place)
        reading = _reading(rule, scope.union, on, place, many)
        return cls(reading, _inside(reading, scope))

    def select(self, what: str, *tests: Test, end: str = "") -> Statement:
        return _select(self.reading, what, all_of([self.inside, *tests]), end)

    def bound(self, name: str, value: Any) -> str:
        return self.reading.bindings.named(name, value, self.reading.subject.entity.key_type)


def _reading(rule: ir.Rule, union: int | None, on: date, place: Place, many: bool) -> Reading:
    return Reading(
        schema=place.schema,
        subject=rule.subject,
        purpose=rule.purpose,
        on=on,
        parameters=place.parameters,
        many=many,
        union=union,
    )


def _inside(reading: Reading, scope: Scope) -> Test:
    """Which subjects the scope holds."""
    row, tests = reading.subject, []
    if scope.union is not None:
        if not row.entity.within:
            raise ValueError(f"{row.entity.name} does not say what lies below a union.")
        tests.append(Test(f"({reading.templates.fill(row.entity.within, row=row.alias)})"))
    if scope.keys is not None:
        keys = reading.bindings.named("keys", list(scope.keys), f"{row.entity.key_type}[]")
        tests.append(Test(f"{row.key} = ANY ({keys})"))
    for name, sign, border in (("behind", ">", scope.behind), ("upto", "<=", scope.upto)):
        if border is not None:
            tests.append(
                Test(f"{row.key} {sign} {reading.bindings.named(name, border, row.entity.key_type)}")
            )
    return all_of(tests)


def _select(reading: Reading, what: str, where: Test, end: str = "") -> Statement:
    lines = [f"SELECT {what}", f"FROM {reading.subject.scope.text()}"]
    if where != all_of([]):
        lines.append(f"WHERE {where}")
    return Statement("\n".join([*lines, *([end] if end else [])]), reading.bindings.params)


def _answer(reading: Reading, root: ir.Node) -> str:
    return verdict(reading, root) if root.type.kind is Kind.BOOL else reading.value(root)


def _large(rule: ir.Rule, scope: Scope, on: date, place: Place) -> bool:
    """Whether the scope holds a good part of the table, by a look at some of its pages."""
    if scope.union is None:
        return True
    if not any(isinstance(node, ir.Follow) and node.relation.many for node in ir.walk(rule.root)):
        return False
    reading = _reading(rule, scope.union, on, place, many=False)
    row = reading.subject
    found = rows_of(
        Statement("SELECT reltuples FROM pg_class WHERE oid = %(t)s::regclass", {"t": row.entity.table}),
        place,
    )
    share = min(100.0, 100.0 * LOOKED_AT / max(found[0][0], 1))
    looked = Statement(
        f"SELECT count(*) FILTER (WHERE {_inside(reading, scope)}), count(*)\n"
        f"FROM {row.entity.table} AS {row.alias} TABLESAMPLE SYSTEM ({reading.bindings.named('share', share)})",
        reading.bindings.params,
    )
    inside, seen = rows_of(looked, place)[0]
    return bool(inside >= LARGE * seen)


def rows_of(statement: Statement, place: Place) -> list[tuple[Any, ...]]:
    """What the database answers, on the place's alias."""
    with connections["default"].cursor() if place.using == "default" else whole(place.using) as cursor:
        cursor.execute(statement.sql, dict(statement.params))
        return list(cursor.fetchall())
