"""A small world for the tests of rules: people at employers, with children and payments, and their tables."""

from zhijia.catalogue.text import Text
from zhijia.rules.schema import Entity, Field, Relation, Schema, Unit, named
from zhijia.rules.types import BOOL, DATE, DECIMAL, DOUBLE, DURATION, INT, STRING, Type, list_of

AID, HONOUR = "aid", "honour"
BOTH = frozenset({AID, HONOUR})
YUAN = Unit(Text(en="yuan", zh="元"))
YEARS = Unit(Text(en="years", zh="岁"))

PARAMETERS: dict[str, Type] = {
    "aid.line": INT,
    "aid.rate": DECIMAL,
    "aid.share": DOUBLE,
    "aid.open": BOOL,
    "aid.word": STRING,
    "aid.kinds": list_of(INT),
}

DDL = """
CREATE TABLE rules_test_employer (
    id bigint PRIMARY KEY,
    name text COLLATE "C",
    staff bigint,
    founded_on date,
    in_arrears boolean,
    division text NOT NULL DEFAULT ''
);
CREATE TABLE rules_test_person (
    id bigint PRIMARY KEY,
    union_id bigint NOT NULL DEFAULT 0,
    division text NOT NULL DEFAULT '',
    consented boolean NOT NULL DEFAULT true,
    employer_id bigint,
    name text COLLATE "C",
    note text COLLATE "C",
    age bigint,
    points bigint,
    score double precision,
    income numeric(24, 6),
    migrant boolean,
    born_on date,
    joined_on date,
    shift bigint,
    ill boolean
);
CREATE TABLE rules_test_child (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    name text COLLATE "C",
    age bigint,
    born_on date,
    at_school boolean
);
CREATE TABLE rules_test_payment (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    kind text COLLATE "C",
    fen bigint,
    amount numeric(24, 6),
    paid_on date
);
"""
"""PostgreSQL; a shift is a duration in whole seconds."""

TABLES = ("rules_test_payment", "rules_test_child", "rules_test_person", "rules_test_employer")


def _field(
    name: str, kind: Type, label: str, zh: str, purposes: frozenset[str] = BOTH, **more: object
) -> Field:
    sql = f"{{row}}.{name}"
    return Field(name, kind, Text(en=label, zh=zh), sql, source="test", purposes=purposes, **more)


PERSON = Entity(
    name="person",
    label=Text(en="Person", zh="人员"),
    table="rules_test_person",
    key="id",
    key_type="bigint",
    fields=named(
        _field("name", STRING, "Name", "姓名"),
        _field("note", STRING, "Note", "备注"),
        _field("age", INT, "Age", "年龄", unit=YEARS, low=0, high=150, fixed=True),
        _field("points", INT, "Points", "积分"),
        _field("score", DOUBLE, "Score", "得分"),
        _field("income", DECIMAL, "Monthly income", "月收入", unit=YUAN),
        _field("migrant", BOOL, "Migrant worker", "农民工"),
        _field("born_on", DATE, "Date of birth", "出生日期", fixed=True),
        _field("joined_on", DATE, "Date of joining", "入会日期"),
        _field("shift", DURATION, "Shift", "班时"),
        _field("ill", BOOL, "Seriously ill", "患大病", frozenset({AID}), sensitive=True),
    ),
    relations=named(
        Relation(
            name="employer",
            to="employer",
            label=Text(en="Employer", zh="用人单位"),
            keys=(("id", "employer_id"),),
            purposes=BOTH,
            source="test",
            many=False,
        ),
        Relation(
            name="children",
            to="child",
            label=Text(en="Children", zh="子女"),
            keys=(("person_id", "id"),),
            purposes=BOTH,
            source="test",
        ),
        Relation(
            name="payments",
            to="payment",
            label=Text(en="Payments", zh="发放记录"),
            keys=(("person_id", "id"),),
            purposes=frozenset({AID}),
            source="test",
            sensitive=True,
        ),
    ),
    division="{row}.division",
    within="{row}.union_id = {union}",
    consented="{row}.consented",
)
EMPLOYER = Entity(
    name="employer",
    label=Text(en="Employer", zh="用人单位"),
    table="rules_test_employer",
    key="id",
    key_type="bigint",
    fields=named(
        _field("name", STRING, "Name", "名称"),
        _field("staff", INT, "Staff", "职工人数", low=0, high=10_000_000),
        _field("founded_on", DATE, "Date of foundation", "成立日期"),
        _field("in_arrears", BOOL, "In arrears with wages", "欠薪"),
    ),
    division="{row}.division",
)
CHILD = Entity(
    name="child",
    label=Text(en="Child", zh="子女"),
    table="rules_test_child",
    key="id",
    key_type="bigint",
    fields=named(
        _field("name", STRING, "Name", "姓名"),
        _field("age", INT, "Age", "年龄", unit=YEARS, low=0, high=150),
        _field("born_on", DATE, "Date of birth", "出生日期"),
        _field("at_school", BOOL, "At school", "在读"),
    ),
)
PAYMENT = Entity(
    name="payment",
    label=Text(en="Payment", zh="发放"),
    table="rules_test_payment",
    key="id",
    key_type="bigint",
    fields=named(
        _field("kind", STRING, "Kind", "类别"),
        _field("fen", INT, "Fen", "金额（分）"),
        _field("amount", DECIMAL, "Amount", "金额", unit=YUAN),
        _field("paid_on", DATE, "Date of payment", "发放日期"),
    ),
)


def schema() -> Schema:
    """The declared world."""
    made = Schema()
    for entity in (PERSON, EMPLOYER, CHILD, PAYMENT):
        made.declare(entity)
    return made


def parameters(key: str) -> Type | None:
    """The types of the world's parameters."""
    return PARAMETERS.get(key)
