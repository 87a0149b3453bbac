"""入会一件事: joining, and what only a member has, in one go; what waits goes on once joining was granted."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.accounts.services.users import close_account
from zhijia.kernel import context
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import mine
from zhijia.matters.services import asking as asking_service
from zhijia.matters.services import deciding, handing_in, in_turn, joining
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import here
from zhijia.notices.models import Message
from zhijia.registry.models import Consent, Membership
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

CARD, SERVICES = "member_card", "agree_to_services"


@pytest.fixture
def world(db: Any) -> World:
    return worlds.build()


def drafted(world: World, who: str = "lan", *, serial: int = 3, **more: str) -> Case:
    actor = world.actors.get(who) or worlds.worker(world, who)
    with context.acting(actor):
        case = joining.begin(actor=actor, at=AT, union=world.unions["mill"], routed="chosen", together=True)
        typed: Mapping[str, str] = {
            "name": "张小丰", "id_number": worlds.number(serial), "occupation": "welder",
            "workplace": "晨光机械有限公司", f"with_{CARD}": "yes", f"with_{SERVICES}": "yes", **more,
        }  # fmt: skip
        return asking_service.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)


def handed(world: World, who: str = "lan", **more: str) -> Case:
    case = drafted(world, who, **more)
    with context.acting(world.actors[who]):
        return handing_in.submit(actor=world.actors[who], at=AT, case_id=case.pk, key=uuid4())


def part(world: World, whole: Case, code: str, who: str = "lan") -> Case:
    with context.acting(world.actors[who]):
        return Case.objects.get(part_of=whole, code=code)


def states(world: World, whole: Case) -> dict[str, str]:
    with context.acting(world.actors["lan"]):
        whole.refresh_from_db()
        return {"": whole.state, **dict(Case.objects.filter(part_of=whole).values_list("code", "state"))}


def joined(world: World, whole: Case) -> None:
    officer = world.actors["mill"]
    with context.acting(officer):
        step = here(Case.objects.get(part_of=whole, code="join")).pk
        deciding.approve(actor=officer, at=AT, step_id=step, typed={joining.SEEN: "yes"})


def test_what_needs_a_member_waits_and_goes_on_once_they_are_one(world: World) -> None:
    whole = handed(world)
    waiting = part(world, whole, CARD)
    with context.acting(world.actors["lan"]):
        assert waiting.steps.get().state == Step.State.WAITING
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 0

    with context.acting(world.actors["lan"]):
        assert not Message.objects.filter(kind="case_waits").exists()
    joined(world, whole)
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 2
    assert states(world, whole) == {"": "open", "join": "granted", CARD: "open", SERVICES: "granted"}
    officer = world.actors["mill"]
    with context.acting(officer):
        card = Case.objects.get(part_of=whole, code=CARD)
        consent = Consent.objects.get(purpose="services")
        assert consent.person_id == Membership.objects.get().person_id == card.person_id
        deciding.approve(actor=officer, at=AT, step_id=here(card).pk)
    assert states(world, whole)[""] == "granted"


@pytest.mark.parametrize("chosen", [CARD, SERVICES])
def test_what_was_left_out_is_not_asked_for(world: World, chosen: str) -> None:
    other = {CARD: SERVICES, SERVICES: CARD}[chosen]
    whole = handed(world, **{f"with_{other}": "no"})
    joined(world, whole)
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 1
    assert set(states(world, whole)) == {"", "join", chosen}


def test_twice_it_goes_on_once(world: World) -> None:
    whole = handed(world)
    joined(world, whole)
    assert [in_turn.go_on(at=AT, whole_id=whole.pk) for _time in range(3)] == [2, 0, 0]
    with context.acting(world.actors["mill"]):
        assert Consent.objects.filter(purpose="services").count() == 1


def test_where_joining_is_refused_all_of_it_is(world: World) -> None:
    whole = handed(world)
    officer = world.actors["mill"]
    with context.acting(officer):
        step = here(Case.objects.get(part_of=whole, code="join")).pk
        deciding.refuse(actor=officer, at=AT, step_id=step, reason="不在本单位工作")
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 2
    assert set(states(world, whole).values()) == {"refused"}
    with context.acting(world.actors["lan"]):
        assert not Consent.objects.exists()


def _closed(world: World, whole: Case) -> None:
    with context.acting(world.actors["founder"]):
        close_account(actor=world.actors["founder"], at=AT, user_id=whole.user_id or 0, reason="本人要求")


def test_where_the_account_was_closed_meanwhile_the_card_goes_on_and_nobody_agrees(world: World) -> None:
    whole = handed(world)
    joined(world, whole)
    _closed(world, whole)
    assert [in_turn.go_on(at=AT, whole_id=whole.pk) for _time in range(2)] == [2, 0]
    assert states(world, whole) == {"": "open", "join": "granted", CARD: "open", SERVICES: "withdrawn"}
    with context.acting(world.actors["mill"]):
        card = Case.objects.get(part_of=whole, code=CARD)
        assert (card.person_id, here(card).code) == (Membership.objects.get().person_id, "print")
        assert not Consent.objects.exists()


def test_where_the_account_was_closed_meanwhile_a_refusal_ends_all_of_it(world: World) -> None:
    whole = handed(world)
    officer = world.actors["mill"]
    with context.acting(officer):
        step = here(Case.objects.get(part_of=whole, code="join")).pk
        deciding.refuse(actor=officer, at=AT, step_id=step, reason="不在本单位工作")
    _closed(world, whole)
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 2
    assert set(states(world, whole).values()) == {"refused"}


def test_the_agreement_taken_back_does_not_take_the_card_along(world: World) -> None:
    whole = handed(world)
    agreement, lan = part(world, whole, SERVICES), world.actors["lan"]
    with context.acting(lan):
        handing_in.withdraw(actor=lan, at=AT, case_id=agreement.pk)
    joined(world, whole)
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 1
    assert states(world, whole) == {"": "open", "join": "granted", CARD: "open", SERVICES: "withdrawn"}


def test_taken_back_all_of_it_is(world: World) -> None:
    whole = handed(world)
    with context.acting(world.actors["lan"]):
        handing_in.withdraw(actor=world.actors["lan"], at=AT, case_id=whole.pk)
    assert set(states(world, whole).values()) == {"withdrawn"}
    assert in_turn.go_on(at=AT, whole_id=whole.pk) == 0


def test_a_request_to_join_that_was_handed_in_comes_first_and_a_draft_gives_way(world: World) -> None:
    lan = worlds.worker(world, "lan")
    with context.acting(lan):
        begun = joining.begin(actor=lan, at=AT, union=world.unions["mill"], routed="chosen")
    whole = handed(world)
    with context.acting(lan):
        assert not Case.objects.filter(pk=begun.pk).exists()
        again = joining.begin(actor=lan, at=AT, union=world.unions["mill"], routed="chosen")
    assert again.part_of_id == whole.pk
    worlds.ask(world, "bai", "mill", serial=5)
    late = drafted(world, "bai", serial=5)
    bai = world.actors["bai"]
    with pytest.raises(Refusal) as told, context.acting(bai):
        handing_in.submit(actor=bai, at=AT, case_id=late.pk, key=uuid4())
    assert told.value.code == "under_way_already"


def test_the_pages_offer_it_to_newcomers_and_show_where_it_is(world: World) -> None:
    worlds.worker(world, "lan")
    address = reverse("matters:join", args=[world.unions["mill"].code])
    client = browser(world, "lan")
    assert "入会一件事" in client.get(address).content.decode()
    answer = client.post(address, {"together": "yes"})
    world.act("lan")
    case = Case.objects.get(code="joining")
    assert answer["location"] == reverse("matters:form", args=[case.pk])
    form = client.get(answer["location"]).content.decode()
    assert f"with_{CARD}" in form
    assert "请工会主动告诉我能享受的服务" in form
    whole = handed(world)
    page = client.get(reverse("matters:case", args=[whole.pk])).content.decode()
    assert "实体会员服务卡" in page
    joined(world, whole)
    in_turn.go_on(at=AT, whole_id=whole.pk)
    world.act("lan")
    assert mine.find(world.actors["lan"], whole.pk) is not None


def test_a_card_asked_for_by_a_member_waits_for_nothing(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=9)
    with context.acting(world.actors["ding"]):
        case = asking_service.start(actor=world.actors["ding"], at=AT, code=CARD)
        handing_in.submit(actor=world.actors["ding"], at=AT, case_id=case.pk, key=uuid4())
        assert here(case).code == "print"
