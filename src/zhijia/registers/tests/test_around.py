"""Places by distance: rightly counted, in order, under the rights of whoever asks, and kept nowhere."""

from datetime import datetime
from math import pi
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.kernel import rows
from zhijia.kernel.days import SHANGHAI
from zhijia.registers.distances import Point
from zhijia.registers.models import Row
from zhijia.registers.queries import around, public
from zhijia.registers.services import lists
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.test_pages import browser, said
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

RADIUS = 6_371_008.8
HERE = "31.8206, 117.2272"
NORTH = 1 / 111_195.08
"""Degrees of latitude in a metre."""


@pytest.fixture
def world(db: Any) -> World:
    world = worlds.build()
    rooms.publish(fields=with_hours(), dues=[], facts=[])
    return world


def with_hours(**instead: Any) -> list[dict[str, Any]]:
    """The fields of the list, with hours; the point as somebody may say otherwise."""
    hours = rooms._field("hours", "text", "时间", required=False, fills="hours", see="public", most=60)
    return [
        *({**one, **instead} if one["name"] == "point" else one for one in rooms.said()["fields"]),
        hours,
    ]


def away(world: World, metres: float, name: str, union: str = "luyang", **more: Any) -> Row:
    """A room so many metres north of here."""
    return rooms.add(world, union, name=name, point=f"{31.8206 + metres * NORTH:.7f}, 117.2272", **more)


def nearest(world: World, who: str = "luyang", at: datetime = AT, **asked: Any) -> list[around.Near]:
    """The rooms near here, as this officer sees them."""
    kept = [lists.ready(rooms.CODE, at=at)]
    union_id = world.unions[who].pk
    return around.rows_near(world.act(who), kept, Point(31.8206, 117.2272), at=at, union_id=union_id, **asked)


KNOWN = [
    ((0, 0), (0, 90), RADIUS * pi / 2),
    ((0, 0), (0, 180), RADIUS * pi),
    ((90, 0), (-90, 0), RADIUS * pi),
    ((31, 117), (32, 117), RADIUS * pi / 180),
    ((60, 0), (60, 180), RADIUS * pi / 3),
    ((0, 179.5), (0, -179.5), RADIUS * pi / 180),
    ((31.8206, 117.2272), (31.8206, 117.2272), 0),
    # Beijing to Shanghai, Hefei to Wuhu: as airline and gazetteer tables have them, to half a percent.
    ((39.9042, 116.4074), (31.2304, 121.4737), 1_068_000),
    ((31.8206, 117.2272), (31.3525, 118.4331), 125_500),
]


@pytest.mark.parametrize(("one", "other", "metres"), KNOWN)
def test_a_distance_is_that_of_the_great_circle(
    db: Any, one: tuple[float, float], other: tuple[float, float], metres: float
) -> None:
    ((counted,),) = rows.run("SELECT registers_metres(%s, %s, %s, %s)", [*one, *other])
    ((back,),) = rows.run("SELECT registers_metres(%s, %s, %s, %s)", [*other, *one])
    assert counted == pytest.approx(metres, rel=5e-3 if metres in {1_068_000, 125_500} else 1e-9, abs=1e-3)
    assert back == pytest.approx(counted, abs=1e-3)


def test_the_nearest_come_first_with_their_minutes_on_foot(world: World) -> None:
    for metres in (5_000, 700, 20_000):
        away(world, metres, f"{metres}米")

    found = nearest(world)

    assert [one.title for one in found] == ["700米", "5000米", "20000米"]
    assert [round(one.metres) for one in found] == [700, 5_000, 20_000]
    assert [one.minutes for one in found] == [11, 75, 300]


def test_within_the_circle_there_is_what_is_reached_in_fifteen_minutes(world: World) -> None:
    away(world, 998, "里面")
    away(world, 1_003, "外面")
    # In the corner of the window, beyond the circle.
    rooms.add(world, name="角上", point=f"{31.8206 + 950 * NORTH:.7f}, {117.2272 + 950 * NORTH / 0.85:.7f}")
    assert [one.title for one in nearest(world, circle=True)] == ["里面"]


def test_what_is_open_now_stands_before_what_is_nearer_and_closed(world: World) -> None:
    night = datetime(2026, 3, 4, 22, 0, tzinfo=SHANGHAI)
    away(world, 100, "关着", hours="08:00-20:00")
    away(world, 200, "没写")
    away(world, 300, "开着", hours="24小时")
    paused = away(world, 50, "维修", hours="24小时")
    Row.objects.filter(register_id=paused.register_id, pk=paused.pk).update(state="repair", version=2)

    found = nearest(world, at=night)

    assert [one.title for one in found] == ["开着", "没写", "维修", "关着"]
    assert [one.is_open for one in found] == [True, None, False, False]


def test_an_officer_of_another_union_is_near_nothing_of_ours(world: World) -> None:
    away(world, 100, "庐阳")
    away(world, 200, "蜀山", "shushan")
    assert [one.title for one in nearest(world)] == ["庐阳"]
    assert [one.title for one in nearest(world, "shushan")] == ["蜀山"]
    assert [one.title for one in nearest(world, "province")] == ["庐阳", "蜀山"]
    assert [one.title for one in nearest(world, "mill")] == []


