"""What a union itself asks for: by an officer who may, for their own union, and decided by somebody else."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.catalogue.models import Division
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.queries import inbox, mine, offered
from zhijia.matters.services import appealing, asking, deciding, handing_in, lacking, versions
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.models import Grant
from zhijia.registry.services import grants
from zhijia.registry.tests.world import AT, World, appoint, give

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
    answer = client.post(address, {"body": union, "code": "station_application"})
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
    answer = client.post(reverse("matters:for_union"), {"body": union, "code": "station_application"})
    assert answer.status_code == 422
    world.act("factory")
    assert not Case.objects.filter(code="station_application").exists()
    assert browser(world, "member").get(reverse("matters:for_union")).status_code in {403, 404}


def paused(world: World, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A station the factory asked for, to which the county asks for more; a colleague at the factory (`second`)."""
    without_photos(monkeypatch)
    appoint(world, "factory", "grassroots_officer", "second")
    case = station(world)
    asking.keep(actor=world.act("factory"), at=AT, case_id=case.pk, typed=TYPED)
    handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="面积不清楚")
    return case


def lose_the_post(world: World, who: str) -> None:
    security = appoint(world, "province", "security_admin", "security")
    world.act("security")
    for grant in Grant.objects.filter(user_id=world.actors[who].user_id):
        grants.end(actor=security, at=AT, grant_id=grant.pk)


def test_a_colleague_goes_on_with_what_the_union_asked_for_and_never_decides_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = paused(world, monkeypatch)
    second = world.act("second")
    asking.keep(actor=second, at=AT, case_id=case.pk, typed={"area": "45"})
    assert handing_in.complete(actor=second, at=AT, case_id=case.pk).state == Case.State.OPEN
    give(world.act("founder"), second.user_id, "county_reviewer", world.unions["luyang"])
    with pytest.raises(Refusal) as own:
        deciding.approve(actor=world.act("second"), at=AT, step_id=here(case).pk)
    assert own.value.code == "own_case"
    taken = handing_in.withdraw(actor=world.act("second"), at=AT, case_id=case.pk)
    assert taken.state == Case.State.WITHDRAWN


def test_whoever_lost_the_post_does_nothing_more_and_the_colleague_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = paused(world, monkeypatch)
    lose_the_post(world, "factory")
    for act in (handing_in.complete, handing_in.withdraw):
        with pytest.raises(NotForYou):
            act(actor=world.act("factory"), at=AT, case_id=case.pk)
    assert handing_in.complete(actor=world.act("second"), at=AT, case_id=case.pk).pk == case.pk


@pytest.mark.parametrize("who", ["luyang", "mill", "couriers", "member"])
def test_nobody_else_goes_on_with_it_not_even_the_union_that_decides(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    case = paused(world, monkeypatch)
    with pytest.raises(NotForYou):
        handing_in.complete(actor=world.act(who), at=AT, case_id=case.pk)
    assert mine.find(world.act(who), case.pk) is None


def test_a_draft_stays_with_whoever_began_it(world: World) -> None:
    appoint(world, "factory", "grassroots_officer", "second")
    case = station(world)
    with pytest.raises(NotForYou):
        asking.keep(actor=world.act("second"), at=AT, case_id=case.pk, typed=TYPED)
    assert station(world, "second").pk != case.pk


def test_the_pages_show_a_colleague_what_the_union_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = paused(world, monkeypatch)
    address = reverse("matters:case", args=[case.pk])
    client = browser(world, "second")
    assert address in client.get(reverse("matters:for_union")).content.decode()
    page = client.get(address).content.decode()
    assert reverse("matters:form", args=[case.pk]) in page
    assert reverse("matters:withdraw", args=[case.pk]) in page
    lose_the_post(world, "factory")
    kept = browser(world, "factory").get(address).content.decode()
    assert reverse("matters:withdraw", args=[case.pk]) not in kept


def test_an_objection_of_the_union_is_seen_and_gone_on_with_by_a_colleague(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = paused(world, monkeypatch)
    handing_in.complete(actor=world.act("second"), at=AT, case_id=case.pk)
    deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="位置不合适")
    objection = appealing.appeal(
        actor=world.act("second"), at=AT, case_id=case.pk, key=uuid4(), reason="位置在厂门口"
    )
    assert objection.hands == [world.actors["second"].user_id]
    assert mine.find(world.act("factory"), objection.pk) is not None
    third = appoint(world, "factory", "grassroots_officer", "third")
    world.act("third")
    assert handing_in.withdraw(actor=third, at=AT, case_id=objection.pk).state == Case.State.WITHDRAWN
