"""The pages on which a part is filled in: what is kept, what is said, and what stays where something is wrong."""

from typing import Any

import pytest
from django.urls import reverse

from zhijia.administration.part_forms import PartForm
from zhijia.administration.services import filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.services.offers import Offers
from zhijia.administration.tests.filling.drafts import (
    LISTS,
    TODAY,
    address,
    browser,
    copied,
    in_page,
    of,
    parts,
    posted,
    said,
)
from zhijia.catalogue import definitions
from zhijia.catalogue.filling import shapes, tree
from zhijia.registry.tests import world as worlds


@pytest.mark.parametrize(
    "at",
    [
        "fields.999999",
        "fields.99",
        "__class__",
        "fields.new.label",
        "nobody",
        "fields",
        "fields.0.name",
        "new",
        "a." * 40,
    ],
)
def test_a_place_nobody_can_fill_in_is_not_found(world: worlds.World, at: str) -> None:
    draft = copied(world)
    client = browser(world)
    assert client.get(address(draft, at)).status_code == 404
    assert (
        client.post(
            address(draft, at), {"do": "remove", "made_from": filling.digest_of(draft.text)}
        ).status_code
        == 404
    )


def test_a_field_is_added_in_the_page_and_what_it_lacks_is_said_there(world: worlds.World) -> None:
    draft = copied(world)
    client = browser(world)
    sent = {
        "made_from": filling.digest_of(draft.text),
        "label-en": "",
        "type": "choice",
        "required": "on",
        "see": "officers",
    }
    answer = client.post(address(draft, "fields.new"), {**sent, "label-zh": ""})
    assert answer.status_code == 422
    sent |= {"label-zh": "类别", "choices-0-label-zh": "室内"}
    answer = client.post(address(draft, "fields.new"), sent, follow=True)
    assert answer.request["PATH_INFO"].endswith(f"/{draft.pk}/")
    field = said(draft)["fields"][-1]
    assert field["label"] == {"en": "类别", "zh": "类别"}
    assert field["type"] == "choice"


def test_the_form_of_a_part_looks_through_no_rows_of_the_list(
    world: worlds.World, django_assert_max_num_queries: Any
) -> None:
    draft, officer = copied(world), browser(world)
    with django_assert_max_num_queries(100) as whole:
        assert officer.get(reverse("administration:design", args=["registers", draft.pk])).status_code == 200
    with django_assert_max_num_queries(100) as part:
        assert officer.get(address(draft, "fields.0")).status_code == 200
        sent = {"made_from": filling.digest_of(draft.text), "label-zh": "", "label-en": ""}
        assert officer.post(address(draft, "fields.0"), sent).status_code == 422
    asked = [
        ["registers_misfits" in (one["sql"] or "") for one in page.captured_queries] for page in (whole, part)
    ]
    assert list(map(any, asked)) == [True, False]


def test_what_was_typed_stays_where_the_draft_was_changed_meanwhile(world: worlds.World) -> None:
    draft = copied(world)
    client = browser(world)
    sent = {"made_from": "of-yesterday", "label-zh": "年度预算", "type": "money"}
    answer = client.post(address(draft, "fields.new"), sent)
    assert answer.status_code == 422
    assert "年度预算" in answer.content.decode()
    assert len(said(draft)["fields"]) == len(definitions.load().registers["service_brands"].fields)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("registers", "service_brands"), ("rounds", "most_beautiful_worker"), ("campaigns", "send_coolness"),
     ("appraisals", "station"), ("questionnaires", "satisfaction"), ("matters", "degree_support"),
     ("rules", "member.active")],
)  # fmt: skip
def test_the_outline_and_every_form_of_a_draft_open(world: worlds.World, kind: str, code: str) -> None:
    shelf = KINDS[kind].in_force(TODAY)
    draft = copied(world, KINDS[kind], code if code in shelf else next(iter(shelf)))
    client = browser(world)
    page = client.get(f"/administration/designs/{kind}/{draft.pk}/")
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode().split("</main>")[0] or kind in {"matters", "rules"}
    content = said(draft)
    for place, _model, _part in list(parts(KINDS[kind].definition, content))[:12]:
        assert client.get(address(draft, tree.text_of(place), kind)).status_code == 200, place


