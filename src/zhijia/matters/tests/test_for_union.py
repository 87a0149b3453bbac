"""What a union itself asks for: by an officer who may, for their own union, and decided by somebody else."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.catalogue.models import Division
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.queries import inbox, mine, offered
from zhijia.matters.services import asking, deciding, handing_in, lacking, versions
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.tests.world import AT, World

TYPED = {
    "station": "晨光驿站",
    "division": "340103000000",
    "address": "北门一号",
    "area": "40",
    "hours": "8:00-20:00",
    "unattended": "no",
    "offers": ["water", "charging"],
}


@pytest.fixture
def world(db: Any) -> World:
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="340100000000")
    return build_with_member()


def station(world: World, who: str = "factory", union: str = "factory") -> Case:
    return asking.start(
        actor=world.act(who), at=AT, code="station_application", for_union=world.unions[union]
    )


def without_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking.Given, "_materials_missing", lambda _given: [])


def test_shipped_matters_of_a_union_can_be_asked_for(world: World) -> None:
    world.act("factory")
    codes = {matter.code for matter in offered.for_union()}
    assert {"asset_disposal", "station_application", "studio_application"} <= codes


def test_a_union_asks_and_another_decides(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without_photos(monkeypatch)
    case = station(world)
    asking.keep(actor=world.act("factory"), at=AT, case_id=case.pk, typed=TYPED)
    case = handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())
    assert (case.person_id, case.shown_name) == (None, world.unions["factory"].name)
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    (row,) = inbox.rows_of(inbox.page(world.act("luyang")), AT)
    assert row.name == world.unions["factory"].name
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)


@pytest.mark.parametrize("who", ["couriers", "mill", "member"])
def test_nobody_asks_for_a_union_that_is_not_theirs(world: World, who: str) -> None:
    with pytest.raises(NotForYou):
        station(world, who)


def test_what_a_union_asks_for_is_nothing_for_a_member(world: World) -> None:
    with pytest.raises(Refusal):
        asking.start(actor=world.act("member"), at=AT, code="station_application")


def test_what_a_member_asks_for_is_nothing_for_a_union(world: World) -> None:
    with pytest.raises(Refusal):
        asking.start(
            actor=world.act("factory"), at=AT, code="degree_support", for_union=world.unions["factory"]
        )


def test_the_draft_that_waits_is_that_unions_own(world: World) -> None:
    first = station(world, "luyang", "luyang")
    assert station(world, "luyang", "luyang").pk == first.pk
    assert station(world, "luyang", "factory").pk != first.pk


def test_a_member_asks_at_their_own_union_whatever_they_name(world: World) -> None:
    case = asking.start(actor=world.act("member"), at=AT, code="degree_support", union=world.unions["mill"])
    assert case.union_id == world.unions["factory"].pk


def test_the_pages_let_an_officer_begin_and_choose_a_place_near_the_union(world: World) -> None:
    client = browser(world, "factory")
    address = reverse("matters:for_union")
    assert "工会驿站申报" in client.get(address).content.decode()
    union = str(world.unions["factory"].pk)
    answer = client.post(address, {"union": union, "code": "station_application"})
    world.act("factory")
    case = Case.objects.get(code="station_application")
    assert answer["location"] == reverse("matters:form", args=[case.pk])
    page = client.get(answer["location"]).content.decode()
    assert 'value="340103000000"' in page
    asked = {f"asked-{name}": "1" for name in TYPED}
    assert client.post(answer["location"], {**TYPED, **asked})["location"].endswith("/check/")
    world.act("factory")
    shown = dict(mine.answers(case, versions.definition(case.version), AT))
    assert len(shown) == len(TYPED)
    wrong = client.post(answer["location"], {**TYPED, **asked, "division": "999999999999"})
    assert wrong.status_code == 422


def test_another_unions_officer_begins_nothing_on_the_page(world: World) -> None:
    client = browser(world, "mill")
    union = str(world.unions["factory"].pk)
    answer = client.post(reverse("matters:for_union"), {"union": union, "code": "station_application"})
    assert answer.status_code == 422
    world.act("factory")
    assert not Case.objects.filter(code="station_application").exists()
    assert browser(world, "member").get(reverse("matters:for_union")).status_code in {403, 404}
