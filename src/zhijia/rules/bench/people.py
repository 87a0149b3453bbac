"""Made-up people with employers, children and payments, as many as asked for, in tables of the bench's own; and what
rules may say of them. The same number, the same people."""

from datetime import date

from django.db import connections, transaction

from zhijia.catalogue.text import Text
from zhijia.rules.schema import Entity, Field, Relation, Schema, named
from zhijia.rules.types import BOOL, DATE, DECIMAL, INT, STRING, Type

TODAY = date(2026, 11, 21)
ROOT, MEMBERS_OF, STAFF_OF = 1, 88, 40
PURPOSE = "bench"
_PURPOSES = frozenset({PURPOSE})
TABLES = """
CREATE TABLE rules_bench_union (id int PRIMARY KEY, tree_left int NOT NULL, tree_right int NOT NULL);
CREATE TABLE rules_bench_employer (id int PRIMARY KEY, staff int NOT NULL, in_arrears boolean NOT NULL);
CREATE TABLE rules_bench_person (
    id int PRIMARY KEY, union_id int NOT NULL, employer_id int, born_on date NOT NULL, migrant boolean NOT NULL,
    income numeric(12, 2)
);
CREATE TABLE rules_bench_child (
    id int PRIMARY KEY, person_id int NOT NULL, born_on date NOT NULL, at_school boolean NOT NULL
);
CREATE TABLE rules_bench_payment (
    id int PRIMARY KEY, person_id int NOT NULL, kind text NOT NULL, fen int NOT NULL, paid_on date NOT NULL
);
"""
_DRAWN = "(hashint4extended({of}, {seed}) & 2147483647)"
FILLED = """
INSERT INTO rules_bench_union VALUES (1, 1, 2147483647);
INSERT INTO rules_bench_union SELECT n, n, n + 1 FROM generate_series(2, {people} / {members} + 2) AS n;
INSERT INTO rules_bench_employer
SELECT n, 1 + {0} % 1000, {1} % 20 = 0 FROM generate_series(1, {people} / {staff} + 1) AS n;
INSERT INTO rules_bench_person
SELECT n, 2 + n / {members}, nullif({2} % ({people} / {staff} + 2), 0), date '1960-01-01' + ({3} % 17000)::int,
    {4} % 5 = 0, CASE WHEN {5} % 10 > 0 THEN 500 + {5} % 12000 END
FROM generate_series(1, {people}) AS n;
INSERT INTO rules_bench_child
SELECT n, 1 + {6} % {people}, date '1995-01-01' + ({7} % 11600)::int, {8} % 2 = 0
FROM generate_series(1, {people} * 3 / 2) AS n;
INSERT INTO rules_bench_payment
SELECT n, 1 + {9} % {people}, (ARRAY['warmth', 'study', 'illness'])[1 + {10} % 3], (10000 + {11} % 500000)::int,
    date '2023-01-01' + ({12} % 1400)::int
FROM generate_series(1, {people} * 2) AS n;
CREATE INDEX ON rules_bench_person (union_id);
CREATE INDEX ON rules_bench_child (person_id);
CREATE INDEX ON rules_bench_payment (person_id);
GRANT SELECT ON rules_bench_union, rules_bench_employer, rules_bench_person, rules_bench_child, rules_bench_payment
TO PUBLIC;
"""


def make(people: int) -> None:
    """The tables with so many people in them, looked at by the planner."""
    draws = [_DRAWN.format(of="n", seed=seed) for seed in range(1, 14)]
    filled = FILLED.format(*draws, people=people, members=MEMBERS_OF, staff=STAFF_OF)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(TABLES + filled)
    with connections["owner"].cursor() as cursor:
        for name in ("union", "employer", "person", "child", "payment"):
            cursor.execute(f"VACUUM ANALYZE rules_bench_{name}")


def _field(name: str, of: Type, *, required: bool = True) -> Field:
    label = Text(en=name.replace("_", " "), zh=name)
    return Field(name, of, label, f"{{row}}.{name}", "bench", _PURPOSES, required=required)


def _relation(name: str, to: str, theirs: str, ours: str, *, many: bool) -> Relation:
    return Relation(name, to, Text(en=name, zh=name), ((theirs, ours),), _PURPOSES, "bench", many=many)


def schema() -> Schema:
    """What a rule of the bench may speak of."""
    made = Schema()
    made.declare(
        Entity(
            name="person",
            label=Text(en="Person", zh="人员"),
            table="rules_bench_person",
            key="id",
            key_type="int",
            fields=named(
                _field("born_on", DATE), _field("migrant", BOOL), _field("income", DECIMAL, required=False)
            ),
            relations=named(
                _relation("employer", "employer", "id", "employer_id", many=False),
                _relation("children", "child", "person_id", "id", many=True),
                _relation("payments", "payment", "person_id", "id", many=True),
            ),
            within=(
                "{row}.union_id IN (SELECT below.id FROM rules_bench_union AS above JOIN rules_bench_union AS below"
                " ON below.tree_left BETWEEN above.tree_left AND above.tree_right WHERE above.id = {union})"
            ),
        )
    )
    fields = {
        "employer": [_field("staff", INT), _field("in_arrears", BOOL)],
        "child": [_field("born_on", DATE), _field("at_school", BOOL)],
        "payment": [_field("kind", STRING), _field("fen", INT), _field("paid_on", DATE)],
    }
    for name, held in fields.items():
        label = Text(en=name, zh=name)
        made.declare(Entity(name, label, f"rules_bench_{name}", "id", "int", fields=named(*held)))
    return made
