"""Signs nobody sees, and those that turn the direction of reading, come into no definition; joiners of scripts do."""

import pytest
from django.urls import reverse

from zhijia.administration.services import filling, kinds
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import FIELD, LISTS, TODAY, browser, copied, in_page, of, said
from zhijia.registry.tests import world as worlds

TURNED = "预\u202e算\u200b\u2066表\u2069\ufeff"


def test_what_nobody_sees_is_taken_out_of_labels_as_they_are_typed(world: worlds.World) -> None:
    draft = copied(world)
    in_page(world, draft, "fields.new", **{"label-zh": TURNED, "type": "money", "see": "officers"})
    assert said(draft)["fields"][-1]["label"]["zh"] == "预算表"


def test_a_copy_is_called_by_what_one_sees(world: worlds.World) -> None:
    page = reverse("administration:copy_design", args=["registers", "service_brands"])
    sent = {"becomes": "new", "name_zh": TURNED}
    answer = browser(world).post(page, sent, follow=True)
    assert answer.status_code == 200
    draft = LISTS.model._default_manager.order_by("-pk").first()
    assert draft is not None
    assert said(draft)["label"] == {"en": "预算表", "zh": "预算表"}


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x07"])
def test_a_text_that_came_another_way_is_refused_with_its_line(world: worlds.World, sign: str) -> None:
    draft = copied(world)
    part = {**FIELD, "name": "odd", "label": {"en": "odd", "zh": f"预{sign}算"}}
    filling.add(place=("fields",), part=part, **of(world, draft))
    draft.refresh_from_db()
    (wrong,) = kinds.read(LISTS, draft, draft.text, on=TODAY)[1]
    assert "看不见的字符" in wrong.words.zh


def test_a_name_in_uyghur_or_with_an_emoji_stays_as_it_is(world: worlds.World) -> None:
    draft = copied(world)
    name = "ئا\u200cبل \U0001f468\u200d\U0001f469\u200d\U0001f467"
    in_page(world, draft, "fields.new", **{"label-zh": name, "type": "money", "see": "officers"})
    assert said(draft)["fields"][-1]["label"]["zh"] == name
    draft.refresh_from_db()
    assert kinds.read(KINDS["registers"], draft, draft.text, on=TODAY)[1] == []


def test_a_text_too_long_is_answered_in_our_own_sentence(world: worlds.World) -> None:
    draft = copied(world)
    typed = {"label-zh": "长" * 301, "type": "money", "see": "officers"}
    page = in_page(world, draft, "fields.new", **typed).content.decode()
    assert "最多写300个字，现在有301个字。" in page
    assert "确保该变量" not in page
    assert "长" * 301 in page