def test_choices_are_asked_for_beside_the_type_and_kept_in_one_go(world: worlds.World) -> None:
    draft = copied(world)
    page = browser(world).get(address(draft, "fields.new")).content.decode()
    assert 'data-only="{&quot;type&quot;: [&quot;choice&quot;, &quot;choices&quot;]}" hidden' in page
    field = {"label-zh": "类别", "type": "choice", "see": "officers"}
    answer = in_page(world, draft, "fields.new", **field)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请至少填写一行。" in page
    assert "已保存" not in page
    assert '&quot;choices&quot;]}" hidden' not in page

    answer = in_page(
        world, draft, "fields.new", **field, **{"choices-0-label-zh": "室内", "choices-1-label-zh": "室外"}
    )
    assert (answer.status_code, "请填写" in answer.content.decode()) == (200, False)
    assert [one["label"]["zh"] for one in said(draft)["fields"][-1]["choices"]] == ["室内", "室外"]


def test_what_hung_on_another_answer_goes_with_it(world: worlds.World) -> None:
    draft = copied(world)
    field = {"label-zh": "类别", "type": "choice", "see": "officers", "choices-0-label-zh": "室内"}
    in_page(world, draft, "fields.new", **field)
    last = len(said(draft)["fields"]) - 1
    in_page(world, draft, f"fields.{last}", **{**field, "type": "money"})
    assert "choices" not in said(draft)["fields"][last]
    draft.refresh_from_db()
    assert kinds.read(LISTS, draft, draft.text, on=TODAY)[1] == []


def test_all_that_a_return_lacks_is_said_at_once(world: worlds.World) -> None:
    drives = KINDS["campaigns"]
    draft = copied(world, drives, "send_coolness")
    answer = in_page(
        world,
        draft,
        "each.new",
        "campaigns",
        **{"label-zh": "上报情况", "gives": "return", "cadence": "once"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("请选择一项") >= 2
    part = {"label": {"en": "Report", "zh": "上报情况"}, "gives": "return"}
    filling.add(place=("each",), part=part, **of(world, draft, drives))
    draft.refresh_from_db()
    (wrong,) = outlining.placed(drives, said(draft), kinds.read(drives, draft, draft.text, on=TODAY)[1])
    assert (wrong.words.zh, wrong.words.en) == (
        "请填写：填报内容、办理期限、预计用时。",
        "Fill in: Questions of the return, Within, It takes about.",
    )
    assert wrong.part == ("each", len(said(draft)["each"]) - 1)


def test_the_english_that_still_stands_is_said_once(world: worlds.World) -> None:
    draft = copied(world)
    field = said(draft)["fields"][0]
    assert field["label"]["en"] != field["label"]["zh"]
    sent = posted(PartForm(model=shapes.model_at(LISTS.definition, ("fields", 0)), whole=field,
                           offers=Offers("registers", said(draft), TODAY)))  # fmt: skip
    typed = {name: sent.getlist(name) for name in sent}
    answer = in_page(world, draft, "fields.0", **{**typed, "label-zh": ["另一个名称"]})
    assert field["label"]["en"] in answer.content.decode()
    assert "英文仍是" in answer.content.decode()


def test_a_draft_with_a_mistake_is_still_called_by_its_name(world: worlds.World) -> None:
    draft = copied(world)
    label = said(draft)["label"]["zh"]
    filling.put(place=("fields", 0), part={"label": {"en": "a", "zh": "b"}}, **of(world, draft))
    draft.refresh_from_db()
    assert kinds.read(LISTS, draft, draft.text, on=TODAY)[1]
    for page in ("/administration/designs/", f"/administration/designs/registers/{draft.pk}/"):
        assert label in browser(world).get(page).content.decode()
