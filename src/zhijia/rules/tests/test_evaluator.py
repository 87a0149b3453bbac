"""The meaning of each node, by tables: its values, its edges, and unknowns everywhere."""

import decimal
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from zhijia.rules.checker import check
from zhijia.rules.evaluator import compiled
from zhijia.rules.tests import world

SCHEMA = world.schema()
DAY = date(2026, 11, 21)
LONG = "x" * 100_000
ROW: dict[str, Any] = {
    "name": "王五", "note": None, "age": 61, "points": 2**63 - 1, "score": 1.5, "income": Decimal("1200.5"),
    "migrant": True, "born_on": date(1964, 2, 29), "joined_on": None, "shift": 90_000, "ill": None,
    "employer": {"name": "e\u0301", "staff": 10, "founded_on": None, "in_arrears": False},
    "children": [
        {"name": "a", "age": 5, "born_on": date(2021, 3, 1), "at_school": True},
        {"name": "b", "age": None, "born_on": None, "at_school": None},
    ],
    "payments": [
        {"kind": "x", "fen": 5, "amount": Decimal("1.5"), "paid_on": date(2026, 1, 31)},
        {"kind": "y", "fen": 7, "amount": Decimal("2.5"), "paid_on": date(2026, 2, 28)},
    ],
}  # fmt: skip
NOBODY: dict[str, Any] = {**dict.fromkeys(ROW), "children": [], "payments": []}
PARAMS = {"aid.line": 60, "aid.kinds": [1, 61], "aid.rate": None, "aid.share": 0.5, "aid.open": True}


