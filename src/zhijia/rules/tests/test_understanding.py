"""A text seen from all sides: words, SQL and fields of a good one; the place of what is wrong in a bad one."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules.problems import RuleRefused
from zhijia.rules.tests import speaking
from zhijia.rules.understanding import of_definition, refusals, spot, understand

ON = date(2026, 11, 21)
GOOD: dict[str, Any] = {
    "code": "aid.low_income", "label": {"en": "Low income", "zh": "低收入"}, "version": 1, "source": "test",
    "confidence": "D", "subject": "person", "purpose": "aid", "since": "2026-01-01",
}  # fmt: skip


def test_a_rule_is_seen_from_all_sides() -> None:
    seen = understand(
        "person.income <= param('card.lapse_days') && !person.retired",
        subject="person",
        purpose="aid",
        on=ON,
        schema=speaking.schema(),
    ).as_json()

    assert seen["type"] == "bool"
    assert seen["fields"] == ["person.income", "person.retired"]
    assert seen["parameters"] == ["card.lapse_days"]
    assert "现为0自然日" in seen["words"]["zh"]["text"]
    assert [part["text"] for part in seen["words"]["en"]["parts"]][1:] == ["the worker is not retired"]
    assert seen["sql"].startswith("SELECT")


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "column", "mark"),
    [
        ("a < b", 4, 5, 1, 5, "    ^"),
        ("a &&\nbad < 1", 5, 8, 2, 1, "^^^"),
        ("姓名 < b", 0, 2, 1, 1, "^^^^"),
        ("姓名 < b", 5, 6, 1, 6, "       ^"),
        ("ab", 2, 2, 1, 3, "  ^"),
        ("a\nb", 0, 3, 1, 1, "^"),
    ],
)
def test_a_mark_stands_under_what_is_meant(
    text: str, start: int, end: int, line: int, column: int, mark: str
) -> None:
    place = spot(text, start, end)
    assert (place.line, place.column, place.mark) == (line, column, mark)


def test_every_wrong_place_is_told_in_both_languages() -> None:
    with pytest.raises(RuleRefused) as caught:
        understand("person.nothing > 1 &&\nperson.other == 2", subject="person", purpose="aid", on=ON,
                   schema=speaking.schema())  # fmt: skip
    told = list(refusals(caught.value))
    assert [(one["line"], one["column"]) for one in told] == [(1, 8), (2, 8)]
    assert all(one["en"] and one["zh"] and one["code"] for one in told)


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"condition": "person.points + 1"}, "no_condition"),
        ({"condition": "person.migrant", "amount": "person.name"}, "no_amount"),
    ],
)
def test_a_definition_has_a_condition_that_is_one_and_an_amount_in_numbers(
    says: dict[str, str], code: str
) -> None:
    definition = RuleDefinition.model_validate({**GOOD, **says})
    with pytest.raises(RuleRefused) as caught:
        of_definition(definition, on=ON, schema=speaking.schema())
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_definition_with_an_amount_is_understood_in_two_parts() -> None:
    definition = RuleDefinition.model_validate(
        {**GOOD, "condition": "person.migrant", "amount": "person.income * 2"}
    )
    shipped = of_definition(definition, on=ON, schema=speaking.schema())
    assert shipped.amount is not None
    assert (shipped.main.zh.text, shipped.amount.zh.text) == ("是农民工。", "结果是月收入的2倍。")


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"amount": "1"},
        {"text": "true", "condition": "true"},
        {"text": "true", "amount": "1"},
        {"text": "true", "watch": True},
        {"text": "true", "subject": "Person!"},
    ],
)
def test_a_definition_that_says_it_in_no_way_or_in_two_is_refused(says: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RuleDefinition.model_validate({**GOOD, **says})
