"""What is open of lists: to everybody, and to members who are logged in."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.test_pages import address, browser, said
from zhijia.registers.tests.world import CODE
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World


@pytest.fixture
def world(db: Any) -> World:
    world = worlds.build()
    rooms.publish()
    return world


def test_everybody_sees_the_public_fields_of_a_public_list_and_no_others(world: World) -> None:
    row = rooms.add(world, cost="8642.97")
    visitor = Client(headers={"accept-language": "en"})
    assert row.title in said(visitor.get(address("open_list")))
    page = said(visitor.get(address("open_row", row.pk)))
    assert row.title in page
    assert "642.97" not in page
    assert visitor.get(address("row", row.pk)).status_code in {302, 404}


def test_the_page_of_a_place_shows_the_way_there_and_what_is_near_it(world: World) -> None:
    phone = rooms._field("call", "text", "咨询电话", see="public", most=20)
    hours = rooms._field("hours", "text", "时间", fills="hours", see="public", most=60)
    world.act("province")
    rooms.publish(version=2, fields=[*rooms.said()["fields"], phone, hours], dues=[], facts=[])
    row = rooms.add(world, name="晨光驿站", point="31.82, 117.22", call="0551-62345678", hours="24小时")
    rooms.add(world, name="南门驿站", point="31.821, 117.22", call="总台", hours="24小时")
    without = rooms.add(world, name="没有点", call="总台", hours="24小时")
    visitor = Client(headers={"accept-language": "en"})

    page = said(visitor.get(address("open_row", row.pk)))

    assert 'href="geo:31.820000,117.220000?q=31.820000,117.220000(%E6%99%A8' in page
    assert "<svg viewBox" in page
    assert 'href="tel:055162345678"' in page
    assert "open now" in page
    near = said(visitor.get(reverse("registers:open_near"), {"of": CODE, "row": row.pk}))
    assert "Counted from: 晨光驿站" in near
    assert "南门驿站" in near
    assert f"?of={CODE}&amp;row={row.pk}" in page
    assert "geo:" not in said(visitor.get(address("open_row", without.pk)))
    lost = visitor.get(reverse("registers:open_near"), {"of": CODE, "row": uuid4()})
    assert "Counted from" not in said(lost)


def test_open_lists_keep_the_tabs_of_a_member_who_is_logged_in(world: World) -> None:
    row = rooms.add(world, point="31.82, 117.22")
    worlds.member(world, "ding", "factory", serial=1)
    member, officer, visitor = browser(world, "ding"), browser(world, "luyang"), Client()
    for page in (
        reverse("registers:open_lists"),
        reverse("registers:open_near"),
        address("open_list"),
        address("open_row", row.pk),
    ):
        tabs = ['class="bar"' in said(client.get(page)) for client in (member, officer, visitor)]
        assert tabs == [True, False, False]
    home = reverse("web:home_member")
    for page in (home, reverse("web:services")):
        assert reverse("registers:open_near") in said(member.get(page))


def test_a_list_that_is_not_public_is_open_to_nobody(world: World) -> None:
    lists = rooms.publish(code="test.quiet", public=False, fields=rooms.said()["fields"][1:3], title=["kind"],
                          dues=[], facts=[], checks=[], purpose="")  # fmt: skip
    visitor = Client()
    assert visitor.get(reverse("registers:open_list", args=[lists.code])).status_code == 404


def test_words_find_what_is_open_and_nothing_that_has_ended(world: World) -> None:
    row = rooms.add(world, name="晨光阅览室")
    visitor = Client(headers={"accept-language": "en"})
    assert address("open_row", row.pk) in said(visitor.get(reverse("registers:open_lists"), {"q": "阅览"}))
    assert row.title not in said(visitor.get(address("open_list"), {"q": "篮球"}))
