"""The reading in words: the table of sentences, every kind of node, and negation that never stands twice."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhijia.catalogue.text import Text
from zhijia.rules import ir, words
from zhijia.rules.tests import speaking
from zhijia.rules.types import INT, Kind
from zhijia.rules.words import Language
from zhijia.rules.words.manners import one_of

SENTENCES = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text("utf-8"))
LANGUAGES: tuple[Language, ...] = ("zh", "en")
MORE = [
    "person.name < 'b' || person.name >= 'c' || person.name <= 'd' || person.name > 'e'",
    "person.shift - duration('2h') < duration('44h') && -person.shift < duration('1s')",
    "(person.migrant < person.retired) || (person.migrant <= person.retired) || (person.migrant > person.has_card)",
    "person.joined_on.getDate() == 1 && double(person.points) < 1.5 && int(person.phone) > 3",
    "decimal(person.points) * 2 / 3 - 1 > 0 && person.points % 3 != 1",
    "person.children.exists_one(c, c.name.startsWith('王')) && !person.children.exists_one(c, c.at_school)",
    "min(person.children.map(c, c.fee)) > 1 && size(person.name) == 2",
    "least(person.points, 3) == 1 && greatest(person.points, 3) == 4",
    "(person.joined_on - person.hired_on) < duration('48h') && days(person.shift) > 1",
    "person.children.filter(c, c.at_school).all(c, c.fee < 100) && person.score != 1.0",
    "string(person.points) != '1' && months(person.joined_on, today) > 3",
    "person.children.exists(c, c.hired_on > person.joined_on && c.hired_on.getMonth() in [7, 8])",
]


def said(text: str, language: Language) -> str:
    """The rule in words, line by line."""
    clause = words.of_rule(speaking.rule(text), language, subject=speaking.PERSON.label, terms=speaking.term)
    return "\n".join(clause.lines())


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: str(row["rule"])[:60])
def test_a_rule_is_said_as_people_say_it(row: dict[str, str]) -> None:
    assert said(row["rule"], "zh") == row["zh"]
    assert said(row["rule"], "en") == row["en"]


@pytest.mark.parametrize("words", ["a union", "a unit", "an employer", "an uninsured worker", "a card"])
def test_one_thing_has_the_article_it_is_spoken_with(words: str) -> None:
    assert one_of(words.partition(" ")[2]) == words


def test_there_are_at_least_forty_sentences() -> None:
    assert len({row["rule"] for row in SENTENCES}) >= 40


def _all_nodes() -> list[ir.Node]:
    texts = [row["rule"] for row in SENTENCES] + MORE
    return [node for text in texts for node in ir.walk(speaking.rule(text).root)]


def test_the_sentences_use_every_kind_of_node_function_and_sign() -> None:
    nodes = _all_nodes()
    kinds = {kind for kind in vars(ir).values() if isinstance(kind, type) and issubclass(kind, ir.Node)}
    assert {type(node) for node in nodes} == kinds - {ir.Node}
    assert {node.function for node in nodes if isinstance(node, ir.Call)} == set(ir.Function)
    assert {node.how for node in nodes if isinstance(node, ir.Arithmetic)} == set(ir.Operation)
    assert {node.how for node in nodes if isinstance(node, ir.Compare)} == set(ir.Comparison)
    assert {node.quantity for node in nodes if isinstance(node, ir.Quantified)} == set(ir.Quantity)
    assert {node.measure for node in nodes if isinstance(node, ir.Aggregate)} == set(ir.Measure)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [row["rule"] for row in SENTENCES] + MORE)
def test_every_rule_and_its_opposite_are_said_without_a_double_negation(
    text: str, language: Language
) -> None:
    root = speaking.rule(text).root
    for positive in (True, False):
        told = words.of_node(
            root, language, subject=speaking.PERSON.label, terms=speaking.term, positive=positive
        )
        assert told
        for wrong in ("不是不", "不不", "没有没有", "的的", "not not", "the the", "{", "}", "  "):
            assert wrong not in told.replace("[0-9]{10}", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [row["rule"] for row in SENTENCES if row["rule"].find("?") < 0])
def test_a_condition_and_its_opposite_are_said_differently(text: str, language: Language) -> None:
    rule = speaking.rule(text)
    if rule.root.type.kind is not Kind.BOOL:
        return
    both = [
        words.of_node(
            rule.root, language, subject=speaking.PERSON.label, terms=speaking.term, positive=positive
        )
        for positive in (True, False)
    ]
    assert both[0] != both[1]


def test_twice_not_is_said_once() -> None:
    assert said("!(!(person.migrant))", "zh") == "是农民工。"
    assert said("!(person.income > 3000)", "zh") == "月收入不超过3000元。"


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        (
            "membership.minimum_age",
            "入会最低年龄（现为16周岁）",
            "youngest age of a member (now 16 years of age)",
        ),
        ("no.such_key", "参数“no.such_key”（目前没有设定）", "the value “no.such_key” (not set at present)"),
    ],
)
def test_a_parameter_is_said_with_the_value_in_force(key: str, zh: str, en: str) -> None:
    node: Any = ir.Parameter(speaking.rule("person.points > 1").root.span, INT, key)
    terms = words.in_force("340000000000", date(2026, 11, 21))
    subject = Text(en="Worker", zh="职工")
    assert words.of_node(node, "zh", subject=subject, terms=terms) == zh
    assert en in words.of_node(node, "en", subject=subject, terms=terms)
