"""Rules in a definition are said in words where they are written, with what they may name; why one cannot be read
stands at its field."""

from typing import Any

import pytest
from django.utils import translation

from zhijia.administration.services import filling, reading_rules
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.tests.filling.drafts import (
    LISTS,
    TODAY,
    Shipped,
    address,
    browser,
    copied,
    in_page,
    of,
    parts,
    said,
    shipped,
)
from zhijia.catalogue.filling import shapes, words
from zhijia.catalogue.filling.tree import Place
from zhijia.registry.tests import world as worlds

CODE = "bargaining_mandates"


def check(world: worlds.World, rule: str) -> tuple[Any, Any]:
    """A check of a list with this rule, filled in, and the page that answers."""
    draft = copied(world, LISTS, CODE)
    many = len(said(draft).get("checks", []))
    typed = {"rule": rule, "words-zh": "授权日期不对"}
    return draft, in_page(world, draft, "checks.new", do="keep", **typed), many


def offers_of(kind: str, code: str) -> Shipped:
    """What is offered in a shipped definition."""
    return Shipped(kind, {d.code: content for d, content in shipped(KINDS[kind])}[code], TODAY)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_rule_of_a_shipped_definition_is_said_in_words(kind: Kind) -> None:
    for definition, content in shipped(kind):
        offers = Shipped(kind.name, content, TODAY)
        for place, model, part in parts(kind.definition, content):
            for key in shapes.keys_of(model):
                text = part.get(key.name)
                if text and words.of_key(kind.name, model, key.name).rule:
                    reading = reading_rules.reading(offers, place)
                    assert reading is not None, (definition.code, place)
                    assert reading.in_words(text), (definition.code, place, text)
                    assert not reading.problems(text), (definition.code, place, text)
                    assert reading.names(), (definition.code, place)
                    assert not reading.problems(reading.example(key.name)), (definition.code, place)


@pytest.mark.parametrize(
    ("kind", "code", "place"),
    [
        ("matters", "condolence_list", ("questions", 0)),
        ("registers", CODE, ("checks", 0)),
        ("campaigns", "send_coolness", ("who",)),
        ("rules", "member.active", ()),
    ],
)
def test_the_word_for_the_number_of_members_is_no_condition(kind: str, code: str, place: Place) -> None:
    reading = reading_rules.reading(offers_of(kind, code), place)
    assert reading is not None
    assert reading.in_words("members") == []
    assert reading.problems("members") != []


def test_a_pot_is_shared_by_the_number_of_members() -> None:
    reading = reading_rules.reading(offers_of("campaigns", "township_subsidy"), ("pot",))
    assert reading is not None
    assert reading.problems("members") == []
    with translation.override("zh-hans"):
        assert reading.in_words("members") == ["按会员人数计算。"]


def test_a_rule_that_is_kept_is_said_in_words_in_its_form_the_outline_and_the_preview(
    world: worlds.World,
) -> None:
    draft, answer, many = check(world, "values.given_on <= values.ends")
    assert answer.status_code == 200
    pages = [
        address(draft, f"checks.{many}"),
        f"/administration/designs/registers/{draft.pk}/",
        f"/administration/designs/registers/{draft.pk}/preview/",
    ]
    for page in pages:
        assert "授权日期不晚于授权截止日期" in browser(world).get(page).content.decode(), page


def test_the_names_a_rule_may_use_stand_beside_its_field_with_their_labels(world: worlds.World) -> None:
    draft = copied(world, LISTS, CODE)
    page = browser(world).get(address(draft, "checks.new")).content.decode()
    for words_ in ("<code>values.given_on</code> 授权日期", "<code>values.side</code>", "企业方"):
        assert words_ in page


def test_why_a_rule_cannot_be_read_stands_at_its_field(world: worlds.World) -> None:
    draft, answer, many = check(world, "values.nobody == 1")
    assert "已保存，但还有需要改正的地方。" in answer.content.decode()
    page = browser(world).get(address(draft, f"checks.{many}")).content.decode()
    wrong = page.split('id="id_rule_error"')[1].split("</p>")[0]
    assert "nobody" in wrong


def test_why_a_rule_cannot_be_read_is_said_also_while_something_else_is_wrong(world: worlds.World) -> None:
    draft, _answer, many = check(world, "values.given_on <=")
    content = said(draft)
    filling.put(place=(), part={**content, "levels": []}, **of(world, draft))
    page = browser(world).get(address(draft, f"checks.{many}")).content.decode()
    assert 'id="id_rule_error"' in page


def test_a_rule_about_people_names_fields_its_purpose_allows(world: worlds.World) -> None:
    rules = KINDS["rules"]
    draft = copied(world, rules, "member.active")
    page = browser(world).get(address(draft, "", "rules")).content.decode()
    assert "会籍状态是在册或周转池" in page
    assert "<code>person.membership.joined_on</code>" in page


def test_what_is_listed_in_a_rule_is_told_apart_in_the_one_line_of_an_outline(world: worlds.World) -> None:
    draft = copied(world, KINDS["campaigns"], "send_coolness")
    page = browser(world).get(f"/administration/designs/campaigns/{draft.pk}/").content.decode()
    assert "同时符合以下条件：会籍状态是在册或周转池；新就业形态是下列之一：货车司机、快递员、" in page
