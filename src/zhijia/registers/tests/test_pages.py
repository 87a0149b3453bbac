"""Lists on pages: seen, searched, added to, changed by two at once, moved on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registers.models import Row
from zhijia.registers.services import changing
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.world import CODE
from zhijia.registry.models import Employer, Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


@pytest.fixture
def world(db: Any) -> World:
    world = worlds.build()
    rooms.publish()
    return world


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["language"] = "en"
    User.objects.filter(pk=world.actors[name].user_id).update(language="en")
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def said(response: Any) -> str:
    text: str = response.content.decode()
    return text


def address(name: str, *args: Any) -> str:
    return reverse(f"registers:{name}", args=[CODE, *args])


def test_an_officer_sees_the_list_with_what_stands_on_it(world: World) -> None:
    row = rooms.add(world)
    page = browser(world, "luyang").get(address("table"))
    assert page.status_code == 200
    assert row.title in said(page)
    assert address("row", row.pk) in said(page)


def test_the_province_sees_the_rows_of_the_unions_below_and_whose_they_are(world: World) -> None:
    for union in ("luyang", "shushan", "factory"):
        rooms.add(world, union, name=f"{union}活动室")

    table = said(browser(world, "province").get(address("table")))

    for union in ("luyang", "shushan", "factory"):
        assert f"{union}活动室" in table
        assert world.unions[union].name in table
    own = said(browser(world, "factory").get(address("table")))
    assert ("factory活动室" in own, "luyang活动室" in own) == (True, False)


def test_a_page_of_a_list_takes_no_more_statements_for_more_rows(world: World) -> None:
    """People, unions, divisions and files are read for all rows of a page at once."""
    fields = [
        *rooms.said()["fields"],
        rooms._field("keeper", "person", "管理员"),
        rooms._field("boss", "employer", "单位"),
        rooms._field("by", "union", "单位工会"),
    ]
    world.act("province")
    rooms.publish(version=2, fields=fields, dues=[], facts=[])
    union = world.unions["luyang"]
    world.act("luyang")
    counted = []
    for many in (1, 12):
        for number in range(many):
            person = Person.objects.create(
                name=f"张{many}{number}", union_id=union.pk, county_id=union.stands_in, changed_at=AT
            )
            boss = Employer.objects.create(name=f"厂{many}{number}", division="340103000000")
            named = {"keeper": str(person.pk), "boss": str(boss.pk), "by": str(union.pk)}
            rooms.add(world, name=f"室{many}-{number}", **named)
        officer = browser(world, "luyang")
        for _warm in range(2):
            with CaptureQueriesContext(connection) as taken:
                assert officer.get(address("table")).status_code == 200
        counted.append(len(taken))

    assert counted[0] == counted[1]


def test_an_officer_of_another_union_sees_nothing_of_it(world: World) -> None:
    row = rooms.add(world)
    stranger = browser(world, "mill")
    assert row.title not in said(stranger.get(address("table")))
    assert stranger.get(address("row", row.pk)).status_code == 404
    assert stranger.get(address("change", row.pk)).status_code == 404
    moved = stranger.post(address("move", row.pk), {"state": "repair", "version": 1, "once": uuid4()})
    assert moved.status_code == 404


def test_the_list_is_narrowed_by_what_it_is_found_by_and_by_words(world: World) -> None:
    rooms.add(world, name="晨光阅览室", seats="30")
    rooms.add(world, name="南门篮球馆", kind="sport", seats="300")
    officer = browser(world, "luyang")
    assert "南门篮球馆" not in said(officer.get(address("table"), {"kind": "reading"}))
    large = said(officer.get(address("table"), {"seats_from": "100"}))
    assert "南门篮球馆" in large
    assert "晨光阅览室" not in large
    found = officer.post(address("search_list"), {"q": "篮球"}, follow=True)
    assert "南门篮球馆" in said(found)
    assert "晨光阅览室" not in said(found)
    assert "篮球" not in found.redirect_chain[-1][0]


def test_filters_are_folded_on_a_phone_until_one_is_set(world: World) -> None:
    rooms.add(world)
    officer = browser(world, "luyang")
    assert "open data-fold" in said(officer.get(address("table"), {"show": "map"}))
    assert "open data-fold" not in said(officer.get(address("table"), {"kind": "reading"}))


def test_what_all_lists_hold_is_found_by_words_at_once(world: World) -> None:
    row = rooms.add(world, name="晨光阅览室")
    found = browser(world, "luyang").post(reverse("registers:search"), {"q": "阅览"}, follow=True)
    assert address("row", row.pk) in said(found)


def test_a_row_is_added_by_its_form_and_a_mistake_stands_beside_its_field(world: World) -> None:
    officer = browser(world, "luyang")
    typed = {"name": "东门阅览室", "kind": "reading", "seats": "x", "opened": "2025-03-01", "once": uuid4()}
    refused = officer.post(address("add"), typed)
    assert refused.status_code == 422
    assert "Write a whole number in digits." in said(refused)
    assert "东门阅览室" in said(refused)
    taken = officer.post(address("add"), {**typed, "seats": "40", "once": uuid4()})
    assert taken.status_code == 302
    assert Row.objects.get(title="东门阅览室").values["seats"] == 40


def test_two_clicks_add_one_row(world: World) -> None:
    officer = browser(world, "luyang")
    typed = {"name": "东门阅览室", "kind": "reading", "seats": "4", "opened": "2025-03-01", "once": uuid4()}
    first, second = (officer.post(address("add"), typed) for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Row.objects.filter(title="东门阅览室").count() == 1


def test_the_second_of_two_clerks_sees_both_texts_and_chooses(world: World) -> None:
    row = rooms.add(world)
    officer = browser(world, "luyang")
    form = {"name": row.title, "kind": "reading", "opened": "2025-03-01", "version": row.version}
    changing.change(
        actor=world.act("luyang"), at=AT + timedelta(hours=1), code=CODE, row_id=row.pk, version=1,
        typed={"seats": "55"},
    )  # fmt: skip
    both = officer.post(address("change", row.pk), {**form, "seats": "66", "once": uuid4()})
    assert both.status_code == 409
    assert "<br>55</span>" in said(both)
    assert "<br>66</span>" in said(both)
    assert rooms.again(row).values["seats"] == 55
    chosen = {"version": 2, "take_seats": "mine", "mine_seats": "66"}
    assert officer.post(address("choose", row.pk), chosen).status_code == 302
    assert rooms.again(row).values["seats"] == 66
    history = said(officer.get(address("row", row.pk)))
    assert "<del>30</del>" in history
    assert "<ins>66</ins>" in history


def test_what_the_other_clerk_wrote_into_other_fields_is_not_written_over(world: World) -> None:
    row = rooms.add(world)
    changing.change(
        actor=world.act("luyang"), at=AT + timedelta(hours=1), code=CODE, row_id=row.pk, version=1,
        typed={"seats": "55"},
    )  # fmt: skip
    form = {"name": "新名字", "kind": "reading", "seats": "30", "opened": "2025-03-01", "version": 1}
    both = browser(world, "luyang").post(address("change", row.pk), {**form, "once": uuid4()})
    assert "take_name" in said(both)
    assert "take_seats" not in said(both)


def test_a_row_is_moved_on_with_a_reason_and_ends(world: World) -> None:
    row = rooms.add(world)
    officer = browser(world, "luyang")
    silent = officer.post(address("move", row.pk), {"state": "closed", "version": 1, "once": uuid4()})
    assert silent.status_code == 422
    assert "Say why." in said(silent)
    ended = officer.post(
        address("move", row.pk), {"state": "closed", "version": 1, "reason": "拆除", "once": uuid4()}
    )
    assert ended.status_code == 302
    assert rooms.again(row).ended_on is not None
    assert officer.get(address("change", row.pk)).status_code == 404


def test_what_fell_due_is_said_to_be_done(world: World) -> None:
    row = rooms.add(world)
    officer = browser(world, "luyang")
    done = officer.post(address("keep", row.pk), {"due": "check", "note": "好", "once": uuid4()}, follow=True)
    assert "Written down." in said(done)


def test_one_field_of_chosen_rows_is_changed_at_once(world: World) -> None:
    first, second = rooms.add(world, name="甲室"), rooms.add(world, name="乙室")
    officer = browser(world, "luyang")
    sent = {"chosen": [first.pk, second.pk], "field": "seats", "value": "77", "once": uuid4()}
    assert officer.post(address("batch"), sent).status_code == 302
    assert {rooms.again(row).values["seats"] for row in (first, second)} == {77}
    wrong = officer.post(address("batch"), {**sent, "value": "0", "once": uuid4()})
    assert wrong.status_code == 422
    assert "No. 1 甲室, No. 2 乙室: At least 1." in said(wrong)
    assert rooms.again(first).values["seats"] == 77


def test_the_list_is_seen_as_it_was_on_a_day(world: World) -> None:
    row = rooms.add(world, name="旧名字")
    changing.change(
        actor=world.act("luyang"), at=AT + timedelta(days=3), code=CODE, row_id=row.pk, version=1,
        typed={"name": "新名字"},
    )  # fmt: skip
    day = (AT + timedelta(days=1)).date().isoformat()
    page = said(browser(world, "luyang").get(address("table"), {"on": day}))
    assert "旧名字" in page
    assert "新名字" not in page


def test_a_view_is_kept_and_forgotten(world: World) -> None:
    rooms.add(world)
    officer = browser(world, "luyang")
    kept = {"name": "阅览", "kind": "reading", "columns": ["seats"]}
    page = said(officer.post(address("save_view"), kept, follow=True))
    assert "kind=reading" in page
    view = page.split('name="forget" value="')[1].split('"')[0]
    assert "kind=reading" not in said(officer.post(address("save_view"), {"forget": view}, follow=True))


def test_places_stand_on_a_map_without_any_map_service(world: World) -> None:
    rooms.add(world, name="甲室", point="31.82, 117.22")
    rooms.add(world, name="乙室", point="31.90, 117.30")
    page = said(browser(world, "luyang").get(address("table"), {"show": "map"}))
    assert page.count('class="map-dot"') == 2
    assert "http" not in page[page.index("<svg viewBox") : page.index("</svg>", page.index("<svg viewBox"))]


def test_without_the_right_to_lists_there_is_no_page(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    member = browser(world, "ding")
    assert member.get(reverse("registers:lists")).status_code in {403, 404}
    assert member.get(address("table")).status_code == 404
