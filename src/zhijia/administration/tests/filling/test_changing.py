"""A draft changed part by part: names are made, parts moved and copied; a second window overwrites nothing, and only
one's own draft is filled in."""

import pytest

from zhijia.administration.services import filling, kinds
from zhijia.administration.tests.filling.drafts import FIELD, LISTS, TODAY, copied, of, said
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.tests import world as worlds


def test_an_added_field_gets_a_name_of_its_english_words_and_a_second_one_another(
    world: worlds.World,
) -> None:
    draft = copied(world)
    many = len(said(draft)["fields"])
    for _time in range(2):
        filling.add(place=("fields",), part=FIELD, **of(world, draft))
    chinese = {**FIELD, "label": {"en": "负责人", "zh": "负责人"}}
    filling.add(place=("fields",), part=chinese, **of(world, draft))

    assert [field["name"] for field in said(draft)["fields"][many:]] == [
        "budget",
        "budget_2",
        f"field_{many + 3}",
    ]
    (wrong,) = kinds.read(LISTS, draft, draft.text, on=TODAY)[1]
    assert wrong.words.zh == "有两项都叫“预算”，请改掉一个名称。"


def test_a_part_is_moved_copied_and_taken_out(world: worlds.World) -> None:
    draft = copied(world)
    names = [field["name"] for field in said(draft)["fields"]]
    filling.arrange(place=("fields", 0), move="down", **of(world, draft))
    assert [field["name"] for field in said(draft)["fields"]][:2] == [names[1], names[0]]

    place = filling.arrange(place=("fields", 1), move="copy", **of(world, draft))
    assert place == ("fields", 2)
    assert said(draft)["fields"][2]["name"] == f"{names[0]}_2"

    filling.arrange(place=place, move="remove", **of(world, draft))
    assert len(said(draft)["fields"]) == len(names)


def test_a_form_made_before_the_draft_was_changed_overwrites_nothing(world: worlds.World) -> None:
    draft = copied(world)
    before = of(world, draft)
    filling.arrange(place=("fields", 0), move="down", **before)
    now = said(draft)
    with pytest.raises(Refusal) as refused:
        filling.put(place=("fields", 0), part=FIELD, **before)
    assert refused.value.code == "changed_meanwhile"
    assert said(draft) == now


@pytest.mark.parametrize("who", ["second", "luyang"])
def test_nobody_fills_in_a_draft_of_somebody_else(world: worlds.World, who: str) -> None:
    draft = copied(world)
    with pytest.raises(NotForYou):
        filling.add(place=("fields",), part=FIELD, **of(world, draft, who=who))
