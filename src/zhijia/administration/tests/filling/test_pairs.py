"""Pairs of a name and a value are rows of two choices: what the other side has, and what can fill it."""

from collections.abc import Mapping
from typing import Any

import pytest

from zhijia.administration.services import filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.services.pairing import pairing
from zhijia.administration.tests.filling.drafts import (
    TODAY,
    Shipped,
    address,
    browser,
    copied,
    in_page,
    of,
    said,
)
from zhijia.catalogue import definitions, written
from zhijia.catalogue.filling import words
from zhijia.catalogue.round_rules import Gives
from zhijia.registry.tests import world as worlds

ROUNDS, DRIVES = KINDS["rounds"], KINDS["campaigns"]


def given(rows: list[tuple[str, str, str]], way: str = "given") -> dict[str, str]:
    """Rows as a browser sends them."""
    return {
        f"{way}-{number}-{column}": value
        for number, row in enumerate(rows)
        for column, value in zip(("what", "fills", "own"), row, strict=True)
    }


def gives(world: worlds.World, rows: list[tuple[str, str, str]], **more: str) -> tuple[Any, Any]:
    """What a round gives, filled in so, and the answer."""
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    typed = {"list": "honour_title", "certificate": "on", **given(rows), **more}
    return draft, in_page(world, draft, "gives", "rounds", **typed)


def test_pairs_are_chosen_from_the_fields_of_the_list_and_what_can_fill_them(world: worlds.World) -> None:
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    question = said(draft)["questions"][0]
    page = browser(world).get(address(draft, "gives", "rounds")).content.decode()
    assert '<option value="holder" selected>' in page
    assert '<option value="=title" selected>' in page
    assert f'<option value="{question["name"]}">{question["label"]["zh"]}</option>' in page
    assert '<option value="kind:=most_beautiful" selected>' in page


def test_what_is_chosen_and_what_is_typed_is_kept(world: worlds.World) -> None:
    rows = [
        ("holder", "=title", ""),
        ("person", "=person", ""),
        ("kind", "kind:=other", ""),
        ("decision", "", "皖工发〔2026〕8号"),
        ("", "", ""),
    ]
    draft, answer = gives(world, rows)
    assert answer.status_code == 200
    assert said(draft)["gives"]["given"] == {
        "holder": "=title",
        "person": "=person",
        "kind": "=other",
        "decision": "=皖工发〔2026〕8号",
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("holder", "", "")], "请填写“"),
        ([("", "=title", "")], "请选择填入哪一项"),
        ([("holder", "=title", "另写的内容")], "只填一种"),
        ([("holder", "=title", ""), ("holder", "=person", "")], "填写了两次"),
        ([("holder", "kind:=other", "")], "不能填入“"),
        ([("kind", "", "另写的内容")], "只能选择"),
    ],
)
def test_a_row_that_says_half_or_too_much_is_told_so_and_nothing_is_lost(
    world: worlds.World, rows: list[tuple[str, str, str]], words: str
) -> None:
    draft, answer = gives(world, rows)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    for what, fills, own in rows:
        assert all(f'value="{one}"' in page for one in (what, fills, own) if one)
    assert said(draft)["gives"]["given"] != {}


def test_another_row_keeps_nothing_and_loses_nothing(world: worlds.World) -> None:
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    before = draft.text
    rows = [("holder", "=title", ""), ("decision", "", "还没有写完")]
    answer = in_page(world, draft, "gives", "rounds", do="row", list="honour_title", **given(rows))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "还没有写完" in page
    assert 'name="given-2-what"' in page
    assert 'name="given-3-what"' not in page
    assert "field-wrong" not in page
    draft.refresh_from_db()
    assert draft.text == before


def test_choosing_a_list_offers_its_fields_without_script(world: worlds.World) -> None:
    draft = copied(world, KINDS["appraisals"], "workers_home")
    page = browser(world).get(address(draft, "titles.new", "appraisals")).content.decode()
    assert 'name="given-0-what"' not in page
    assert "显示可选内容" in page
    answer = in_page(world, draft, "titles.new", "appraisals", do="row", list="title_holder")
    assert '<option value="named_on">' in answer.content.decode()


def test_several_rows_about_one_field_are_several_values(world: worlds.World) -> None:
    draft = copied(world, DRIVES, "aid_project")
    rows = [("cause", "cause:illness", ""), ("cause", "cause:school", ""), ("", "", "")]
    answer = in_page(world, draft, "who", "campaigns", list="household_plans", **given(rows, "where"))
    assert answer.status_code == 200
    assert said(draft)["who"]["where"] == {"cause": ["illness", "school"]}


def test_a_pair_about_what_is_gone_is_shown_as_not_there_and_stays_until_it_is_changed(
    world: worlds.World,
) -> None:
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    content = said(draft)
    part = {**content["gives"], "given": {**content["gives"]["given"], "trade": "gone", "nothing": "=title"}}
    filling.put(place=("gives",), part=part, **of(world, draft, ROUNDS))
    page = browser(world).get(address(draft, "gives", "rounds")).content.decode()
    assert '<option value="nothing" selected>nothing（已不存在）</option>' in page
    assert '<option value="trade:gone" selected>gone（已不存在）</option>' in page
    draft.refresh_from_db()
    wrong = outlining.placed(ROUNDS, said(draft), kinds.read(ROUNDS, draft, draft.text, on=TODAY)[1])
    assert {one.part for one in wrong} == {("gives",)}


def test_the_outline_says_pairs_as_people_call_both_sides(world: worlds.World) -> None:
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    page = browser(world).get(f"/administration/designs/rounds/{draft.pk}/").content.decode()
    assert "holder = =title" not in page
    assert "入选者的名称" in page


class Counted(Shipped):
    """What is shipped, with how often the definitions in force were asked for."""

    def in_force(self, kind: str) -> Mapping[str, Any]:
        self.made.setdefault("asked", []).append((kind, ""))
        return super().in_force(kind)


@pytest.mark.parametrize(("more", "times"), [({}, 1), ({"nothing": "=title"}, 2)])
def test_other_lists_are_asked_only_for_what_the_list_named_has_no_words_for(
    more: dict[str, str], times: int
) -> None:
    content = written.tree_of(written.text_of(definitions.load().rounds["most_beautiful_worker"]))[0]
    assert content is not None
    offers, part = Counted("rounds", content, TODAY), content["gives"]
    said = words.of_key("rounds", Gives, "given").pairs
    assert said is not None
    pairing(offers, said, {**part["given"], **more}, part)
    assert len([kind for kind, _said in offers.made["asked"] if kind == "registers"]) == times
