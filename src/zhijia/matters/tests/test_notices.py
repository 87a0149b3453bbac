"""Public notices: nothing hangs without agreement, names are masked, they end by themselves, an objection holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhijia.accounts.models import User
from zhijia.catalogue import working_days
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Linked, Notice, Step
from zhijia.matters.queries import mine as queries
from zhijia.matters.services import asking, deciding, handing_in, late, noticing, objecting, versions
from zhijia.matters.tests.kept import at_once, world_of
from zhijia.matters.tests.world import aid, here
from zhijia.registry.services import consents
from zhijia.registry.tests.world import World, member

NOTICE = {
    "days": {"parameter": "matter.notice_days", "unit": "working_days"},
    "purpose": "public_notice",
    "words": {"en": "{name} of {union} asks for {matter}.", "zh": "{union}{name}申请{matter}{amount}元。"},
}


@pytest.fixture
def now() -> datetime:
    """Notices hang in the database's own time."""
    return days.now()


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    matter = aid()
    notice = {
        **matter["steps"][0],
        "code": "shown",
        "does": "notice",
        "notice": NOTICE,
        "may": ["refuse", "return"],
    }
    with world_of(tmp_path, {**matter, "steps": [matter["steps"][0], notice]}) as world:
        with context.acting(Actor(None, "command", "test")):
            member(world, "neighbour", "couriers", serial=77, called="李大嘴")
        yield world


def _shown(kept: World, at: datetime, *, agree: bool = True) -> tuple[Case, Step]:
    """A case that came to its notice."""
    actor = kept.actors["member"]
    with context.acting(actor):
        if agree:
            consents.give(actor=actor, at=at, purpose="public_notice")
        case = asking.start(actor=actor, at=at, code="test.aid")
        asking.keep(
            actor=actor, at=at, case_id=case.pk, typed={"sum": "1200", "why": "家人住院", "ill": "no"}
        )
        handing_in.submit(actor=actor, at=at, case_id=case.pk, key=uuid4())
    officer = kept.actors["factory"]
    with context.acting(officer):
        deciding.approve(actor=officer, at=at, step_id=here(case).pk)
        return case, here(case)


def _state(kept: World, case: Case) -> str:
    with context.acting(kept.actors["member"]):
        return Case.objects.get(pk=case.pk).state


def _hanging(at: datetime) -> list[Notice]:
    with context.acting(Actor(None, "page", "visitor")):
        return list(noticing.hanging(at=at))


def test_nothing_hangs_before_the_applicant_has_agreed(kept: World, now: datetime) -> None:
    case, step = _shown(kept, now, agree=False)
    assert (_state(kept, case), step.state, _hanging(now)) == ("paused", "paused", [])
    mine = kept.actors["member"]
    with context.acting(mine):
        awaited = queries.awaited(Case.objects.get(pk=case.pk), versions.definition(case.version))
    assert awaited is not None
    assert (awaited.agrees, awaited.reports) == (True, False)
    with context.acting(mine), pytest.raises(Refusal) as first:
        handing_in.complete(actor=mine, at=now, case_id=case.pk)
    assert first.value.code == "agree_first"
    with context.acting(mine):
        consents.give(actor=mine, at=now, purpose="public_notice")
        handing_in.complete(actor=mine, at=now, case_id=case.pk)
    assert len(_hanging(now)) == 1


