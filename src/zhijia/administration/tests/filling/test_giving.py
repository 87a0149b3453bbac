"""A title that is given into another list: what does not fit it is said in words, a few sentences in all."""

from typing import Any

from zhijia.administration.services import designing, filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import AT, TODAY, address, browser, copied, in_page, of, said
from zhijia.administration.tests.filling.test_pairs import given
from zhijia.catalogue import definitions
from zhijia.registry.tests import world as worlds

ROUNDS = KINDS["rounds"]


def into_another_list(world: worlds.World, code: str) -> Any:
    """A round whose title goes into another list, everything else as it was."""
    draft = copied(world, ROUNDS, "craftsman")
    part = {**said(draft)["gives"], "list": code}
    filling.put(place=("gives",), part=part, **of(world, draft, ROUNDS))
    draft.refresh_from_db()
    return draft


def test_another_list_is_answered_in_two_sentences_that_name_fields_by_their_labels(
    world: worlds.World,
) -> None:
    draft = into_another_list(world, "five_small_results")
    wrong = outlining.placed(ROUNDS, said(draft), kinds.read(ROUNDS, draft, draft.text, on=TODAY)[1])
    told = [one for one in wrong if one.place == ("gives", "given")]
    assert len(told) == 2
    names = definitions.load().registers["honour_title"].by_name
    assert all(f"“{names[one].label.zh}”" in told[0].words.zh for one in ("person", "holder", "level"))
    assert not any(code in told[0].words.zh + told[0].words.en for code in ("given_on", "holder"))
    assert "等7项" in told[0].words.zh
    assert "and 2 more" in told[0].words.en
    assert "请为它们各加一行" in told[1].words.zh


def test_what_is_of_another_list_is_called_by_its_label_in_its_row_and_in_the_outline(
    world: worlds.World,
) -> None:
    draft = into_another_list(world, "five_small_results")
    label = definitions.load().registers["honour_title"].by_name["given_on"].label.zh
    page = browser(world).get(address(draft, "gives", "rounds")).content.decode()
    assert f">{label}（已不存在）</option>" in page
    kind = next(
        one.label.zh for one in definitions.load().codes["honour_kinds"].options if one.code == "craftsman"
    )
    assert f">{kind}（已不存在）</option>" in page
    assert "given_on（" not in page
    whole = browser(world).get(f"/administration/designs/rounds/{draft.pk}/").content.decode()
    assert f"{label}：" in whole
    assert "given_on：" not in whole


def test_a_change_of_the_list_in_the_page_loses_no_row(world: worlds.World) -> None:
    draft = copied(world, ROUNDS, "most_beautiful_worker")
    rows = [("holder", "=title", ""), ("kind", "kind:=most_beautiful", ""), ("level", "=level", "")]
    answer = in_page(world, draft, "gives", "rounds", list="skill_leader", **given(rows))
    assert answer.status_code == 200, answer.context["form"].errors
    assert said(draft)["gives"]["given"] == {"holder": "=title", "kind": "=most_beautiful", "level": "=level"}
    page = answer.content.decode()
    assert page.count("名录“技能带头人、首席技师”没有这些项目") == 1


def test_at_most_five_things_are_said_at_once_and_how_many_more_there_are(world: worlds.World) -> None:
    draft = copied(world, ROUNDS, "craftsman")
    content = said(draft)
    for number, question in enumerate(content["questions"]):
        question.update(
            label={"en": f"Q{number}", "zh": f"问{number}"}, type="code", code_list=f"no_{number}"
        )
        for key in ("choices", "least", "most"):
            question.pop(key, None)
    filling.put(place=(), part=content, **of(world, draft, ROUNDS))
    draft.refresh_from_db()
    wrong = kinds.read(ROUNDS, draft, draft.text, on=TODAY)[1]
    assert len(wrong) > 5
    page = browser(world).get(f"/administration/designs/rounds/{draft.pk}/").content.decode()
    assert f"还有{len(wrong) - 5}处" in page


def test_a_title_goes_into_a_list_of_ones_own(world: worlds.World) -> None:
    kept = designing.start(
        actor=world.act("province"),
        at=AT,
        kind=KINDS["registers"],
        code="honour_title",
        new_code="own_titles",
    )
    act = {"kind": KINDS["registers"], "version_id": kept.pk, "at": AT}
    designing.propose(actor=world.act("province"), since=TODAY, **act)
    designing.publish(actor=world.act("second"), **act)
    draft = into_another_list(world, "own_titles")
    assert kinds.read(ROUNDS, draft, draft.text, on=TODAY)[1] == []
