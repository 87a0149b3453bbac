"""What the checker understands, and what it says about the rest."""

import string

import pytest

from zhijia.rules.checker import check
from zhijia.rules.ir import Aggregate, Arithmetic, Call, Constant, Negate, Rule, uses, walk
from zhijia.rules.problems import RuleRefused
from zhijia.rules.sentences import kind_words
from zhijia.rules.tests import world
from zhijia.rules.types import Kind, Type
from zhijia.rules.wordings import SENTENCES

SCHEMA = world.schema()


def checked(text: str, purpose: str = world.AID) -> Rule:
    return check(text, schema=SCHEMA, subject="person", purpose=purpose, parameters=world.parameters)


def refused(text: str, purpose: str = world.AID) -> RuleRefused:
    with pytest.raises(RuleRefused) as found:
        checked(text, purpose)
    return found.value


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", ""),
        ("person.age >= ", "ends_early", ""),
        ("person.age >= 60 person.migrant", "goes_on", "person"),
        ("(person.migrant", "ends_early", ""),
        ("person.age > > 3", "value_expected", ">"),
        ("person.age = 3", "wide_sign", "="),
        ("person.age >= 60 ＆＆ true", "wide_sign", "＆"),
        ("person.age ≥ 60", "wide_sign", "≥"),
        ("person.age >= 60岁", "number_runs_on", "60"),
        ("年龄 >= 60", "strange_sign", "年"),
        ("`a`", "quoted_name", "`"),
        ("for", "reserved", "for"),
        ('"abc', "text_open", '"abc'),
        (r'"\q" == ""', "bad_escape", r"\q"),
        (r'"\ud800" == ""', "half_character", r"\ud800"),
        (r'"\000" == ""', "no_zero_character", r'"\000"'),
        ("9223372036854775808", "int_too_big", "9223372036854775808"),
        ("1e151", "double_range", "1e151"),
        ("1e-151", "double_range", "1e-151"),
        ("null", "no_null", "null"),
        ("person.name == null", "null", "person.name == null"),
        ('b"a"', "no_bytes", 'b"a"'),
        ("1u", "no_uint", "1u"),
        ("Person{}", "no_messages", "{"),
        ("[?1]", "no_optional", "?"),
        ("age >= 60", "without_subject", "age"),
        ("persn.age >= 60", "unknown_name", "persn"),
        ("person.agee >= 60", "unknown_field", "agee"),
        ("person.children.age > 3", "field_of_list", "age"),
        ("person.name.first", "field_of_value", "first"),
        ("size > 3", "not_called", "size"),
        ("person.children.exists(person, true)", "taken_name", "person"),
        ("person.children.exists(c.age > 3, true)", "macro_form", "person.children.exists(c.age > 3, true)"),
        ("person.name.exists(c, true)", "macro_over", "person.name"),
        ("person.children.map(c, true, c.age)", "map_three", "person.children.map(c, true, c.age)"),
        ("person.children.map(c, c)", "map_gives", "c"),
        ("[1].filter(x, true)", "filter_written", "[1].filter(x, true)"),
        ('timestamp("2024-01-01") > today', "left_out_for", "timestamp"),
        ("person.joined_on.getDayOfMonth() == 1", "left_out_for", "getDayOfMonth"),
        ("dyn(1) == 1", "left_out", "dyn"),
        ('startsWith("a", "b")', "called_on", "startsWith"),
        ("person.born_on.years(today) > 3", "called_with", "years"),
        ("person.name.starsWith('a')", "unknown_function", "starsWith"),
        ("years(today) > 3", "argument_count", "years(today)"),
        ("years(today, 3) > 3", "argument", "3"),
        ("has(person)", "has_what", "has(person)"),
        ("param(person.name) > 3", "param_what", "param(person.name)"),
        ('param("aid.lines") > 3', "unknown_parameter", '"aid.lines"'),
        ("double(person.name) > 1.0", "no_conversion", "double(person.name)"),
        ("string(1.5) == ''", "double_text", "string(1.5)"),
        ("person.age", None, ""),
        ("person.age && true", "no_condition", "person.age"),
        ("person.children", "no_answer", "person.children"),
        ('duration("1h")', "no_answer", 'duration("1h")'),
        ("person.income > 0.5", "clash_decimal", "person.income > 0.5"),
        ("person.score > person.age", "clash_double", "person.score > person.age"),
        ("today - person.born_on > 365", "clash_duration", "today - person.born_on > 365"),
        ('person.born_on > "2024-01-01"', "clash_date", 'person.born_on > "2024-01-01"'),
        ('person.age > "60"', "clash_text", 'person.age > "60"'),
        ("person.migrant == 1", "clash", "person.migrant == 1"),
        ("person.children == person.payments", "no_equality", "person.children == person.payments"),
        ("(true ? person : person).age > 1", "branch_kind", "true ? person : person"),
        ("person.migrant + true", "no_arithmetic", "person.migrant + true"),
        ("-person.name == ''", "no_negative", "-person.name"),
        ("person.score % 2.0 > 1.0", "remainder", "person.score % 2.0"),
        ("today + today > today", "date_plus_date", "today + today"),
        ("today + 30 > today", "date_plus_int", "today + 30"),
        ("1 in [1] + [2]", "list_sum", "[1] + [2]"),
        ("person.name in person.note", "in_what", "person.note"),
        ("person.employer in person.children", "in_rows", "person.employer in person.children"),
        ("person.children[0].age > 1", "no_order", "person.children[0]"),
        ("person.name[0] == 'a'", "index_of", "person.name[0]"),
        ("[1, 2]['a'] == 1", "index_by", "'a'"),
        ("1 in []", "empty_list", "[]"),
        ("1 in [1, 'a']", "mixed_list", "'a'"),
        ("[[1]].exists(x, true)", "list_holds", "[[1]]"),
        ("{person.name: 1}['a'] == 1", "map_key", "person.name"),
        ("{'a': 1, 'a': 2}['a'] == 1", "map_twice", "'a'"),
        ("min(1, 2) == 1", "one_list", "min(1, 2)"),
        ("sum(person.age) > 1", "measure_of", "sum(person.age)"),
        ("sum(person.children) > 1", "measure_rows", "sum(person.children)"),
        ("sum(person.children.map(c, 1.5)) > 1.0", "double_sum", "sum(person.children.map(c, 1.5))"),
        ("sum(person.children.map(c, c.name)) > 1", "sum_of", "sum(person.children.map(c, c.name))"),
        ("least('a', 'b') == 'a'", "least_of", "least('a', 'b')"),
        ('date("2023-02-29") > today', "date_text", '"2023-02-29"'),
        ("date(person.name) > today", "date_what", "date(person.name)"),
        ('today > today + duration("25h")', "part_of_day", 'duration("25h")'),
        ('duration("1d") > duration("1h")', "duration_text", '"1d"'),
        ('duration("0.5s") > duration("1h")', "duration_text", '"0.5s"'),
        ('decimal("1.0000001") > 1', "decimal_text", '"1.0000001"'),
        ("person.name.matches(person.note)", "pattern_constant", "person.note"),
        ('person.name.matches("a{2")', "pattern_count", '"a{2"'),
        ("!-1 == true", "mixed_signs", "-"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_the_place(text: str, code: str | None, place: str) -> None:
    if code is None:
        assert checked(text)
        return

    problem = refused(text).problems[0]

    assert problem.code == code
    assert place in text[problem.span.start :]
    assert text[problem.span.start : problem.span.end].startswith(place) or code == "goes_on"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = refused("person.agee > 3 && foo || person.migrant == 1")

    assert [problem.code for problem in found.problems] == ["unknown_field", "unknown_name", "clash"]
    assert "Did you mean age?" in found.problems[0].words.en
    assert "age" in found.problems[0].words.zh


def test_a_field_that_the_purpose_does_not_allow_is_refused() -> None:
    assert checked("person.ill", world.AID)

    assert [p.code for p in refused("person.ill || size(person.payments) > 1", world.HONOUR).problems] == [
        "no_purpose",
        "no_purpose",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000, "[" * 15_000, "!" * 15_000 + "true", "-" * 10_000 + "1", "1" + "+1" * 5_000,
        "person" + ".a" * 9_000, "(" * 100_000,
        "x" * 100_000, "{" * 10_000, "true?" * 4_000, "f(" * 9_000, '"' + "\\" * 9_001, "1" * 19_000, "." * 10_000,
        "[1,2,3,4,5,6,7,8].all(a, " * 8 + "true" + ")" * 8, "[true].all(a," * 40 + "a" + "&&a)" * 40,
        "0x" + "f" * 10_000,
    ],
)  # fmt: skip
def test_a_hostile_text_is_a_sentence(text: str) -> None:
    found = refused(text)

    assert found.problems[0].code
    assert len(found.problems[0].words.en) < 400


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("person.age + 1", False),
        ("person.age * person.age * person.age", False),
        ("person.points + 1", True),
        ("9223372036854775806 + 1", False),
        ("9223372036854775807 + 1", True),
        ("person.points / 2", False),
        ("person.points / -1", True),
        ("person.points / person.points", True),
        ("person.points % person.points", False),
        ("-person.age", False),
        ("-person.points", True),
        ("size(person.children) * 1000", False),
        ("years(person.born_on, today) * 12 + months(person.born_on, today)", False),
        ("sum(person.children.map(c, c.age))", False),
        ("sum(person.payments.map(p, p.fen))", True),
        ("least(person.points, 5) - 6", True),
        ("greatest(least(person.points, 5), 0) - 6", False),
        ("(person.migrant ? 1 : 2) + 1", False),
        ("days(today - person.born_on) * 100", False),
        ("int(person.income)", False),
        ("int(person.score)", True),
        ("decimal(person.age)", False),
        ("decimal(person.points)", True),
    ],
)
def test_the_bounds_decide_what_is_guarded(text: str, guarded: bool) -> None:
    root = checked(text).root

    assert isinstance(root, Arithmetic | Aggregate | Call | Negate)
    assert root.guarded is guarded


def test_a_whole_number_becomes_a_decimal_or_a_literal_a_double_and_nothing_else_does() -> None:
    assert checked("person.income > 100 && person.income + person.age > 1 && person.score > 1")
    constants = [
        part.type.kind for part in walk(checked("person.score > 1").root) if isinstance(part, Constant)
    ]

    assert constants == [Kind.DOUBLE]
    assert refused(f"person.score > {2**53 + 1}").problems[0].code == "clash_double"


def test_variables_are_told_apart_as_the_text_goes_on() -> None:
    rule = checked("person.children.exists(x, x.age > 1) && person.payments.exists(x, x.fen > 1)")

    assert uses(rule) == {
        ("person", "children"),
        ("child", "age"),
        ("person", "payments"),
        ("payment", "fen"),
    }
    assert sorted({part.number for part in walk(rule.root) if hasattr(part, "number")}) == [0, 1]


def test_every_sentence_speaks_both_languages_with_the_same_values() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for code, (en, zh) in SENTENCES.items():
        assert any("\u4e00" <= char <= "\u9fff" for char in zh), code
        assert values(en) == values(zh), code
    for kind in Kind:
        assert kind_words(Type(kind)).zh