def test_a_visitor_reads_the_masked_name_and_nothing_else(kept: World, now: datetime) -> None:
    _shown(kept, now)
    (notice,) = _hanging(now)
    assert notice.words["zh"] == "晨光机械工会张*丰申请困难补助1,200.00元。"
    with context.acting(Actor(None, "page", "visitor")):
        assert not Case.objects.exists()
        assert not Step.objects.exists()
    page = Client().get("/public-notices/")
    assert "张*丰" in page.content.decode()
    assert "张小丰" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_a_notice_hangs_also_into_a_year_whose_holidays_are_not_announced(
    kept: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Awards and help of December do not wait for the State Council."""
    monkeypatch.setattr(working_days, "last_day", lambda: days.business_day(now))
    case, step = _shown(kept, now, agree=False)
    mine = kept.actors["member"]
    with context.acting(mine):
        consents.give(actor=mine, at=now, purpose="public_notice")
        handing_in.complete(actor=mine, at=now, case_id=case.pk)
    step = _step_of(kept, step)
    (notice,) = _hanging(now)
    assert (step.due_unknown, notice.hangs_until) == (False, step.due_at)
    assert step.due_at is not None
    assert late.take_up(at=step.due_at) == 1
    assert _state(kept, case) == "granted"


def _step_of(kept: World, step: Step) -> Step:
    with context.acting(kept.actors["factory"]):
        return Step.objects.get(pk=step.pk)


def test_a_notice_ends_by_itself_and_nobody_cuts_it_short(kept: World, now: datetime) -> None:
    case, step = _shown(kept, now)
    officer = kept.actors["factory"]
    with context.acting(officer), pytest.raises(Refusal) as early:
        deciding.approve(actor=officer, at=now, step_id=step.pk)
    assert early.value.code == "not_at_this_step"
    assert step.due_at is not None
    assert late.take_up(at=step.due_at - timedelta(seconds=1)) == 0
    assert late.take_up(at=step.due_at) == 1
    assert late.take_up(at=step.due_at) == 0
    assert (_state(kept, case), _hanging(step.due_at)) == ("granted", [])


@pytest.mark.parametrize(("found_right", "ends"), [(False, "granted"), (True, "open")])
def test_an_objection_holds_the_case_until_it_is_decided(
    kept: World, now: datetime, found_right: bool, ends: str
) -> None:
    case, step = _shown(kept, now)
    (notice,) = _hanging(now)
    neighbour, officer = kept.actors["neighbour"], kept.actors["luyang"]
    with context.acting(neighbour):
        draft = objecting.object_to(actor=neighbour, at=now, notice_id=notice.pk)
        assert objecting.object_to(actor=neighbour, at=now, notice_id=notice.pk).pk == draft.pk
        asking.keep(actor=neighbour, at=now, case_id=draft.pk, typed={"objection": "他家有两套房"})
        handing_in.submit(actor=neighbour, at=now, case_id=draft.pk, key=uuid4())
        objection = here(draft)
    assert objection.seat_id == kept.unions["factory"].pk
    assert step.due_at is not None
    late.take_up(at=step.due_at)
    assert _state(kept, case) == "open"
    with context.acting(kept.actors["member"]):
        assert Case.objects.get(pk=case.pk).flags == ["notice_objection"]
        assert not Linked.objects.exists()
    with context.acting(officer):
        if found_right:
            deciding.approve(actor=officer, at=now, step_id=objection.pk)
        else:
            deciding.refuse(actor=officer, at=now, step_id=objection.pk, reason="经核实不属实")
    late.take_up(at=step.due_at)
    assert _state(kept, case) == ends
    if found_right:
        with context.acting(officer):
            deciding.refuse(actor=officer, at=now, step_id=step.pk, reason="公示期有异议，经核实属实")
        assert _state(kept, case) == "refused"


def test_a_draft_of_an_objection_holds_nothing(kept: World, now: datetime) -> None:
    case, step = _shown(kept, now)
    (notice,) = _hanging(now)
    with context.acting(kept.actors["neighbour"]):
        objecting.object_to(actor=kept.actors["neighbour"], at=now, notice_id=notice.pk)
    assert step.due_at is not None
    late.take_up(at=step.due_at)
    assert _state(kept, case) == "granted"


def test_nobody_objects_to_a_notice_that_hangs_no_more(kept: World, now: datetime) -> None:
    _shown(kept, now)
    (notice,) = _hanging(now)
    after = notice.hangs_until + timedelta(seconds=1)
    with context.acting(kept.actors["neighbour"]), pytest.raises(NotForYou):
        objecting.object_to(actor=kept.actors["neighbour"], at=after, notice_id=notice.pk)


@pytest.mark.parametrize("how", ["refused", "sent back", "taken back"])
def test_a_notice_is_taken_down_when_its_case_does_not_go_on(kept: World, now: datetime, how: str) -> None:
    case, step = _shown(kept, now)
    officer, member_here = kept.actors["factory"], kept.actors["member"]
    assert len(_hanging(now)) == 1
    if how == "taken back":
        with context.acting(member_here):
            handing_in.withdraw(actor=member_here, at=now, case_id=case.pk)
    else:
        with context.acting(officer):
            if how == "refused":
                deciding.refuse(actor=officer, at=now, step_id=step.pk, reason="材料不实")
            else:
                deciding.send_back(actor=officer, at=now, step_id=step.pk, to="union", reason="再核实")
    assert _hanging(now + timedelta(seconds=1)) == []
    page = Client().get("/public-notices/")
    assert "张*丰" not in page.content.decode()


def _begun(kept: World, now: datetime) -> tuple[Case, Step, Case, Notice]:
    """A case at its notice, and a neighbour's draft of an objection."""
    case, step = _shown(kept, now)
    (notice,) = _hanging(now)
    neighbour = kept.actors["neighbour"]
    with context.acting(neighbour):
        draft = objecting.object_to(actor=neighbour, at=now, notice_id=notice.pk)
        asking.keep(actor=neighbour, at=now, case_id=draft.pk, typed={"objection": "他家有两套房"})
    return case, step, draft, notice


def test_an_objection_begun_in_time_and_handed_in_late_holds_nothing_and_says_so(
    kept: World, now: datetime
) -> None:
    case, _step, draft, notice = _begun(kept, now)
    neighbour = kept.actors["neighbour"]
    with context.acting(neighbour), pytest.raises(Refusal) as late_by:
        handing_in.submit(actor=neighbour, at=notice.hangs_until, case_id=draft.pk, key=uuid4())
    assert late_by.value.code == "notice_over"
    assert late.take_up(at=notice.hangs_until) == 1
    assert _state(kept, case) == "granted"


def test_in_the_last_second_an_objection_still_counts_and_the_notice_does_not_end(
    kept: World, now: datetime
) -> None:
    case, _step, draft, notice = _begun(kept, now)
    neighbour = kept.actors["neighbour"]
    with context.acting(neighbour):
        moment = notice.hangs_until - timedelta(microseconds=1)
        handing_in.submit(actor=neighbour, at=moment, case_id=draft.pk, key=uuid4())
    late.take_up(at=notice.hangs_until)
    assert _state(kept, case) == "open"


def test_the_end_of_a_notice_waits_for_an_objection_that_is_just_coming_in(
    kept: World, now: datetime
) -> None:
    case, _step, draft, notice = _begun(kept, now)
    neighbour = kept.actors["neighbour"]
    moment = notice.hangs_until - timedelta(seconds=1)
    coming_in, may_end = Event(), Event()

    def hand_in() -> str:
        with context.acting(neighbour):
            handing_in.submit(actor=neighbour, at=moment, case_id=draft.pk, key=uuid4())
            coming_in.set()
            may_end.wait(2)
        return "in"

    def end() -> int:
        coming_in.wait(10)
        return late.take_up(at=notice.hangs_until)

    assert at_once(hand_in, end) == ["in", 0]
    assert _state(kept, case) == "open"


def test_an_objection_that_comes_after_the_end_was_written_is_refused(kept: World, now: datetime) -> None:
    """The clock of whoever hands in may be behind the clock of the job."""
    case, _step, draft, notice = _begun(kept, now)
    assert late.take_up(at=notice.hangs_until) == 1
    neighbour = kept.actors["neighbour"]
    moment = notice.hangs_until - timedelta(seconds=1)
    with context.acting(neighbour), pytest.raises(Refusal) as late_by:
        handing_in.submit(actor=neighbour, at=moment, case_id=draft.pk, key=uuid4())
    assert late_by.value.code == "notice_over"
    assert _state(kept, case) == "granted"


def test_whoever_comes_too_late_reads_why(kept: World) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    with context.acting(Actor(None, "command", "test")):
        client.force_login(User.objects.get(pk=kept.actors["neighbour"].user_id))
    answer = client.post(f"/public-notices/{uuid4()}/object/", follow=True)
    assert answer.redirect_chain[-1][0] == "/public-notices/"
    assert "公示已结束" in answer.content.decode()


def test_objecting_asks_who_one_is(kept: World, now: datetime) -> None:
    _shown(kept, now)
    (notice,) = _hanging(now)
    answer: Any = Client().post(f"/public-notices/{notice.pk}/object/")
    assert answer["Location"] == "/account/login?next=%2F"
    with context.acting(Actor(None, "page", "visitor")):
        assert not Linked.objects.exists()
