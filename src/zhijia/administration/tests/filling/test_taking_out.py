"""Taking a part out and throwing a draft away: asked once, found where it stands now, said what goes with it."""

from zhijia.administration.services import designing, filling
from zhijia.administration.tests.filling.drafts import LISTS, address, browser, copied, in_page, of, said
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


def test_a_field_is_taken_out_once_it_was_asked_and_back_says_that_it_is_gone(world: worlds.World) -> None:
    draft = copied(world)
    first = said(draft)["fields"][0]
    name, label = first["name"], first["label"]["zh"]
    at = f"fields.0&of={name}"
    asked = in_page(world, draft, at, do="remove")
    assert f"确认移除“{label}”？" in asked.content.decode()
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


def test_a_draft_is_thrown_away_once_it_was_asked(world: worlds.World) -> None:
    draft = copied(world)
    address_ = f"/administration/designs/registers/{draft.pk}/discard/"
    assert browser(world).post(address_).status_code == 200
    assert said(draft)
    assert browser(world).post(address_, {"sure": "1"}).status_code == 302
    assert not LISTS.model._default_manager.filter(pk=draft.pk).exists()
