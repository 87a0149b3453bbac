"""A world to be spoken of: a worker with an employer, children and payments, in the words of the register."""

from typing import Any

from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.checker import check
from zhijia.rules.schema import Entity, Field, Relation, Schema, Unit, named
from zhijia.rules.types import BOOL, DATE, DECIMAL, DOUBLE, DURATION, INT, STRING, Type, list_of
from zhijia.rules.words import Term

ANY = frozenset({"aid"})
YUAN = Unit(Text(en="yuan", zh="元"))
OLD = Unit(Text(en="years of age", zh="周岁"))
YEARS = Unit(Text(en="years", zh="年"))


def _field(name: str, kind: Type, zh: str, en: str, **more: Any) -> Field:
    return Field(name, kind, Text(en=en, zh=zh), f"{{row}}.{name}", source="test", purposes=ANY, **more)


def _relation(name: str, to: str, zh: str, en: str, **more: Any) -> Relation:
    return Relation(name, to, Text(en=en, zh=zh), (("person_id", "id"),), ANY, source="test", **more)


def _entity(name: str, zh: str, en: str, *parts: Field | Relation) -> Entity:
    return Entity(
        name=name,
        label=Text(en=en, zh=zh),
        table=name,
        key="id",
        key_type="bigint",
        fields=named(*(part for part in parts if isinstance(part, Field))),
        relations=named(*(part for part in parts if isinstance(part, Relation))),
    )


PERSON = _entity(
    "person", "职工", "Worker",
    _field("name", STRING, "姓名", "Name"),
    _field("sex", STRING, "性别", "Sex", code_list="sexes", fixed=True),
    _field("born_on", DATE, "出生日期", "Date of birth", unit=OLD, fixed=True),
    _field("age", INT, "年龄", "Age", unit=OLD, low=0, high=150, fixed=True),
    _field("joined_on", DATE, "入会日期", "Date of joining"),
    _field("hired_on", DATE, "入职日期", "Date of hire"),
    _field("seniority", INT, "工龄", "Length of service", unit=YEARS, low=0, high=100),
    _field("income", DECIMAL, "月收入", "Monthly income", unit=YUAN,
           ask=Text(en="What do you earn a month?", zh="您每月收入多少元？"),
           evidence=Text(en="wage slips of the last three months", zh="近三个月的工资单")),
    _field("rent", DECIMAL, "月房租", "Monthly rent", unit=YUAN),
    _field("points", INT, "积分", "Number of points"),
    _field("score", DOUBLE, "考核得分", "Assessment score"),
    _field("gig_group", STRING, "新就业形态", "New form of work", code_list="gig_groups"),
    _field("work_status", STRING, "就业状况", "Employment status", code_list="work_statuses"),
    _field("migrant", BOOL, "农民工", "Migrant worker"),
    _field("has_card", BOOL, "有会员卡", "Has a member card"),
    _field("retired", BOOL, "已退休", "Is retired"),
    _field("shift", DURATION, "每周工时", "Working time a week"),
    _field("phone", STRING, "手机号", "Mobile number"),
    _relation("employer", "employer", "用人单位", "Employer", many=False),
    _relation("children", "child", "子女", "Children"),
    _relation("payments", "payment", "救助记录", "Payments of aid"),
)  # fmt: skip
EMPLOYER = _entity(
    "employer", "单位", "Employer",
    _field("name", STRING, "名称", "Name"),
    _field("staff", INT, "职工人数", "Number of staff", unit=Unit(Text(en="people", zh="人"))),
    _field("founded_on", DATE, "成立日期", "Date of foundation"),
    _field("in_arrears", BOOL, "拖欠工资的单位", "Employer in arrears with wages"),
)  # fmt: skip
CHILD = _entity(
    "child", "子女", "Child",
    _field("name", STRING, "姓名", "Name"),
    _field("born_on", DATE, "出生日期", "Date of birth", unit=OLD),
    _field("age", INT, "年龄", "Age", unit=OLD),
    _field("at_school", BOOL, "学生", "Pupil or student"),
    _field("fee", DECIMAL, "学费", "School fee", unit=YUAN),
    _field("hired_on", DATE, "入学日期", "First day at school"),
)  # fmt: skip
PAYMENT = _entity(
    "payment", "救助", "Payment",
    _field("amount", DECIMAL, "金额", "Amount", unit=YUAN),
    _field("paid_on", DATE, "发放日期", "Date of payment"),
)  # fmt: skip

PARAMETERS: dict[str, tuple[Type, Term]] = {
    "dibao": (INT, Term(Text(en="The local subsistence line", zh="当地低保标准"), Text(en="700 yuan", zh="700元"))),
    "retirement_age": (INT, Term(Text(en="The age of retirement", zh="退休年龄"), Text(en="60 years", zh="60周岁"))),
    "long_years": (INT, Term(Text(en="The years of long service", zh="老会员年限"), Text(en="20 years", zh="20年"))),
    "limit": (DECIMAL, Term(Text(en="The yearly limit", zh="年度上限"), None)),
    "groups": (list_of(INT), Term(Text(en="The groups", zh="重点群体"), Text(en="1, 2", zh="1、2"))),
    "open": (BOOL, Term(Text(en="Applications are open", zh="开放申请"), Text(en="yes", zh="是"))),
}  # fmt: skip


def schema() -> Schema:
    """The declared world."""
    made = Schema()
    for entity in (PERSON, EMPLOYER, CHILD, PAYMENT):
        made.declare(entity)
    return made


def parameter_type(key: str) -> Type | None:
    """The type of a parameter of this world."""
    return PARAMETERS[key][0] if key in PARAMETERS else None


def term(key: str) -> Term:
    """A parameter in words."""
    return PARAMETERS[key][1]


def rule(text: str) -> ir.Rule:
    """The rule, checked."""
    return check(text, schema=schema(), subject="person", purpose="aid", parameters=parameter_type)
