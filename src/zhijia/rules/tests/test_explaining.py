"""Why a rule says what it says: clause by clause with its own verdict and what is there, as plain data too."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.rules.explaining import Explanation, explain
from zhijia.rules.tests import drawing, rows, speaking, world
from zhijia.rules.tests.test_nearest import PARAMETERS, ROW, TODAY
from zhijia.rules.types import Kind


def explained(text: str, **changed: Any) -> Explanation:
    """The rule explained for the worker of these tests."""
    return explain(
        speaking.rule(text), {**ROW, **changed}, on=TODAY, parameters=PARAMETERS, schema=speaking.schema()
    )


def test_each_clause_has_its_own_verdict_and_what_is_there() -> None:
    found = explained("person.has_card && !(person.income > 1200) && years(person.joined_on, today) >= 10")
    assert found.value is False
    assert found.told is not None
    assert [(part.clause.zh, part.verdict, part.now and part.now.zh) for part in found.told.parts] == [
        ("有会员卡", True, None),
        ("月收入不超过1200元", False, "月收入：1350元"),
        ("入会日期至今满10年", True, "入会日期至今的整年数：19年"),
    ]
    assert found.nearest is not None
    assert [[gap.clause.en for gap in change] for change in found.nearest.changes] == [
        ["the monthly income is at most 1,200 yuan"]
    ]


def test_an_unknown_fact_is_said_to_be_unknown_and_asked_for() -> None:
    found = explained("person.migrant || person.income <= 1200", income=None)
    assert found.value is None
    assert found.said is not None
    assert found.said.zh == "暂时无法判断"
    assert found.told is not None
    assert found.told.parts[1].now is not None
    assert found.told.parts[1].now.zh == "月收入：未登记"
    assert found.nearest is not None
    assert [question.name for question in found.nearest.ask] == ["income"]


def test_an_amount_is_said_with_its_unit_and_loses_nothing_as_plain_data() -> None:
    found = explained("least(person.income, decimal(1000)) * decimal('0.3')", income=Decimal("333.33"))
    assert found.value == Decimal("99.999")
    assert found.said is not None
    assert found.said.zh == "99.999元"
    assert found.as_json()["value"] == "99.999000"


def test_a_choice_is_told_with_its_three_parts() -> None:
    found = explained("person.migrant ? person.income < 3000 : person.income < 1000")
    assert found.told is not None
    assert [part.verdict for part in found.told.parts] == [False, True, False]


def test_the_explanation_is_plain_data_in_both_languages() -> None:
    plain = json.loads(
        json.dumps(explained("person.income <= 1200 && person.migrant").as_json(), ensure_ascii=False)
    )
    assert plain["value"] is False
    assert plain["on"] == date(2026, 11, 21).isoformat()
    assert plain["clauses"]["parts"][0]["clause"] == {
        "en": "the monthly income is at most 1,200 yuan",
        "zh": "月收入不超过1200元",
    }
    assert {one["clause"]["zh"] for one in plain["nearest"]["changes"][0]} == {
        "月收入不超过1200元",
        "是农民工",
    }


def test_any_rule_is_explained_of_anybody_and_its_parts_make_its_verdict() -> None:
    asked = [rule for rule in drawing.rules(300, 4) if rule.root.type.kind is Kind.BOOL]
    people = drawing.drawn(rows.person, 30, 4)
    values = dict.fromkeys(world.PARAMETERS)
    schema = world.schema()
    flipped = 0
    for number, rule in enumerate(asked):
        person = people[number % len(people)]
        found = explain(rule, person, on=TODAY, parameters=values, schema=schema)
        assert found.told is not None
        assert found.nearest is not None
        assert found.told.verdict is found.value is found.nearest.verdict
        assert found.nearest.changes or found.nearest.ask or found.nearest.said
        json.dumps(found.as_json())
        flipped += bool(found.nearest.changes)
    assert flipped > len(asked) / 4
