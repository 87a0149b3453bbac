"""What is wrong with a draft stands at its place."""

from typing import Any

import pytest

from zhijia.administration.services import filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import FIELD, LISTS, TODAY, copied, of, said
from zhijia.registry.tests import world as worlds


def test_what_refers_to_a_field_that_was_taken_out_is_shown_at_its_place(world: worlds.World) -> None:
    draft = copied(world)
    title = said(draft)["title"][0]
    number = [field["name"] for field in said(draft)["fields"]].index(title)
    filling.arrange(place=("fields", number), move="remove", **of(world, draft))

    content = said(draft)
    wrong = outlining.placed(LISTS, content, kinds.read(LISTS, draft, draft.text, on=TODAY)[1])
    assert [(one.place[:1], one.part) for one in wrong] == [(("title",), ())]


def test_a_quota_whose_question_was_taken_out_is_named_with_its_place(world: worlds.World) -> None:
    rounds = KINDS["rounds"]
    draft = copied(world, rounds, "most_beautiful_worker")
    content = said(draft)
    number = [one["name"] for one in content["questions"]].index(content["quotas"][0]["field"])
    filling.arrange(place=("questions", number), move="remove", **of(world, draft, rounds))
    draft.refresh_from_db()
    wrong = outlining.placed(rounds, said(draft), kinds.read(rounds, draft, draft.text, on=TODAY)[1])
    assert wrong[0].part == ("quotas", 0)


@pytest.mark.parametrize(
    ("name", "field", "sentence", "at"),
    [
        ("label", {"en": "Kind", "zh": "名称"}, "有两项都叫“名称”", "label-zh"),
        ("default", "昨天", "“旧登记没有填写时的内容”和填写方式不符", ""),
        ("label", {"en": "a", "zh": "长" * 301}, "名称最多300个字", ""),
        (
            "choices",
            [{"code": f"c{n}", "label": {"en": f"{n}", "zh": "室内"}} for n in range(2)],
            "有两项都叫“室内”",
            "",
        ),
    ],
)
def test_what_fits_no_field_is_refused_with_its_place(
    world: worlds.World, name: str, field: Any, sentence: str, at: str
) -> None:
    draft = copied(world)
    many = len(said(draft)["fields"])
    first = said(draft)["fields"][0]["label"]
    if at:
        field = {**field, "zh": first["zh"]}
        sentence = f"有两项都叫“{first['zh']}”"
    kept = {**FIELD, "type": "choice" if name == "choices" else "date", name: field}
    filling.add(place=("fields",), part=kept, **of(world, draft))
    draft.refresh_from_db()
    (wrong,) = outlining.placed(LISTS, said(draft), kinds.read(LISTS, draft, draft.text, on=TODAY)[1])
    assert sentence in wrong.words.zh
    assert wrong.part == ("fields", many)


def test_a_target_that_counts_what_is_not_there_is_refused_at_its_place(world: worlds.World) -> None:
    drives = KINDS["campaigns"]
    draft = copied(world, drives, "reading_month")
    wanted = said(draft)["measures"][0]["told"]["where"]["thing"]
    number = [one["code"] for one in said(draft)["each"]].index(wanted)
    filling.arrange(place=("each", number), move="remove", **of(world, draft, drives))
    draft.refresh_from_db()
    wrong = outlining.placed(drives, said(draft), kinds.read(drives, draft, draft.text, on=TODAY)[1])
    assert [(one.place, wanted in one.words.zh) for one in wrong] == [
        (("measures", 0, "told", "where"), True)
    ]
