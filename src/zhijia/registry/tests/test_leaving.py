"""Members who may have left: proposed, asked, decided by a human, and never by a job (MEM-10)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from zhijia.audit.models import Entry
from zhijia.catalogue import ports
from zhijia.facts import queries as facts
from zhijia.kernel import context
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.notices.models import Message
from zhijia.registry import access, rules
from zhijia.registry.models import Card, LeaveProposal, Membership, Person
from zhijia.registry.queries import work
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services import retaining
from zhijia.registry.services.leaving import deciding, finding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

LONG_AGO = date(2026, 1, 1)
AFTER = AT + timedelta(days=31)
JOB = system("find-silent")


@pytest.fixture
def kept(committed: None) -> Iterator[World]:
    """Three members of the factory's union since January, one of the mill's; a room that says who owes dues."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for serial, (name, union) in enumerate(
            (("an", "factory"), ("bo", "factory"), ("chen", "factory"), ("mu", "mill")), start=1
        ):
            worlds.member(world, name, union, serial=serial)
    with context.whole():
        Membership.objects.using("bulk").update(valid_from=LONG_AGO, joined_on=LONG_AGO)
        Case.objects.using("bulk").update(opened_at=AT - timedelta(days=320))
    yield world
    ports._functions.pop(finding.DUES_UNPAID, None)


def unpaid(world: World, *names: str) -> None:
    owing = {person(world, name) for name in names}
    ports._functions[finding.DUES_UNPAID] = lambda *, union_ids, since: owing


def person(world: World, name: str) -> UUID:
    found = world.actors[name].person_id
    assert found is not None
    return found


def proposals() -> list[LeaveProposal]:
    with context.whole():
        return list(LeaveProposal.objects.using("bulk").order_by("opened_at", "pk"))


def told(kind: str) -> int:
    with context.whole():
        return Message.objects.using("bulk").filter(kind=kind).count()


def membership(world: World, name: str) -> Membership:
    with context.whole():
        return Membership.objects.using("bulk").filter(person_id=person(world, name)).latest("valid_from")


def by_hand(world: World, name: str = "an", at: Any = AT) -> LeaveProposal:
    with context.acting(world.actors["factory"]) as officer:
        return deciding.propose(
            actor=officer,
            at=at,
            membership_id=membership(world, name).pk,
            since=LONG_AGO,
            words="六个月没有缴费",
        )


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 11, 20), 6, date(2026, 5, 20)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
    ],
)
def test_the_day_so_many_months_before(day: date, months: int, earlier: date) -> None:
    assert rules.months_before(day, months) == earlier


def test_while_no_room_knows_of_dues_nobody_is_proposed(kept: World) -> None:
    assert finding.find(actor=JOB, at=AT) == 0
    assert proposals() == []


def test_who_owes_dues_and_took_no_part_is_asked_once_and_stays_a_member(kept: World) -> None:
    unpaid(kept, "an", "bo", "mu")
    with context.acting(kept.actors["bo"]):
        worlds.correction(kept, "bo", "occupation", "welder")

    assert finding.find(actor=JOB, at=AT) == 2
    assert finding.find(actor=JOB, at=AT) == 0

    found = {row.person_id: row for row in proposals()}
    assert set(found) == {person(kept, "an"), person(kept, "mu")}
    mine = found[person(kept, "an")]
    assert mine.owner_id == kept.actors["factory"].user_id
    assert (mine.why, mine.since, mine.answer_until, mine.due_on) == (
        "dues", date(2026, 5, 20), date(2026, 12, 20), date(2027, 1, 19),
    )  # fmt: skip
    assert (told("leave_asked"), membership(kept, "an").valid_to) == (2, None)
    with context.whole():
        assert Entry.objects.using("bulk").filter(action="leave.propose").count() == 2


def test_four_jobs_at_once_and_one_killed_ask_everybody_once(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid(kept, "an", "bo", "chen", "mu")
    monkeypatch.setattr(finding, "AT_ONCE", 1)
    tell, calls = finding.notices.tell, []

    def dying(**named: Any) -> int:
        calls.append(named["kind"])
        if len(calls) == 2:
            raise SystemExit
        return tell(**named)

    with monkeypatch.context() as patched:
        patched.setattr(finding.notices, "tell", dying)
        with pytest.raises(SystemExit):
            finding.find(actor=JOB, at=AT)
    assert 0 < len(proposals()) < 4

    def run(_number: int) -> int:
        try:
            return finding.find(actor=JOB, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))

    assert (len(proposals()), told("leave_asked")) == (4, 4)


def test_a_retained_member_and_a_new_one_are_not_asked(kept: World) -> None:
    unpaid(kept, "an", "bo")
    with context.acting(kept.actors["factory"]) as officer:
        retaining.retain(
            actor=officer,
            at=AT,
            membership_id=membership(kept, "an").pk,
            status="31",
            since=LONG_AGO,
            reason="失业",
        )
    with context.whole():
        Membership.objects.using("bulk").filter(person_id=person(kept, "bo")).update(
            valid_from=date(2026, 9, 1)
        )

    assert finding.find(actor=JOB, at=AT) == 0


