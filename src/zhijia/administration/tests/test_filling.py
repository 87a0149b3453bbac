"""A definition filled in by forms: nothing is lost on the way, a second window overwrites nothing, and only one's own
draft is filled in."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pydantic import BaseModel

from zhijia.accounts.models import User
from zhijia.administration.part_forms import PartForm
from zhijia.administration.services import designing, filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers
from zhijia.catalogue import definitions, written
from zhijia.catalogue.filling import shapes, tree, words
from zhijia.catalogue.filling.tree import Place
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

LISTS = KINDS["registers"]
TODAY = days.business_day(AT)


@pytest.fixture
def world(db: Any) -> worlds.World:
    """The province has a second officer."""
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    return world


class Shipped(Offers):
    """What is offered, of the definitions that are shipped."""

    def in_force(self, kind: str) -> Mapping[str, Any]:
        return dict(getattr(definitions.load(), kind))


class Nothing(Offers):
    """Nothing is offered: what is said stays all the same."""

    def of(self, refers: Any, node: Any) -> list[tuple[str, str]]:
        return []


def shipped(kind: Kind) -> Iterator[tuple[Any, dict[str, Any]]]:
    for definition in getattr(definitions.load(), kind.name).values():
        content, wrong = written.tree_of(written.text_of(definition))
        assert content is not None, wrong
        yield definition, content


def parts(
    model: type[BaseModel], part: Mapping[str, Any], place: Place = ()
) -> Iterator[tuple[Place, type[BaseModel], Any]]:
    """Every part that has a form."""
    yield place, model, part
    for key in shapes.keys_of(model):
        said = part.get(key.name)
        if key.sort == "parts" and key.model:
            for number, one in enumerate(said or []):
                yield from parts(key.model, one, (*place, key.name, number))
        elif key.sort == "part" and key.model and said is not None and not place:
            yield (key.name,), key.model, said


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for key in shapes.keys_of(model):
        if key.model and key.model not in found:
            found |= models(key.model) if key.model is not model else set()
    return found


def posted(form: PartForm, **instead: str) -> QueryDict:
    """What a browser sends of a form nobody touched."""
    sent = QueryDict(mutable=True)
    for name, field in form.fields.items():
        shown = form.get_initial_for_field(field, name)
        if isinstance(shown, bool):
            if shown:
                sent[name] = "on"
        elif isinstance(shown, list):
            sent.setlist(name, shown)
        elif shown is not None:
            sent[name] = str(
                field.widget.format_value(shown) if not isinstance(shown, str) else shown
            ).replace("\n", "\r\n")
    for name, value in instead.items():
        sent[name.replace("__", "-")] = value
    return sent


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_form_of_a_shipped_definition_gives_back_what_it_was_made_of(kind: Kind) -> None:
    for definition, content in shipped(kind):
        changed = content
        for place, model, part in parts(kind.definition, content):
            form = PartForm(model=model, whole=part, offers=Nothing(kind.name, content, TODAY), top=not place)
            form.data, form.is_bound = posted(form), True
            assert form.is_valid(), (definition.code, place, form.errors)
            changed = tree.put(changed, place, form.part()) if place else {**changed, **form.part()}
        assert kind.definition.model_validate(changed) == definition


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_key_and_every_value_has_words_in_both_languages(kind: Kind) -> None:
    held = models(kind.definition)
    for model in held:
        assert words.of_part(kind.name, model).zh
        for key in shapes.keys_of(model):
            said = words.of_key(kind.name, model, key.name)
            lists = [source for source in said.refers if source.startswith("options:")]
            named = {value for value, _words in Offers(kind.name, {}, TODAY).of(lists, {})} | set(said.values)
            assert set(key.values) <= named, (model, key.name)
            assert set(said.only) <= {one.name for one in shapes.keys_of(model)}
    for name, part in words.of_kind(kind.name).items():
        known = {key.name for model in held if model.__name__ == name for key in shapes.keys_of(model)}
        assert set(part.keys) <= known, (name, set(part.keys) - known)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_what_a_shipped_definition_says_is_among_what_is_offered_there(kind: Kind) -> None:
    standing: dict[str, Any] = {}
    for definition, content in shipped(kind):
        own = ("own:", "earlier:", "together:", "rules", "registers")
        offers = Shipped(
            kind.name, content, TODAY, {key: of for key, of in standing.items() if not key.startswith(own)}
        )
        for _place, model, part in parts(kind.definition, content):
            for key in shapes.keys_of(model):
                refers = words.of_key(kind.name, model, key.name).refers
                said = part.get(key.name)
                if refers and said:
                    offered = {value for value, _words in offers.of(refers, part)}
                    assert {str(one) for one in (said if isinstance(said, list) else [said])} <= offered, (
                        definition.code, key.name, said,
                    )  # fmt: skip
        standing |= offers.made


def copied(world: worlds.World, kind: Kind = LISTS, code: str = "service_brands") -> Version:
    return designing.start(actor=world.act("province"), at=AT, kind=kind, code=code, new_code="own_one")


def said(version: Version) -> dict[str, Any]:
    version.refresh_from_db()
    return dict(yaml.safe_load(version.text))


def of(world: worlds.World, version: Version, kind: Kind = LISTS, who: str = "province") -> dict[str, Any]:
    version.refresh_from_db()
    return {
        "actor": world.act(who),
        "at": AT,
        "kind": kind,
        "version_id": version.pk,
        "made_from": filling.digest_of(version.text),
    }


FIELD = {"label": {"en": "Budget", "zh": "预算"}, "type": "money", "required": False}


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


def browser(world: worlds.World, name: str = "province") -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def address(draft: Version, at: str = "", kind: str = "registers") -> str:
    return f"/administration/designs/{kind}/{draft.pk}/part/?at={at}"


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


def in_page(world: worlds.World, draft: Version, at: str, kind: str = "registers", **typed: Any) -> Any:
    draft.refresh_from_db()
    sent = {
        "made_from": filling.digest_of(draft.text),
        **{name.replace("__", "-"): of for name, of in typed.items()},
    }
    return browser(world).post(address(draft, at, kind), sent, follow=True)


def test_choices_are_asked_for_beside_the_type_and_kept_in_one_go(world: worlds.World) -> None:
    draft = copied(world)
    page = browser(world).get(address(draft, "fields.new")).content.decode()
    assert 'data-only="{&quot;type&quot;: [&quot;choice&quot;, &quot;choices&quot;]}" hidden' in page
    field = {"label-zh": "类别", "type": "choice", "see": "officers"}
    answer = in_page(world, draft, "fields.new", **field)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写：选项" in page
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


def test_a_field_is_taken_out_once_it_was_asked_and_back_says_that_it_is_gone(world: worlds.World) -> None:
    draft = copied(world)
    name = said(draft)["fields"][0]["name"]
    at = f"fields.0&of={name}"
    asked = in_page(world, draft, at, do="remove")
    assert "确认" in asked.content.decode() or "移除" in asked.content.decode()
    assert said(draft)["fields"][0]["name"] == name
    in_page(world, draft, at, do="remove", sure="1")
    assert name not in [one["name"] for one in said(draft)["fields"]]

    back = browser(world).get(address(draft, at), follow=True)
    assert back.request["PATH_INFO"].endswith(f"/{draft.pk}/")
    assert "已经移除" in back.content.decode()


def test_what_a_second_window_asks_of_a_part_that_moved_is_refused_on_the_outline(
    world: worlds.World,
) -> None:
    draft = copied(world)
    names = [one["name"] for one in said(draft)["fields"]]
    old = filling.digest_of(draft.text)
    filling.arrange(place=("fields", 0), move="down", **of(world, draft))
    client = browser(world)
    for at in (f"fields.0&of={names[0]}", "fields.0"):
        answer = client.post(address(draft, at), {"do": "remove", "sure": "1", "made_from": old}, follow=True)
        assert answer.request["PATH_INFO"].endswith(f"/{draft.pk}/")
        assert "另一个窗口" in answer.content.decode()
    moved = client.get(address(draft, f"fields.0&of={names[0]}"))
    assert "at=fields.1" in moved.headers["Location"]
    assert sorted(one["name"] for one in said(draft)["fields"]) == sorted(names)


def test_a_field_of_the_list_in_force_goes_with_its_values_and_that_is_said(world: worlds.World) -> None:
    draft = designing.start(actor=world.act("province"), at=AT, kind=LISTS, code="service_brands")
    last = len(said(draft)["fields"]) - 1
    name = said(draft)["fields"][last]["name"]
    asked = in_page(world, draft, f"fields.{last}", do="remove")
    assert "发布这一版后" in asked.content.decode()
    in_page(world, draft, f"fields.{last}", do="remove", sure="1")
    assert said(draft)["dropped"] == [name]


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


def test_a_draft_is_thrown_away_once_it_was_asked(world: worlds.World) -> None:
    draft = copied(world)
    address_ = f"/administration/designs/registers/{draft.pk}/discard/"
    assert browser(world).post(address_).status_code == 200
    assert said(draft)
    assert browser(world).post(address_, {"sure": "1"}).status_code == 302
    assert not LISTS.model._default_manager.filter(pk=draft.pk).exists()
