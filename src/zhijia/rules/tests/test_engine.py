"""The evaluator says what the Rust engine of CEL says, wherever that engine defines the result."""

import ast
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings

from zhijia.rules.checker import check
from zhijia.rules.evaluator import compiled, compiled_node, scalars, writer
from zhijia.rules.ir import Comparison, Operation
from zhijia.rules.problems import RuleRefused
from zhijia.rules.tests import drawing, engine, rows, strategies, world
from zhijia.rules.types import Kind

SCHEMA = world.schema()
KINDS = ("bool", "bool", "int", "double", "string", "date")
DAY = date(2024, 2, 29)


def differences(many: int, people: int, number: int) -> tuple[int, list[str]]:
    """How many pairs both define, and where they do not agree."""
    defined, found = 0, []
    crowd = [engine.row_for(person) for person in drawing.drawn(rows.person, people * 3, number)]
    days = drawing.drawn(rows.day, many, number)
    for at, text in enumerate(
        drawing.drawn(lambda one: strategies.rule(one, KINDS, shared=True), many, number)
    ):
        try:
            rule = check(
                text, schema=SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters
            )
        except RuleRefused:
            continue
        day = days[at % len(days)]
        for person in (crowd[(at + step) % len(crowd)] for step in range(people)):
            theirs = engine.answer(text, person, on=day)
            ours = compiled(rule).of(person, on=day, params={})
            if theirs is not engine.UNDEFINED:
                defined += 1
                if (type(ours), ours) != (type(theirs), theirs):
                    found.append(f"{text} of {person} on {day}: {ours!r}, the engine {theirs!r}")
    return defined, found


def test_two_thousand_answers_are_those_of_the_rust_engine() -> None:
    defined, found = differences(200, 16, 4)

    assert not found, found[0]
    assert defined >= 1_500


@settings(max_examples=100, deadline=None)
@given(
    rows.strategy(partial(strategies.rule, kinds=KINDS, shared=True)),
    rows.strategy(rows.person),
    rows.strategy(rows.day),
)
def test_no_rule_that_hypothesis_thinks_of_is_answered_otherwise(
    text: str, person: dict[str, Any], day: date
) -> None:
    try:
        rule = check(text, schema=SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters)
    except RuleRefused:
        return
    row = engine.row_for(person)

    theirs = engine.answer(text, row, on=day)

    assert theirs is engine.UNDEFINED or compiled(rule).of(row, on=day, params={}) == theirs


@pytest.mark.slow
def test_twenty_thousand_answers_are_those_of_the_rust_engine() -> None:
    defined, found = differences(1_500, 22, 14)

    assert not found, found[0]
    assert defined >= 15_000


@pytest.mark.parametrize(
    ("table", "key", "wrong"),
    [
        (writer._SIGNS, Comparison.LESS, ast.LtE),
        (writer._SIGNS, Comparison.DIFFERENT, ast.Eq),
        (scalars._TRUNCATED, Operation.DIVIDE, "A // B"),
        (scalars._OPERATION, Operation.SUBTRACT, "A + B"),
        (scalars._TEXTS, Kind.INT, "'0'"),
    ],
)
def test_a_planted_mistake_is_caught(
    table: dict[Any, Any], key: Any, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled.cache_clear()
    compiled_node.cache_clear()
    monkeypatch.setitem(table, key, wrong)

    _, found = differences(600, 8, 5)

    compiled.cache_clear()
    compiled_node.cache_clear()
    assert found


@pytest.mark.parametrize(
    ("text", "ours", "theirs", "why"),
    [
        ('size("王五")', 2, 6, "CEL counts code points, the engine the bytes of UTF-8"),
        (
            "1.0 / 0.0",
            None,
            float("inf"),
            "there is no infinity: dividing by zero is unknown for doubles too",
        ),
        ("2.0 * 1e150", None, 2e150, "doubles keep to what no product leaves"),
        ('"٣".matches("\\\\d")', False, True, "classes speak of ASCII, as RE2's do"),
        (
            "[0, 1].exists(x, 1 / x == 1)",
            True,
            engine.UNDEFINED,
            "a later true absorbs an error, as CEL says",
        ),
        ("2 in [1 / 0, 2]", True, engine.UNDEFINED, "an item may be unknown, the list is known"),
        (
            "(-9223372036854775807 - 1) % -1",
            0,
            engine.UNDEFINED,
            "the remainder is in range though the quotient is not",
        ),
    ],
)
def test_where_we_differ_from_the_engine_we_know_why(text: str, ours: Any, theirs: Any, why: str) -> None:
    rule = check(text, schema=SCHEMA, subject="person", purpose=world.AID, parameters=world.parameters)

    row = {"points": -(2**63)}

    said = compiled(rule).of(row, on=DAY, params={}), engine.answer(text, row, on=DAY)

    assert said == (ours, theirs), why