def test_a_row_that_has_ended_is_near_nobody(world: World) -> None:
    row = away(world, 100, "拆了")
    Row.objects.filter(register_id=row.register_id, pk=row.pk).update(
        state="closed", ended_on=AT.date(), version=2
    )
    kept = [lists.ready(rooms.CODE, at=AT)]
    assert nearest(world) == []
    assert around.open_near(kept, Point(31.8206, 117.2272), at=AT) == []


def test_everybody_finds_what_is_near_and_where_they_are_stands_nowhere(world: World) -> None:
    row = away(world, 500, "晨光阅览室", hours="24小时", cost="8642.97")
    visitor = Client(headers={"accept-language": "en"})

    page = visitor.post(reverse("registers:open_near"), {"device": HERE})

    assert page.status_code == 200
    assert reverse("registers:open_row", args=[rooms.CODE, row.pk]) in said(page)
    assert "500 m" in said(page)
    assert '<details class="near-ask"><summary>' in said(page)
    assert '<details class="near-ask" open>' in said(visitor.get(reverse("registers:open_near")))
    assert "642.97" not in said(page)
    assert "31.8206" not in said(page).split("<svg")[0]
    assert not any("31.8206" in str(value) for value in visitor.session.values())
    assert "Location" not in page


def test_near_a_place_that_is_named_and_near_ones_own_union(world: World) -> None:
    away(world, 0, "晨光阅览室")
    away(world, 2_000, "南门篮球馆")
    for client, name in (
        (browser(world, "luyang"), "near"),
        (Client(headers={"accept-language": "en"}), "open_near"),
    ):
        page = said(client.post(reverse(f"registers:{name}"), {"near": "篮球"}))
        assert "Counted from: 南门篮球馆" in page
        assert page.index("南门篮球馆</a>") < page.index("晨光阅览室</a>")
    page = said(browser(world, "luyang").post(reverse("registers:near"), {"union": "1"}))
    assert "Counted from: 南门篮球馆, which your union keeps" in page
    assert "those open now first, then by distance" in page
    none = browser(world, "shushan").post(reverse("registers:near"), {"union": "1"})
    assert none.status_code == 422
    assert "no place with a point" in said(none)


@pytest.mark.parametrize(
    "typed", [{}, {"near": "   "}, {"near": "95, 200"}, {"near": "没有的地方"}, {"device": "x"}]
)
def test_who_does_not_say_where_is_asked_again(world: World, typed: dict[str, str]) -> None:
    away(world, 100, "晨光阅览室")
    page = Client(headers={"accept-language": "en"}).post(reverse("registers:open_near"), typed)
    assert page.status_code == 422
    assert "晨光阅览室" not in said(page)


def test_a_place_that_is_not_for_everybody_is_near_nobody_without_a_right(world: World) -> None:
    world.act("province")
    rooms.publish(version=2, fields=with_hours(see="officers"), dues=[], facts=[])
    away(world, 100, "晨光阅览室")
    visitor = Client(headers={"accept-language": "en"})
    assert "晨光阅览室" not in said(visitor.post(reverse("registers:open_near"), {"device": HERE}))
    (shown,) = public.page(rooms.CODE, at=AT).rows
    assert (shown.title, shown.latitude, shown.longitude) == ("晨光阅览室", None, None)
    assert [one.title for one in nearest(world)] == ["晨光阅览室"]


def test_a_place_for_keepers_alone_is_not_looked_for_at_all(world: World) -> None:
    world.act("province")
    rooms.publish(version=2, fields=with_hours(see="keepers"), dues=[], facts=[])
    assert around.lists_with_places(world.act("luyang")) == []


def test_a_page_has_pictures_of_a_map_from_the_host_that_is_set_and_from_no_other(
    world: World, settings: Any
) -> None:
    away(world, 100, "晨光阅览室")
    address = reverse("registers:open_near")
    without = Client().post(address, {"device": HERE})
    assert "leaflet" not in said(without)
    settings.MAP_TILES = "https://t0.tianditu.gov.cn/vec_w/{z}/{x}/{y}?tk=abc https://t0.tianditu.gov.cn/cva_w/{z}/{x}/{y}?tk=abc"
    settings.MAP_APPROVAL = "GS(2026)0001"
    page = Client(headers={"accept-language": "en"}).post(address, {"device": HERE})
    (allowed,) = (part for part in page["Content-Security-Policy"].split("; ") if part.startswith("img-src"))
    assert allowed == "img-src 'self' data: blob: https://t0.tianditu.gov.cn"
    assert "Map approval number: GS(2026)0001" in said(page)
    assert "<svg viewBox" in said(page)
    elsewhere = Client().get(reverse("registers:open_lists"))
    assert "tianditu" not in elsewhere["Content-Security-Policy"]


def test_squares_of_a_map_come_from_the_folder_that_is_set(db: Any, settings: Any, tmp_path: Any) -> None:
    square = reverse("registers:tile", args=[3, 6, 5])
    assert Client().get(square).status_code == 204
    (tmp_path / "3" / "6").mkdir(parents=True)
    (tmp_path / "3" / "6" / "5.png").write_bytes(b"a picture")
    settings.MAP_TILES = str(tmp_path)
    found = Client().get(square)
    assert (found["Content-Type"], b"".join(found.streaming_content)) == ("image/png", b"a picture")  # type: ignore[attr-defined]
    assert Client().get(reverse("registers:tile", args=[3, 6, 6])).status_code == 204
