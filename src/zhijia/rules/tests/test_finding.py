"""Finding by a rule: pages, counts, verdicts and totals, and what the database does for them."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from zhijia.rules import finding, ir, loading
from zhijia.rules.checker import check
from zhijia.rules.finding import Place, Scope, Tally, Total
from zhijia.rules.sql.statement import Statement
from zhijia.rules.tests import tables, world

pytestmark = pytest.mark.database
PLACE = Place(tables.SCHEMA, tables.placed({"aid.line": {"": 10, "34": 20}}))
POOR = 'person.income < decimal("1000")'
HERE, ELSEWHERE = 7, 8
PEOPLE: list[dict[str, Any]] = [
    {"union_id": HERE, "income": Decimal(500), "points": 3},
    {"union_id": HERE, "income": Decimal(2000), "points": 3},
    {"union_id": HERE, "income": None, "points": 5},
    {"union_id": ELSEWHERE, "income": Decimal(400), "points": 100},
    {"union_id": HERE, "income": Decimal(999), "points": None, "division": "340100000000"},
    {"union_id": HERE, "income": Decimal(1), "points": 4},
]


def _rule(text: str) -> ir.Rule:
    return check(text, schema=tables.SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters)


@pytest.fixture
def people(standing: tables.OwnerSql) -> tables.OwnerSql:
    tables.fill(standing, PEOPLE)
    return standing


def test_pages_follow_one_another_and_hold_everybody_once(people: tables.OwnerSql) -> None:
    pages, after = [], None
    while page := finding.find(
        _rule(POOR), scope=Scope(union=HERE), on=tables.TODAY, after=after, rows=2, place=PLACE
    ):
        pages.append(page)
        after = page[-1]

    assert pages == [[1, 5], [6]]


def test_counts_are_of_the_scope_alone_and_say_what_is_unknown(people: tables.OwnerSql) -> None:
    rule, scope = _rule(POOR), Scope(union=HERE)

    assert finding.count(rule, scope=scope, on=tables.TODAY, place=PLACE) == 3
    assert finding.tally(rule, scope=scope, on=tables.TODAY, place=PLACE) == Tally(yes=3, no=1, unknown=1)
    assert finding.count(rule, scope=Scope(keys=[2, 4]), on=tables.TODAY, place=PLACE) == 1


def test_verdicts_and_amounts_of_these_subjects(people: tables.OwnerSql) -> None:
    said = finding.verdicts(_rule(POOR), [1, 2, 3, 99], tables.TODAY, place=PLACE)
    amounts = finding.verdicts(
        _rule('param("aid.line") + person.points'), [4, 5, 6], tables.TODAY, place=PLACE
    )

    assert said == {1: True, 2: False, 3: None}
    assert amounts == {4: 110, 5: None, 6: 14}


def test_a_total_adds_what_is_known_and_counts_what_is_not(people: tables.OwnerSql) -> None:
    total = finding.total(
        _rule(POOR), _rule("person.points * 10"), scope=Scope(union=HERE), on=tables.TODAY, place=PLACE
    )

    assert total == Total(count=3, amount=Decimal(70), unknown=1)


def test_past_the_row_policies_a_scope_has_to_be_named(people: tables.OwnerSql) -> None:
    everybody = Place(PLACE.schema, PLACE.parameters, using="bulk")

    with pytest.raises(ValueError, match="scope"):
        finding.count(_rule(POOR), scope=Scope(), on=tables.TODAY, place=everybody)


def test_no_value_of_a_rule_stands_in_the_statement(people: tables.OwnerSql) -> None:
    text = 'person.name == "Robert\'); DROP TABLE" || person.points in [4711, 4712]'
    statement = finding.finding(_rule(text), scope=Scope(keys=[1]), on=tables.TODAY, place=PLACE)

    assert not any(word in statement.sql for word in ("Robert", "4711", "4712"))
    assert "'Robert''); DROP TABLE'" in statement.shown()
    assert finding.find(_rule(text), scope=Scope(keys=[1]), on=tables.TODAY, place=PLACE) == []


@pytest.fixture
def crowd(standing: tables.OwnerSql) -> tables.OwnerSql:
    """Twenty thousand people with children and payments; one in a hundred at HERE."""
    standing(
        "INSERT INTO rules_test_person (id, union_id, income, employer_id)"
        f" SELECT n, CASE WHEN n % 100 = 0 THEN {HERE} ELSE {ELSEWHERE} END, n, n % 500"
        " FROM generate_series(1, 20000) AS n"
    )
    standing("INSERT INTO rules_test_employer (id, staff) SELECT n, n FROM generate_series(1, 500) AS n")
    for name in ("child", "payment"):
        standing(
            f"INSERT INTO rules_test_{name} (id, person_id) SELECT n, n / 2 FROM generate_series(1, 40000) AS n"
        )
    for table in world.TABLES:
        standing(f"ANALYZE {table}")
    return standing


ASKED = [
    "person.employer.staff > 3 && person.children.exists(c, c.age < 18)",
    "!person.payments.all(p, p.fen > 3)",
    "size(person.children) >= 2 && sum(person.payments.map(p, p.fen)) < 100",
    "person.children.filter(c, c.at_school).exists_one(c, c.age < 3)",
]


@pytest.mark.parametrize("text", ASKED)
def test_few_subjects_are_found_and_loaded_without_reading_whole_tables(
    crowd: tables.OwnerSql, text: str
) -> None:
    rule, keys = _rule(text), [5, 500, 5000]
    found = finding.finding(rule, scope=Scope(keys=keys), on=tables.TODAY, place=PLACE)
    loaded = loading.loading(rule, loading.needs([rule]), keys, on=tables.TODAY, place=PLACE)

    for statement in (found, loaded):
        read = set(_read_whole(_plan(statement)))
        assert not read & {"rules_test_person", "rules_test_child", "rules_test_payment"}


def test_a_small_union_is_asked_row_by_row_and_everybody_at_once(crowd: tables.OwnerSql) -> None:
    rule = _rule(ASKED[2])
    small, large = (
        finding.finding(rule, scope=Scope(union=union), on=tables.TODAY, place=PLACE)
        for union in (HERE, ELSEWHERE)
    )

    assert "GROUP BY" not in small.sql
    assert "GROUP BY" in large.sql


def _plan(statement: Statement) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.params)
        said = cursor.fetchone()[0]
    return (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]


def _read_whole(plan: dict[str, Any]) -> Any:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from _read_whole(below)