def said(text: str, row: dict[str, Any] = ROW) -> Any:
    rule = check(text, schema=SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters)
    return compiled(rule).of(row, on=DAY, params=PARAMS)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        ("true", "true", True, True), ("true", "false", False, True), ("false", "false", False, False),
        ("true", "person.ill", None, True), ("false", "person.ill", False, None),
        ("person.ill", "person.ill", None, None),
    ],
)  # fmt: skip
def test_and_or_follow_kleene_in_both_orders(left: str, right: str, both: Any, either: Any) -> None:
    assert said(f"{left} && {right}") is said(f"{right} && {left}") is both
    assert said(f"{left} || {right}") is said(f"{right} || {left}") is either
    assert said(f"!({left} && {right})") is (None if both is None else not both)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("person.ill ? 1 : 1", None),
        ("person.migrant ? 1 : person.points", 1),
        ("person.migrant ? person.age : 1", 61),
        ("person.note == person.note", None),
        ("person.note == 'a' || has(person.note)", None),
        ("has(person.note)", False),
        ("has(person.name)", True),
        ("has(person.employer)", True),
        ("has(person.employer.founded_on)", False),
        ("has(person.children)", True),
        ("person.employer.staff + 1", 11),
        ("person.employer.founded_on > today", None),
        ("param('aid.line') + 1", 61),
        ("param('aid.rate') + 1", None),
        ("today", DAY),
        ("person.age in param('aid.kinds')", True),
        # Text: by code point, never normalised
        ("size(person.name)", 2),
        ("size(person.employer.name)", 2),
        ("person.employer.name == 'é'", False),
        ("'\U0001f469' > '\uffff'", True),
        ("'B' < 'a'", True),
        ("person.name.startsWith('')", True),
        ("'' + person.note", None),
        ("size('\U0001f469\u200d\U0001f692')", 3),
        ("person.name.contains('五')", True),
        ("person.name.endsWith('王')", False),
        # Whole numbers
        ("person.points + 1", None),
        ("person.points - 1", 2**63 - 2),
        ("-person.points - 1", -(2**63)),
        ("-person.points - 2", None),
        ("(-person.points - 1) / -1", None),
        ("(-person.points - 1) % -1", 0),
        ("-(-person.points - 1)", None),
        ("person.points * 2", None),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("person.age / 0", None),
        ("person.age % (person.age - 61)", None),
        ("(person.age - 68) / 2", -3),
        ("(person.age - 68) % 2", -1),
        # Decimals: six places, halves away from zero
        ("decimal('0.000001') * decimal('0.5')", Decimal("0.000001")),
        ("decimal('-0.000001') * decimal('0.5')", Decimal("-0.000001")),
        ("decimal('0.000001') * decimal('0.4')", Decimal("0")),
        ("decimal(1) / 3", Decimal("0.333333")),
        ("decimal(2) / 3", Decimal("0.666667")),
        ("decimal('999999999999999999.999999') + decimal('0.000001')", None),
        ("decimal('999999999999999999') + decimal('0.999999')", Decimal("999999999999999999.999999")),
        ("decimal('999999999') * decimal('999999999')", Decimal("999999998000000001")),
        ("decimal('1000000000') * decimal('1000000000')", None),
        ("person.income / 0", None),
        ("decimal('-7.5') % 2", Decimal("-1.5")),
        ("decimal(person.points)", None),
        ("person.income + person.age", Decimal("1261.5")),
        # Doubles: zero, or between 1e-150 and 1e150
        ("person.score * 2", 3.0),
        ("1e150 * 1.0", 1e150),
        ("1e150 * 1.1", None),
        ("1e-150 * 0.9", None),
        ("1e-100 * 1e-100", None),
        ("0.0 * -1.0 == 0.0", True),
        ("1.0 / 0.0", None),
        ("1e150 - 1e150", 0.0),
        ("double(person.age) / 2", 30.5),
        ("double(person.income)", 1200.5),
        # Conversions
        ("int(-1.9)", -1),
        ("int(9.3e18)", None),
        ("int(-9223372036854775808.0)", -(2**63)),
        ("int(9223372036854775808.0)", None),
        ("int(decimal('-1.9'))", -1),
        ("int('-007')", -7),
        ("int('9223372036854775808')", None),
        ("int('-9223372036854775808')", -(2**63)),
        ("int(' 7')", None),
        ("int('٣')", None),
        ("int('')", None),
        ("int('-')", None),
        ("string(-7)", "-7"),
        ("string(person.income)", "1200.5"),
        ("string(decimal('100'))", "100"),
        ("string(decimal(0) * -1)", "0"),
        ("string(true)", "true"),
        ("string(date('0001-01-01'))", "0001-01-01"),
        # Days
        ("years(date('2024-02-29'), date('2025-02-28'))", 0),
        ("years(date('2024-02-29'), date('2025-03-01'))", 1),
        ("years(date('2024-02-29'), date('2028-02-29'))", 4),
        ("years(date('2025-03-01'), date('2024-02-29'))", -1),
        ("years(date('2025-02-28'), date('2024-02-29'))", 0),
        ("months(date('2026-01-31'), date('2026-02-28'))", 0),
        ("months(date('2026-01-31'), date('2026-03-01'))", 1),
        ("months(date('2026-03-01'), date('2026-01-31'))", -1),
        ("years(person.joined_on, today)", None),
        ("days(date('2024-03-01') - date('2024-02-28'))", 2),
        ("days(duration('-25h'))", -1),
        ("days(person.shift)", 1),
        ("today + duration('24h')", date(2026, 11, 22)),
        ("date('9999-12-31') + duration('24h')", None),
        ("date('0001-01-01') - duration('24h')", None),
        ("today + person.shift", None),
        ("today + (person.shift - duration('1h'))", date(2026, 11, 22)),
        ("date('2024-02-29').getMonth()", 1),
        ("date('2024-02-29').getDate()", 29),
        ("date('2024-02-29').getDayOfWeek()", 4),
        ("date('2026-11-22').getDayOfWeek()", 0),
        ("today.getFullYear()", 2026),
        ("person.shift + duration('1h') == duration('26h')", True),
        ("today - date('0001-01-01') > duration('1h')", True),
        # Written lists and maps
        ("person.age in [60, 61]", True),
        ("person.age in [60, person.points]", False),
        ("person.name in ['a', person.note]", None),
        ("person.name in ['王五', person.note]", True),
        ("person.note in ['a']", None),
        ("[1, 2][1]", 2),
        ("[1, 2][2]", None),
        ("[1, 2][-1]", None),
        ("[person.note, 'b'][1]", "b"),
        ("{'a': 1, '王五': 2}[person.name]", 2),
        ("{'a': 1}[person.name]", None),
        ("person.name in {'王五': person.note}", True),
        ("{'a': 1}.a", 1),
        ("[1, 2].all(x, x > 0)", True),
        ("[1, person.points].exists_one(x, x == 1)", True),
        ("['a', person.note].exists_one(x, x == 'a')", None),
        ("sum([1, 2].map(x, x * person.age))", 183),
        ("size(['a', person.note])", 2),
        ("max([person.age, 60, 70])", 70),
        ("min(['b', person.note])", None),
        # Related rows
        ("size(person.children)", 2),
        ("person.children.exists(c, c.age < 18)", True),
        ("person.children.all(c, c.age < 18)", None),
        ("person.children.all(c, c.age > 18)", False),
        ("person.children.exists(c, c.age > 18)", None),
        ("person.children.exists_one(c, c.age == 5)", None),
        ("person.children.exists_one(c, c.name == 'a')", True),
        ("size(person.children.filter(c, c.age == 5))", None),
        ("size(person.children.filter(c, has(c.age) && c.age == 5))", 1),
        ("size(person.children.map(c, c.age))", 2),
        ("sum(person.children.map(c, c.age))", None),
        ("person.children.filter(c, c.age > 9).all(c, false)", None),
        ("person.children.filter(c, has(c.age)).map(c, c.age).all(a, a == 5)", True),
        ("person.children.map(c, c.age).exists(a, a == 5)", True),
        ("5 in person.children.map(c, c.age)", True),
        ("6 in person.children.map(c, c.age)", None),
        ("person.points in person.payments.map(p, p.fen)", False),
        ("sum(person.payments.map(p, p.amount))", Decimal("4.0")),
        ("max(person.payments.map(p, p.paid_on))", date(2026, 2, 28)),
        ("min(person.payments.filter(p, p.fen > 5).map(p, p.kind))", "y"),
        ("sum(person.payments.map(p, person.points))", None),
        ("person.payments.exists(p, person.children.exists(c, c.age == p.fen))", True),
        ("least(person.age, 3)", 3),
        ("greatest(person.income, 1, 2000)", Decimal("2000")),
        ("least(person.income, param('aid.rate'))", None),
    ],
)
def test_a_node_means_what_it_says(text: str, value: Any) -> None:
    answer = said(text)

    assert (type(answer), answer) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("person.age >= 60", None),
        ("person.children.all(c, c.age > 1)", True),
        ("person.children.exists(c, c.age > 1)", False),
        ("person.children.exists_one(c, true)", False),
        ("sum(person.payments.map(p, p.fen))", 0),
        ("sum(person.payments.map(p, p.amount))", Decimal(0)),
        ("max(person.payments.map(p, p.fen))", None),
        ("size(person.children)", 0),
        ("person.note in person.payments.map(p, p.kind)", False),
        ("person.employer.name == 'a'", None),
        ("has(person.employer)", False),
        ("person.employer.staff > 1 || true", True),
    ],
)
def test_of_somebody_without_facts_and_rows_it_says_this(text: str, value: Any) -> None:
    assert said(text, NOBODY) == value


