"""The small world's rows in real tables, and what the evaluator and SQL say of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections

from zhijia.catalogue.kinds import Parameter, ParameterValue
from zhijia.rules import evaluator, finding, ir, loading
from zhijia.rules.schema import Entity
from zhijia.rules.tests import world
from zhijia.rules.types import DECIMAL, DOUBLE, Kind

Row = Mapping[str, Any]
OwnerSql = Callable[..., list[Any]]
TODAY = date(2026, 11, 21)
SCHEMA = world.schema()
_COLUMNS = {
    "person": ("union_id", "division", "consented", "employer_id", *world.PERSON.fields),
    "employer": ("division", *world.EMPLOYER.fields),
    "child": ("person_id", *world.CHILD.fields),
    "payment": ("person_id", *world.PAYMENT.fields),
}


@contextmanager
def standing(owner_sql: OwnerSql) -> Iterator[None]:
    """The world's tables, readable for the app role, gone afterwards."""
    names = ", ".join(world.TABLES)
    owner_sql(f"DROP TABLE IF EXISTS {names}")
    owner_sql(world.DDL)
    owner_sql("CREATE INDEX ON rules_test_child (person_id)")
    owner_sql("CREATE INDEX ON rules_test_payment (person_id)")
    try:
        yield
    finally:
        owner_sql(f"DROP TABLE {names}")


def fill(owner_sql: OwnerSql, people: Sequence[Row]) -> None:
    """These people alone, numbered from 1, with those they lead to."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    for key, person in enumerate(people, 1):
        employer = person.get("employer")
        if employer is not None:
            rows["employer"].append({"division": "", **employer, "id": key})
        held = {"union_id": 1, "division": "", "consented": True, **person}
        rows["person"].append({**held, "employer_id": None if employer is None else key, "id": key})
        for many, name in (("children", "child"), ("payments", "payment")):
            for below in person.get(many) or ():
                rows[name].append({**below, "person_id": key, "id": len(rows[name]) + 1})
    for table in world.TABLES:
        owner_sql(f"DELETE FROM {table}")
    for name, found in rows.items():
        columns = ("id", *_COLUMNS[name])
        values = [row.get(column) for row in found for column in columns]
        if found:
            one = "(" + ", ".join(["%s"] * len(columns)) + ")"
            owner_sql(
                f"INSERT INTO rules_test_{name} ({', '.join(columns)}) VALUES {', '.join([one] * len(found))}",
                values,
            )


def placed(values: Mapping[str, Any]) -> Callable[[str], Parameter]:
    """Parameters with one value for the nation, none (not set), or several by division (`{"": 3, "3401": 4}`)."""

    def parameter(key: str) -> Parameter:
        held = values[key]
        entries = held if isinstance(held, dict) else {} if held is None else {"": held}
        return Parameter.model_construct(
            code=key,
            values=tuple(
                ParameterValue.model_construct(division=place, since=date.min, until=None, value=value)
                for place, value in entries.items()
            ),
        )

    return parameter


def in_force(values: Mapping[str, Any], division: str) -> dict[str, Any]:
    """The values of the parameters at a division, in the evaluator's types."""
    parameter, found = placed(values), {}
    for key in values:
        entry = parameter(key).at(division, date.max)
        kind = world.PARAMETERS[key]
        found[key] = None if entry is None else _TYPED.get(kind, lambda value: value)(entry.value)
    return found


_TYPED = {DECIMAL: lambda value: Decimal(str(value)), DOUBLE: float}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two readings of a rule say different things of a row."""

    rule: str
    row: Any
    evaluated: Any
    found: Any
    how: str


def differences(
    rules: Sequence[ir.Rule],
    people: Sequence[Row],
    values: Mapping[str, Any],
    on: date = TODAY,
) -> list[Difference]:
    """Each rule on each person that stands in the tables: by the evaluator on the person as given and on what is
    loaded, and by SQL in both manners, in one round trip."""
    place = finding.Place(SCHEMA, placed(values))
    loaded = loading.load(rules, range(1, len(people) + 1), on=on, place=place)
    found: list[Difference] = []
    said = _said(rules, place, on)
    for number, rule in enumerate(rules):
        of = evaluator.compiled(rule).of
        for key, person in enumerate(people, 1):
            held, params = loaded[key], in_force(values, person.get("division", ""))
            expected = of(_seen(world.PERSON, person), on=on, params=params)
            answers = {"loaded": of(held.row, on=on, params=params)}
            for many in (False, True):
                answers[said[number, many][1]] = _read(rule.root.type.kind, said[number, many][0][key])
            found.extend(
                Difference(rule.text, person, expected, answer, how)
                for how, answer in answers.items()
                if expected != answer or (expected is None) is not (answer is None)
            )
    return found


def _seen(entity: Entity, given: Row) -> dict[str, Any]:
    """The row as the rule's purpose may see it, said once more without SQL: what is not there is unknown, what lies
    outside a field's bounds too, and what is sensitive where nobody consented."""
    hidden = not given.get("consented", True)
    row: dict[str, Any] = {}
    for name, field in entity.fields.items():
        value = given.get(name)
        outside = value is not None and field.low is not None and not field.low <= value <= field.high
        row[name] = None if outside or (hidden and field.sensitive) else value
    for name, relation in entity.relations.items():
        to, found = SCHEMA.entity(relation.to), given.get(name)
        if relation.many:
            row[name] = [_seen(to, each) for each in found or ()]
        else:
            row[name] = None if found is None else _seen(to, found)
        row[name] = None if hidden and relation.sensitive else row[name]
    return row


def _said(
    rules: Sequence[ir.Rule], place: finding.Place, on: date
) -> dict[tuple[int, bool], tuple[dict[int, Any], str]]:
    """What SQL says, as text, and the statement that says it."""
    parts, params, shown = [], {}, {}
    for number, rule in enumerate(rules):
        for many in (False, True):
            statement = finding.shown(rule, on=on, place=place, many=many)
            prefix = f"r{number}{'m' if many else 'f'}_"
            sql = statement.sql.replace("%(", f"%({prefix}")
            parts.append(f"SELECT {number}, {many}, id, answer::text FROM ({sql}) AS said")
            params.update({prefix + name: value for name, value in statement.params.items()})
            shown[number, many] = ({}, statement.shown())
    with connections["default"].cursor() as cursor:
        cursor.execute("\nUNION ALL\n".join(parts), params)
        for number, many, key, answer in cursor.fetchall():
            shown[number, many][0][key] = answer
    return shown


def _read(kind: Kind, text: str | None) -> Any:
    """What PostgreSQL wrote, as the evaluator says it."""
    return None if text is None else _READ[kind](text)


_READ: Mapping[Kind, Callable[[str], Any]] = {
    Kind.BOOL: lambda text: text == "true",
    Kind.INT: int,
    Kind.DOUBLE: float,
    Kind.DECIMAL: Decimal,
    Kind.STRING: str,
    Kind.DATE: date.fromisoformat,
}
