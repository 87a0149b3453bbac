"""After a request was handed in at a desk, the officer acts in the member's name only while the member is there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.audit.models import Entry
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import appealing, asking, deciding, desk, handing_in, presence
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, aid, build_with_member, defined, here
from zhijia.notices.models import Message
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World, appoint, give

TYPED = {"sum": "1200", "why": "家人住院", "ill": "no"}
HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, aid(appeal={"parameter": "matter.appeal_days", "unit": "days"})):
        yield build_with_member()


def _at_the_desk(world: World) -> Case:
    """A request of the member, typed in by the officer of the factory and handed in."""
    officer = world.act("factory")
    person = world.actors["member"].person_id
    assert person is not None
    case = desk.begin(actor=officer, at=AT, code=CODE, person_id=person, agreed="here")
    asking.keep(actor=officer, at=AT, case_id=case.pk, typed=TYPED)
    return handing_in.submit(actor=officer, at=AT, case_id=case.pk, key=uuid4())


def _paused(world: World) -> Case:
    case = _at_the_desk(world)
    colleague = world.actors.get("second") or appoint(world, "factory", "grassroots_officer", "second")
    world.act("second")
    deciding.ask_for_more(actor=colleague, at=AT, step_id=here(case).pk, reason="请补充病历")
    return case


def _refused(world: World) -> Case:
    case = _at_the_desk(world)
    colleague = appoint(world, "factory", "grassroots_officer", "second")
    world.act("second")
    deciding.refuse(actor=colleague, at=AT, step_id=here(case).pk, reason="本年度已补助")
    return case


ACTS: dict[str, tuple[Callable[[World], Case], Callable[..., Any]]] = {
    "take it back": (_at_the_desk, handing_in.withdraw),
    "complete it": (_paused, handing_in.complete),
    "change what was written": (_paused, lambda **who: asking.keep(**who, typed={"why": "另一个原因"})),
    "object": (_refused, lambda **who: appealing.appeal(**who, key=uuid4(), reason="情况属实")),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_hour_later_the_officer_does_nothing_in_the_members_name(world: World, act: str) -> None:
    made, done = ACTS[act]
    case = made(world)
    with pytest.raises(Refusal) as refused:
        done(actor=world.act("factory"), at=AT + HOUR, case_id=case.pk)
    assert refused.value.code == "member_not_here"


@pytest.mark.parametrize("act", ACTS)
def test_with_the_member_there_again_the_officer_acts_and_the_member_is_told(world: World, act: str) -> None:
    made, done = ACTS[act]
    case = made(world)
    officer = world.act("factory")
    presence.confirm(actor=officer, at=AT + HOUR, case_id=case.pk, agreed="here", reason="会员要求处理")
    done(actor=officer, at=AT + HOUR, case_id=case.pk)
    entry = Entry.objects.get(action="case.desk_again")
    assert (entry.reason, entry.detail) == ("会员要求处理", {"agreed": "here"})
    world.act("member")
    assert Message.objects.filter(kind="case_desk_again").count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_for_a_member_who_has_it_in_their_own_hands(world: World, act: str) -> None:
    made, done = ACTS[act]
    case = made(world)
    asking.take_over(actor=world.act("member"), at=AT, case_id=case.pk)
    officer = world.act("factory")
    for tried in (
        lambda: done(actor=officer, at=AT, case_id=case.pk),
        lambda: presence.confirm(actor=officer, at=AT, case_id=case.pk, agreed="here", reason="再来"),
    ):
        with pytest.raises(Refusal) as refused:
            tried()
        assert refused.value.code == "taken_over"


def test_a_member_who_does_something_themselves_has_it_in_their_own_hands(world: World) -> None:
    case = _paused(world)
    member = world.act("member")
    asking.keep(actor=member, at=AT, case_id=case.pk, typed={"why": "家人住院两周"})
    assert Case.objects.get(pk=case.pk).user_id == member.user_id
    assert Entry.objects.filter(action="case.take_over").count() == 1


@pytest.mark.parametrize("who", ["luyang", "couriers", "member"])
def test_nobody_else_says_that_the_member_is_there(world: World, who: str) -> None:
    case = _at_the_desk(world)
    with pytest.raises(NotForYou):
        presence.confirm(actor=world.act(who), at=AT, case_id=case.pk, agreed="here", reason="试")


def test_an_officer_who_is_at_no_desk_any_more_acts_for_nobody(world: World) -> None:
    case = _at_the_desk(world)
    officer, founder = world.actors["factory"], world.act("founder")
    assert officer.user_id is not None
    ready.behind("UPDATE registry_grant SET valid_to = %s WHERE user_id = %s", [AT.date(), officer.user_id])
    union = world.unions["factory"]
    give(founder, officer.user_id, "hotline_agent", union)
    world.act("factory")
    with pytest.raises(NotForYou):
        presence.confirm(actor=officer, at=AT, case_id=case.pk, agreed="here", reason="来补材料")
    with pytest.raises(NotForYou):
        handing_in.withdraw(actor=officer, at=AT, case_id=case.pk)


@pytest.mark.parametrize(
    ("agreed", "reason", "code"), [("", "来补材料", "consent_missing"), ("here", " ", "reason_missing")]
)
def test_how_they_agreed_and_why_is_said(world: World, agreed: str, reason: str, code: str) -> None:
    case = _at_the_desk(world)
    with pytest.raises(Refusal) as refused:
        presence.confirm(actor=world.act("factory"), at=AT, case_id=case.pk, agreed=agreed, reason=reason)
    assert refused.value.code == code


def test_the_page_asks_first_whether_the_member_is_there(world: World) -> None:
    case = _at_the_desk(world)
    client, address = browser(world, "factory"), reverse("matters:case", args=[case.pk])
    withdraw = reverse("matters:withdraw", args=[case.pk])
    again = reverse("matters:again", args=[case.pk])
    page = client.get(address).content.decode()
    assert again in page
    assert withdraw not in page
    client.post(withdraw)
    world.act("factory")
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    client.post(again, {"agreed": "here", "reason": "要撤回"})
    assert withdraw in client.get(address).content.decode()
    own = browser(world, "member")
    assert reverse("matters:take_over", args=[case.pk]) in own.get(address).content.decode()
    own.post(reverse("matters:take_over", args=[case.pk]))
    assert withdraw not in client.get(address).content.decode()
    assert withdraw in own.get(address).content.decode()
