"""Codes that no list has, and lists in lists that would be looked at without end."""

from datetime import date
from types import SimpleNamespace

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.text import Text
from zhijia.rules.checker import check, coded
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Entity, Field, Schema, declared, named
from zhijia.rules.tests import speaking
from zhijia.rules.types import STRING, list_of
from zhijia.rules.words import of_node

ANY = frozenset({"aid"})


def refused(text: str) -> RuleRefused:
    with pytest.raises(RuleRefused) as found:
        speaking.rule(text)
    return found.value


@pytest.mark.parametrize(
    ("text", "value", "near"),
    [
        ('person.gig_group == "courier"', "courier", "快递员"),
        ('"快递" == person.gig_group', "快递", "快递员"),
        ('person.gig_group != "3"', "3", '"03"'),
        ('person.gig_group in ["01", "77"]', "77", ""),
        ('!(person.gig_group in ["01", "女"])', "女", ""),
        ('{"01": 1, "x9": 2}[person.gig_group] == 1', "x9", ""),
        ('person.gig_group in {"01": 1, "x9": 2}', "x9", ""),
        ('(person.migrant ? person.gig_group : "01") == "x9"', "x9", ""),
        ('[person.gig_group, "01"][0] == "x9"', "x9", ""),
    ],
)
def test_a_code_that_is_in_no_list_is_refused_with_its_place_and_the_codes_there_are(
    text: str, value: str, near: str
) -> None:
    (problem,) = refused(text).problems

    assert text[problem.span.start : problem.span.end] == f'"{value}"'
    assert problem.code == ("near_code" if near else "no_code")
    assert near in problem.words.zh
    assert '"01"' in problem.words.en
    assert "货车司机" in problem.words.zh


@pytest.mark.parametrize(
    "text",
    [
        'person.gig_group == "03"',
        'person.gig_group in ["01", "03"]',
        'person.name == "courier"',
        'person.gig_group.startsWith("x")',
        'person.gig_group == person.work_status',
        'person.children.exists(c, c.name == "courier")',
    ],
)  # fmt: skip
def test_codes_of_the_list_and_texts_that_are_no_codes_are_let_be(text: str) -> None:
    assert speaking.rule(text)


def test_a_code_that_has_ended_is_a_code_still(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = definitions.load().codes["gig_groups"]
    ended = groups.options[1].model_copy(update={"until": date(2020, 1, 1)})
    kept = groups.model_copy(update={"options": (groups.options[0], ended)})
    monkeypatch.setattr(coded.definitions, "load", lambda: SimpleNamespace(codes={"gig_groups": kept}))
    schema = Schema()
    text = Text(en="Given", zh="给定")
    field = Field("kind", STRING, text, "", "test", ANY, code_list="gig_groups")
    schema.declare(Entity("given", text, "given", "id", "bigint", named(field)))

    def asked(rule: str) -> object:
        return check(rule, schema=schema, subject="given", purpose="aid", parameters=lambda key: None)

    assert asked(f'given.kind == "{ended.code}"')
    with pytest.raises(RuleRefused):
        asked('given.kind == "~"')


def test_the_choices_of_a_question_are_codes_too() -> None:
    schema = Schema()
    words = Text(en="Given", zh="给定")
    choices = (("flat", Text(en="A flat", zh="住房")), ("cash", Text(en="Money", zh="现金")))
    schema.declare(
        Entity(
            "given", words, "given", "id", "bigint",
            named(
                Field("one", STRING, words, "", "test", ANY, choices=choices),
                Field("some", list_of(STRING), words, "", "test", ANY, choices=choices),
            ),
        )
    )  # fmt: skip

    def codes(rule: str) -> list[str]:
        try:
            check(rule, schema=schema, subject="given", purpose="aid", parameters=lambda key: None)
        except RuleRefused as found:
            return [problem.code for problem in found.problems]
        return []

    assert codes('given.one == "flat" && "cash" in given.some') == []
    assert codes('given.one == "住房"') == ["near_code"]
    assert codes('"gold" in given.some') == ["no_code"]
    rule = check(
        'given.one == "flat"', schema=schema, subject="given", purpose="aid", parameters=lambda key: None
    )
    assert of_node(rule.root, "zh", subject=words, terms=speaking.term) == "给定是住房"


def registered(text: str, subject: str = "union") -> list[str]:
    try:
        check(text, schema=declared, subject=subject, purpose="register", parameters=lambda key: None)
    except RuleRefused as found:
        return [problem.code for problem in found.problems]
    return []


def test_lists_in_lists_are_refused_where_they_would_multiply() -> None:
    two = "union.members.exists(m, m.posts.exists(p, p.full_time))"
    three = "union.members.exists(m, m.posts.exists(p, union.terms.exists(t, t.seats > 3)))"
    back = "union.members.exists(m, m.union.members.exists(n, n.born_on < m.born_on))"
    many = " && ".join("size(union.posts) > 1" for _ in range(41))

    assert registered(two) == []
    assert registered(three) == ["list_too_deep"]
    assert registered(back) == ["list_leads_back"]
    assert registered("person.union.members.exists(m, m.migrant)", "person") == []
    assert registered(many) == ["too_many_lists"]
    assert registered(many.replace(" && size(union.posts) > 1", "", 1)) == []


def test_a_filter_in_a_filter_counts_as_a_list_in_a_list() -> None:
    third = "size(union.terms.filter(t, t.seats > 3)) > 1"
    text = f"size(union.members.filter(m, size(m.posts.filter(p, {third})) > 1)) > 1"
    assert registered(text) == ["list_too_deep"]