@pytest.mark.parametrize(
    "text",
    ["person.payments.all(p, true)", "size(person.payments) == 0", "'x' in person.payments.map(p, p.kind)"],
)
def test_a_hidden_list_is_unknown_and_not_empty(text: str) -> None:
    hidden = {**ROW, "payments": None}

    assert said(text, hidden) is None
    assert said("has(person.payments)", hidden) is False


def test_of_an_empty_parameter_nothing_is_in_it_whatever_is_asked() -> None:
    rule = check(
        "person.points in param('aid.kinds')",
        schema=SCHEMA,
        subject="person",
        purpose=world.AID,
        parameters=world.parameters,
    )
    of = compiled(rule).of

    assert of(NOBODY, on=DAY, params={"aid.kinds": []}) is False
    assert of(NOBODY, on=DAY, params={"aid.kinds": [1]}) is None
    assert of(ROW, on=DAY, params={"aid.kinds": None}) is None


def test_long_texts_are_read_whole() -> None:
    row = {**ROW, "name": LONG, "note": LONG + "y"}

    assert said("size(person.name)", row) == 100_000
    assert (
        said(
            "person.note.endsWith('xy') && person.note.startsWith(person.name) && person.name < person.note",
            row,
        )
        is True
    )


def test_decimals_do_not_hang_on_the_context_of_the_thread() -> None:
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN):
        assert said("person.income * 3 + decimal('0.000001')") == Decimal("3601.500001")


def test_a_rule_cannot_reach_what_python_offers() -> None:
    assert said("'__import__' + string(1)") == "__import__1"
    rule = check(
        "person.name == '\"); raise SystemExit #'",
        schema=SCHEMA,
        subject="person",
        purpose="aid",
        parameters=world.parameters,
    )
    assert compiled(rule).of(ROW, on=DAY, params=PARAMS) is False