def test_the_member_who_says_so_stays_and_is_not_asked_again_soon(kept: World) -> None:
    proposal = by_hand(kept)
    with context.acting(kept.actors["an"]) as an:
        assert [row.pk for row in work.asked_to_stay(person(kept, "an"))] == [proposal.pk]
        deciding.stay(actor=an, at=AT, proposal_id=proposal.pk)
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "proposal_over"):
            deciding.stay(actor=an, at=AT, proposal_id=proposal.pk)
    unpaid(kept, "an")

    assert finding.find(actor=JOB, at=AFTER) == 0
    assert finding.find(actor=JOB, at=AT + timedelta(days=400)) == 1


def test_somebody_else_neither_answers_nor_decides(kept: World) -> None:
    proposal = by_hand(kept)
    for name, act in (("bo", deciding.stay), ("mill", deciding.stay)):
        with context.acting(kept.actors[name]) as other, pytest.raises(NotForYou):
            act(actor=other, at=AT, proposal_id=proposal.pk)
    for decide in (deciding.keep, deciding.confirm):
        for name in ("mill", "bo"):
            with context.acting(kept.actors[name]) as other, pytest.raises(NotForYou):
                decide(actor=other, at=AFTER, proposal_id=proposal.pk, reason="没有联系")
    with context.acting(kept.actors["mill"]) as mill:
        assert not work.leaving(access.rights_of(mill)).exists()
        with pytest.raises(NotForYou):
            deciding.propose(
                actor=mill, at=AT, membership_id=membership(kept, "bo").pk, since=LONG_AGO, words="没有联系"
            )


def test_it_is_confirmed_after_the_members_time_and_the_membership_ends_once(kept: World) -> None:
    proposal = by_hand(kept)
    with context.acting(kept.actors["factory"]) as officer:
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "member_asked"):
            deciding.confirm(actor=officer, at=AT, proposal_id=proposal.pk, reason="电话停机")
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "reason_missing"):
            deciding.confirm(actor=officer, at=AFTER, proposal_id=proposal.pk, reason=" ")
    officer = kept.actors["factory"]

    def run(_number: int) -> str:
        try:
            with context.acting(officer):
                deciding.confirm(actor=officer, at=AFTER, proposal_id=proposal.pk, reason="电话停机")
                return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == ["done", *["proposal_over"] * 3]

    ended = membership(kept, "an")
    assert (ended.status, ended.valid_to) == ("41", date(2026, 12, 21))
    with context.whole():
        assert facts.total(MEMBERS, unions=[kept.unions["factory"].pk]) == 2
        assert not Card.objects.using("bulk").filter(person_id=person(kept, "an"), ended_at=None).exists()
        assert Entry.objects.using("bulk").filter(action="membership.deem_left").count() == 1
        assert Person.objects.using("bulk").filter(pk=person(kept, "an")).exists()
    assert told("leave_confirmed") == 1


def test_an_officer_keeps_a_member_with_a_reason(kept: World) -> None:
    proposal = by_hand(kept)
    with context.acting(kept.actors["factory"]) as officer:
        deciding.keep(actor=officer, at=AT, proposal_id=proposal.pk, reason="在外地培训")
        assert not work.leaving(access.rights_of(officer)).exists()

    assert [(row.state, row.reason) for row in proposals()] == [("kept", "在外地培训")]
    assert (told("leave_kept"), membership(kept, "an").valid_to) == (1, None)


def test_too_short_a_silence_is_refused_by_how_much_and_twice_is_one_question(kept: World) -> None:
    with context.acting(kept.actors["factory"]) as officer, pytest.raises(Refusal) as refused:
        deciding.propose(
            actor=officer,
            at=AT,
            membership_id=membership(kept, "an").pk,
            since=date(2026, 10, 1),
            words="没有缴费",
        )
    assert refused.value.code == "silent_too_short"
    assert "2026-05-20" in str(refused.value)

    assert by_hand(kept).pk == by_hand(kept).pk
    assert told("leave_asked") == 1


def test_a_proposal_about_somebody_who_left_meanwhile_is_over(kept: World) -> None:
    proposal = by_hand(kept)
    with context.whole():
        Membership.objects.using("bulk").filter(pk=proposal.membership_id).update(
            status="40", valid_to=AT.date()
        )
    with context.acting(kept.actors["factory"]) as officer:
        assert not work.leaving(access.rights_of(officer)).exists()
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "membership_closed"):
            deciding.confirm(actor=officer, at=AFTER, proposal_id=proposal.pk, reason="电话停机")

    finding.find(actor=JOB, at=AFTER)

    assert [row.state for row in proposals()] == ["ended"]
