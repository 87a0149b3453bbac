"""What a member can get: the rules over what the register holds about them, and nothing about others."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from zhijia.matters.queries import qualifying
from zhijia.matters.services import asking, flagging, versions
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member
from zhijia.registry.models import Consent, Person
from zhijia.registry.services import consents
from zhijia.registry.tests.world import AT, World, worker

LONG_AFTER = AT + timedelta(days=500)


@pytest.fixture
def world(db: Any) -> World:
    return build_with_member()


def kinds(world: World, at: Any = AT) -> dict[str, str]:
    return {one.judged.definition.code: one.kind for one in qualifying.mine(world.act("member"), at)}


def test_a_rule_holds_is_near_or_wants_to_know(world: World) -> None:
    found = kinds(world)
    assert found["member.active"] == "yes"
    assert found["member.for_some_time"] == "near"
    assert found["member.highly_skilled"] == "unknown"


def test_what_holds_stands_first_and_what_opens_a_door_before_the_rest(world: World) -> None:
    found = qualifying.mine(world.act("member"), AT)
    order = [one.kind for one in found]
    assert order == sorted(order, key=["yes", "near", "unknown", "no"].index)
    assert found[0].judged.definition.code == "member.active"
    assert [matter.code for matter in found[0].matters] == ["training_application"]


def test_what_is_missing_comes_by_itself_on_its_day(world: World) -> None:
    found = {one.judged.definition.code: one for one in qualifying.mine(world.act("member"), AT)}
    nearest = found["member.for_some_time"].judged.told.nearest
    assert nearest is not None
    assert [gap.on.isoformat() for change in nearest.changes for gap in change if gap.on] == ["2027-11-20"]
    assert kinds(world, LONG_AFTER)["member.for_some_time"] == "yes"


def test_each_answer_but_yes_says_what_to_do_now(world: World) -> None:
    found = {one.judged.definition.code: one for one in qualifying.mine(world.act("member"), AT)}
    waits = found["member.for_some_time"].comes_on
    assert (waits, found["member.active"].comes_on) == (date(2027, 11, 20), None)
    client = browser(world, "member")
    client.post(reverse("matters:qualifying"))
    page = client.get(reverse("matters:qualifying")).content.decode()
    assert "2027年11月20日起符合条件" in page
    assert page.count("现在怎么办") == sum(one.kind != "yes" for one in found.values())


def test_a_rule_that_helps_nobody_find_anything_is_not_shown(world: World) -> None:
    assert "member.under_age" not in kinds(world)


def test_nobody_is_told_that_they_are_nearly_out_of_work(world: World) -> None:
    assert "member.unemployed_not_retained" not in kinds(world)
    Person.objects.filter(pk=world.act("member").person_id).update(work_status="03")
    assert kinds(world)["member.unemployed_not_retained"] == "yes"


def test_the_page_asks_before_it_looks(world: World) -> None:
    client = browser(world, "member")
    page = client.get(reverse("matters:qualifying")).content.decode()
    assert "在册会员" not in page
    client.post(reverse("matters:qualifying"))
    assert "在册会员" in client.get(reverse("matters:qualifying")).content.decode()
    world.act("member")
    assert Consent.objects.filter(purpose="services").count() == 1


def test_what_was_agreed_to_can_be_taken_back(world: World) -> None:
    client = browser(world, "member")
    client.post(reverse("matters:qualifying"))
    consents.withdraw(actor=world.act("member"), at=AT, purpose="services")
    assert "在册会员" not in client.get(reverse("matters:qualifying")).content.decode()


def test_somebody_in_no_union_is_judged_by_nothing(world: World) -> None:
    worker(world, "stranger")
    client = browser(world, "stranger")
    assert client.get(reverse("matters:qualifying")).status_code == 200
    assert qualifying.mine(world.act("stranger"), AT) == []
    world.act("stranger")
    assert client.post(reverse("matters:qualifying")).status_code in {302, 403, 404}


def test_the_rule_is_said_in_words_before_one_hands_in_and_stops_nobody(world: World) -> None:
    client = browser(world, "member")
    page = client.get(reverse("matters:matter", args=["degree_support"])).content.decode()
    assert "入会满一定年限" in page
    client.post(reverse("matters:matter", args=["degree_support"]))
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code="degree_support")
    page = client.get(reverse("matters:check", args=[case.pk])).content.decode()
    assert "入会满一定年限" in page
    world.act("member")
    flagging.at_submit(case, versions.definition(case.version), AT)
    assert "not_eligible" in case.flags
