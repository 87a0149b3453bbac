"""What SQL says of a row is what the evaluator says of it, by example."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from zhijia.rules import finding, ir
from zhijia.rules.checker import check
from zhijia.rules.problems import RuleRefused
from zhijia.rules.tests import tables, world

pytestmark = pytest.mark.database
PARAMETERS = {
    "aid.line": {"": 1000, "34": 900, "340104": 1100},
    "aid.rate": 0.35,
    "aid.share": 0.5,
    "aid.open": True,
    "aid.word": "焊",
    "aid.kinds": [1, 2, 40],
}
PEOPLE: list[dict[str, Any]] = [
    {},
    {
        "division": "340104000000", "name": "王芳", "note": "a\nb", "age": 41, "points": 7, "score": 1.5,
        "income": Decimal("1099.5"), "migrant": True, "born_on": date(1985, 3, 1), "joined_on": date(2024, 2, 29),
        "shift": 8 * 3600, "ill": True,
        "employer": {"name": "晨光机械", "staff": 120, "founded_on": date(1999, 12, 31), "in_arrears": True},
        "children": [
            {"name": "甲", "age": 3, "born_on": date(2023, 11, 21), "at_school": False},
            {"name": "乙", "age": 17, "born_on": date(2008, 11, 22), "at_school": True},
        ],
        "payments": [
            {"kind": "warmth", "fen": 50_000, "amount": Decimal("500"), "paid_on": date(2026, 1, 20)},
            {"kind": "study", "fen": 2**62, "amount": Decimal("0.000001"), "paid_on": None},
        ],
    },
    {
        "division": "341800000000", "consented": False, "name": "", "age": 151, "points": -(2**63), "score": 1e-150,
        "income": Decimal("-0.000001"), "migrant": False, "born_on": date(2000, 2, 29), "ill": True,
        "employer": {"staff": None}, "children": [{"age": None}], "payments": [{"fen": 2**62}, {"fen": 2**62}],
    },
    {
        "division": "34", "points": 2**63 - 1, "score": 1e150, "income": Decimal("999999999999999999.999999"),
        "born_on": date(9999, 12, 31), "joined_on": date(1, 1, 1), "shift": -90_000,
        "children": [{"age": 18, "at_school": True, "born_on": date(2008, 11, 21)}, {"age": 150}],
        "payments": [{"amount": Decimal("999999999999999999"), "fen": 2**62}, {"amount": Decimal(1), "fen": 2**62}],
    },
]  # fmt: skip
RULES = """
person.age >= 18 && person.income < decimal("1100")
!(person.age >= 18) || person.migrant
person.migrant ? person.ill : person.age < 60
has(person.ill) == has(person.payments)
has(person.employer) && !has(person.employer.staff)
person.points + 1
person.points * 2
-person.points
person.points / person.age
(person.points + 1) / 2
person.age <= 41 || person.income <= decimal("-0.000001")
person.points / (0 - 1)
person.points % 7
person.income * decimal("0.333333")
person.income / decimal("3")
person.income / (person.income - person.income)
person.score * person.score
person.score / 3.0
person.score - 1.5
years(person.born_on, today) >= 26
years(person.born_on, date("2026-03-01")) >= 41
years(person.born_on, date("2026-02-28")) < 26
months(person.born_on, date("2026-02-28")) <= 311
years(person.born_on, today)
months(person.born_on, today) == 319
months(today, person.joined_on) > -36
!(years(person.joined_on, date("2026-02-28")) < 2)
person.born_on + duration("48h") > today
person.born_on - person.joined_on > duration("24h")
days(person.born_on - person.joined_on)
days(person.shift)
person.joined_on + person.shift
person.name < "王"
person.name + person.note
size(person.name + "😀")
person.note.matches("^a.b$") || person.note.contains("\\n")
person.name.startsWith(param("aid.word")) || person.name.endsWith("芳")
person.age in [41, 42]
!(person.name in ["王芳", person.note])
person.age in {41: 1, 151: 2}
{1: person.name, 2: "x"}[person.age - 40]
["a", person.name][person.points - 6]
param("aid.line") + 1
person.income < decimal(param("aid.line")) * param("aid.rate")
person.points in param("aid.kinds")
int(person.income) + int("12")
int(person.score)
string(person.income)
string(person.born_on) + string(person.migrant) + string(person.points)
double(person.points)
decimal(person.points)
least(person.points, person.age)
greatest(person.income, decimal("1"))
person.children.exists(c, c.age < 18 && c.at_school)
person.children.all(c, c.age < 18)
person.children.exists_one(c, c.at_school)
person.children.exists(c, person.migrant)
person.children.filter(c, person.ill).all(c, c.age > 100)
size(person.children)
size(person.children.filter(c, years(c.born_on, today) < 18)) >= 2
size(person.children.filter(c, c.age < person.age))
sum(person.children.map(c, c.age))
min(person.children.map(c, c.name))
max(person.children.filter(c, c.at_school).map(c, c.born_on))
17 in person.children.map(c, c.age)
person.children.filter(c, has(c.age)).all(c, c.age > 2)
sum(person.payments.map(p, p.amount))
sum(person.payments.map(p, p.fen))
person.payments.exists(p, p.kind == "study" && p.amount < decimal("1"))
person.payments.all(p, p.fen > 0)
person.children.exists(c, person.payments.exists(p, p.fen > c.age))
sum([person.age, person.points])
max([person.income, decimal("2")])
person.employer.in_arrears && person.employer.staff > 100
person.born_on.getFullYear() + person.born_on.getMonth() + person.born_on.getDate() + person.born_on.getDayOfWeek()
[1, 2, 3].exists(i, i == person.points - 5)
"""


@pytest.mark.parametrize("text", [line for line in RULES.splitlines() if line])
def test_examples_are_checked(text: str) -> None:
    assert _rule(text).text == text


def test_both_readings_say_the_same_of_each_example(standing: tables.OwnerSql) -> None:
    tables.fill(standing, PEOPLE)

    assert tables.differences(rules(), PEOPLE, PARAMETERS) == []


def rules() -> list[ir.Rule]:
    """The examples, checked."""
    return [_rule(line) for line in RULES.splitlines() if line]


def _rule(text: str) -> ir.Rule:
    return check(text, schema=tables.SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters)


PATTERNS = ["(a{1,3}){80}", "(a|b|c){150}", "[^a-z]{255}", ".{0,255}$", "^(.?){200}$", "((((x*)*)*)*)+"]


def test_no_pattern_is_too_much_for_the_database(standing: tables.OwnerSql) -> None:
    tables.fill(standing, PEOPLE)
    asked = [_rule(f'person.name.matches("{pattern}")') for pattern in PATTERNS]

    assert tables.differences(asked, PEOPLE, PARAMETERS) == []


def _tested(inside: str) -> str:
    return f"({inside} ? person.migrant : person.ill)"


def _summed(inside: str) -> str:
    return f"sum(person.children.map(c, {inside}))"


@pytest.mark.parametrize(
    ("innermost", "around", "why"),
    [("person.migrant", _tested, "too long"), ("person.points", _summed, "lie in one another")],
)
def test_what_doubles_with_each_level_is_refused_before_the_statement_is_endless(
    innermost: str, around: Callable[[str], str], why: str
) -> None:
    text = innermost
    for _ in range(20):
        text = around(text)

    with pytest.raises(RuleRefused, match=why):
        finding.shown(_rule(text), on=tables.TODAY, place=finding.Place(tables.SCHEMA))
