"""An employer's members follow it together (MEM-07), or are kept above when it closed (MEM-09)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections

from zhijia.audit.models import Entry
from zhijia.facts import queries as facts
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Employer, Membership, MembershipChange, Person, TransferBatch, TransferLeg
from zhijia.registry.queries import batches as queries
from zhijia.registry.queries import work as waiting
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services import memberships, retaining, transfers
from zhijia.registry.services.batches import answering, proposing, working
from zhijia.registry.services.batches.proposing import Wish
from zhijia.registry.services.reorganisations import waiting as following
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

LATER = AT + timedelta(days=11)
SIX = ("an", "bo", "chen", "ding", "er", "fang")


@pytest.fixture
def kept(committed: None) -> World:
    """Six members of the factory's union work at one employer, a seventh somewhere else."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for serial, name in enumerate([*SIX, "other"], start=1):
            worlds.member(world, name, "factory", serial=serial)
        world.act("factory")
        employer = Employer.objects.create(name="晨光机械有限公司", division="340103000000")
        Person.objects.filter(pk__in=[person(world, name) for name in SIX]).update(employer_id=employer.pk)
    return world


def person(world: World, name: str) -> UUID:
    found = world.actors[name].person_id
    assert found is not None
    return found


def wish(world: World, **different: Any) -> Wish:
    asked: dict[str, Any] = {
        "leaving": world.unions["factory"], "receiving": world.unions["mill"],
        "employer": Employer.objects.get(), "closed": False, "reason": "迁往蜀山", "once": uuid4(),
    }  # fmt: skip
    return Wish(**(asked | different))


def propose(world: World, by: str = "factory", **different: Any) -> TransferBatch:
    """Proposed, and its lines made."""
    with context.acting(world.actors[by]) as actor:
        batch = proposing.propose(actor=actor, at=AT, wish=wish(world, **different))
    return working.work(at=AT, batch_id=batch.pk)


def answer(world: World, batch: TransferBatch, by: str = "mill", *, agree: bool = True) -> TransferBatch:
    with context.acting(world.actors[by]) as actor:
        answering.answer(
            actor=actor, at=AT, batch_id=batch.pk, agree=agree, reason="" if agree else "没有名额"
        )
    return working.work(at=AT, batch_id=batch.pk)


def legs(side: str) -> dict[str, int]:
    with context.whole():
        found = TransferLeg.objects.using("bulk").filter(side=side).values_list("state", flat=True)
        return {state: list(found).count(state) for state in set(found)}


def told(kind: str) -> int:
    with context.whole():
        return Message.objects.using("bulk").filter(kind=kind).count()


def open_at(world: World, union: str) -> list[Membership]:
    with context.whole():
        rows = Membership.objects.using("bulk").filter(union_id=world.unions[union].pk, valid_to=None)
        return list(rows.order_by("person_id"))


def members(world: World, union: str) -> int:
    with context.whole():
        return facts.total(MEMBERS, unions=[world.unions[union].pk])


def test_the_members_of_an_employer_follow_it_when_their_time_to_object_is_over(kept: World) -> None:
    batch = propose(kept)
    assert (batch.state, batch.lines, batch.skipped) == ("open", 6, 0)
    assert (legs("out"), legs("in"), told("batch_asked")) == ({"pending": 6}, {"pending": 6}, 6)

    assert answer(kept, batch).state == "answered"
    assert len(open_at(kept, "mill")) == 0
    done = working.work(at=LATER, batch_id=batch.pk)

    assert (done.state, done.moved) == ("done", 6)
    moved = open_at(kept, "mill")
    assert {row.status for row in moved} == {"10"}
    assert {row.person_id for row in moved} == {person(kept, name) for name in SIX}
    assert [row.person_id for row in open_at(kept, "factory")] == [person(kept, "other")]
    assert (members(kept, "factory"), members(kept, "mill")) == (1, 6)
    assert (told("membership_moved"), told("batch_done")) == (6, 1)
    assert (legs("out"), legs("in")) == ({"approved": 6}, {"approved": 6})
    with context.whole():
        places = set(
            Person.objects.using("bulk")
            .filter(pk__in=[row.person_id for row in moved])
            .values_list("union_id")
        )
        trail = Entry.objects.using("bulk").filter(subject="transfer_batch").values_list("action", flat=True)
        kinds = (
            MembershipChange.objects.using("bulk")
            .filter(reason="employer_moved")
            .values_list("kind", flat=True)
        )
        assert sorted(kinds) == ["02"] * 6 + ["03"] * 6
        assert sorted(trail) == [
            "transfer_batch.agree", "transfer_batch.end", "transfer_batch.end", "transfer_batch.propose",
        ]  # fmt: skip
    assert places == {(kept.unions["mill"].pk,)}


def test_done_again_it_changes_nothing(kept: World) -> None:
    batch = propose(kept)
    answer(kept, batch)
    working.work(at=LATER, batch_id=batch.pk)

    for _again in range(2):
        working.work(at=LATER, batch_id=batch.pk)
        assert working.work_due(at=LATER) == 0

    assert (members(kept, "factory"), members(kept, "mill")) == (1, 6)
    assert (told("membership_moved"), told("batch_asked"), told("batch_done")) == (6, 6, 1)


def test_who_has_a_transfer_open_or_is_retained_is_left_out_and_named(kept: World) -> None:
    with context.acting(kept.actors["couriers"]) as couriers:
        transfers.request(
            actor=couriers, at=AT, person_id=person(kept, "an"), union=kept.unions["couriers"],
            shown_name="安", origin="officer",
        )  # fmt: skip
    with context.acting(kept.actors["factory"]) as officer:
        held = Membership.objects.get(person_id=person(kept, "bo"), valid_to=None)
        retaining.retain(
            actor=officer, at=AT, membership_id=held.pk, status="31", since=AT.date(), reason="lost work"
        )
        named = queries.followers(kept.unions["factory"], Employer.objects.get())
    assert {one.id: one.obstacle for one in named if one.obstacle} == {
        person(kept, "an"): "transfer", person(kept, "bo"): "retained",
    }  # fmt: skip

    batch = propose(kept)

    assert (batch.lines, batch.skipped) == (4, 2)
    with context.whole():
        skipped = TransferLeg.objects.using("bulk").filter(state="skipped").values_list("person_id", "reason")
        assert dict(skipped) == {person(kept, "an"): "transfer", person(kept, "bo"): "retained"}
        assert (
            TransferLeg.objects.using("bulk").filter(person_id=person(kept, "an"), state="pending").count()
            == 1
        )


def test_a_member_who_objects_stays_and_the_others_go(kept: World) -> None:
    batch = propose(kept)
    with context.acting(kept.actors["an"]) as an:
        (asked,) = queries.own(person(kept, "an"))
        answering.stay(actor=an, at=AT, leg_id=asked["leg"].pk)
        assert queries.own(person(kept, "an")) == []
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "transfer_decided"):
            answering.stay(actor=an, at=AT, leg_id=asked["leg"].pk)
    with context.acting(kept.actors["bo"]) as bo:
        with pytest.raises(NotForYou):
            answering.stay(actor=bo, at=AT, leg_id=asked["leg"].pk)
        (mine,) = queries.own(person(kept, "bo"))
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "object_late"):
            answering.stay(actor=bo, at=LATER, leg_id=mine["leg"].pk)
    answer(kept, batch)

    assert working.work(at=LATER, batch_id=batch.pk).moved == 5
    assert person(kept, "an") in {row.person_id for row in open_at(kept, "factory")}
    assert legs("in") == {"approved": 5, "objected": 1}


def test_lines_are_refused_one_by_one_and_the_rest_agreed_to(kept: World) -> None:
    batch = propose(kept)
    with context.acting(kept.actors["mill"]) as mill:
        mine = list(TransferLeg.objects.filter(batch_id=batch.pk, side="in").order_by("pk")[:2])
        foreign = 10**6
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "reason_missing"):
            answering.refuse_lines(actor=mill, at=AT, batch_id=batch.pk, leg_ids=[mine[0].pk], reason=" ")
        asked = [mine[0].pk, mine[1].pk, foreign]
        assert (
            answering.refuse_lines(actor=mill, at=AT, batch_id=batch.pk, leg_ids=asked, reason="不在册") == 2
        )
    answer(kept, batch)

    assert told("batch_refused") == 2
    assert working.work(at=LATER, batch_id=batch.pk).moved == 4
    assert (legs("out"), legs("in")) == ({"cancelled": 2, "approved": 4}, {"refused": 2, "approved": 4})
    assert len(open_at(kept, "factory")) == 3


def test_a_no_to_the_whole_and_taking_it_back_leave_everybody_where_they_are(kept: World) -> None:
    refused = answer(kept, propose(kept), agree=False)
    again = propose(kept)
    with context.acting(kept.actors["factory"]) as officer:
        proposing.withdraw(actor=officer, at=AT, batch_id=again.pk)
    withdrawn = working.work(at=AT, batch_id=again.pk)

    assert (refused.state, withdrawn.state, refused.ended_at, withdrawn.ended_at) == (
        "refused",
        "withdrawn",
        AT,
        AT,
    )
    assert (told("batch_refused"), told("batch_withdrawn"), told("batch_done")) == (6, 6, 0)
    assert told("batch_turned_down") == 1
    assert legs("out") == {"cancelled": 12}
    assert len(open_at(kept, "factory")) == 7
    with context.acting(kept.actors["mill"]) as mill, pytest.raises(Refusal):
        answering.answer(actor=mill, at=AT, batch_id=again.pk, agree=True)


def test_the_receiving_union_proposes_without_learning_who_they_are(kept: World) -> None:
    with context.acting(kept.actors["mill"]):
        assert proposing.counts(kept.unions["factory"], kept.unions["mill"], Employer.objects.get()) == {
            "": 6
        }
    batch = propose(kept, by="mill")
    assert (batch.side, batch.answering_union) == ("in", kept.unions["factory"].pk)
    with context.acting(kept.actors["mill"]) as mill:
        assert {leg.name for leg in TransferLeg.objects.filter(batch_id=batch.pk)} == {""}
        with pytest.raises(NotForYou):
            answering.answer(actor=mill, at=AT, batch_id=batch.pk, agree=True)

    answer(kept, batch, by="factory")

    assert working.work(at=LATER, batch_id=batch.pk).moved == 6


def test_an_officer_of_another_union_neither_proposes_nor_sees_nor_answers(kept: World) -> None:
    with context.acting(kept.actors["couriers"]) as couriers, pytest.raises(NotForYou):
        proposing.propose(actor=couriers, at=AT, wish=wish(kept))
    batch = propose(kept)
    with context.acting(kept.actors["couriers"]) as couriers:
        assert queries.find(couriers, batch.pk) is None
        assert not queries.listed(access.rights_of(couriers)).exists()
        assert not waiting.batches(access.rights_of(couriers)).exists()
        with pytest.raises(NotForYou):
            answering.answer(actor=couriers, at=AT, batch_id=batch.pk, agree=True)
        with pytest.raises(NotForYou):
            proposing.withdraw(actor=couriers, at=AT, batch_id=batch.pk)
    with pytest.raises(DatabaseError), context.acting(kept.actors["couriers"]):
        proposing.counts(kept.unions["factory"], kept.unions["mill"], Employer.objects.get())
    with context.acting(kept.actors["mill"]) as mill:
        assert waiting.batches(access.rights_of(mill)).get().pk == batch.pk


def test_nobody_answers_what_they_proposed_themselves(kept: World) -> None:
    batch = propose(kept, by="province")
    with context.acting(kept.actors["province"]) as officer:
        assert not waiting.batches(access.rights_of(officer)).exists()
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "own_batch"):
            answering.answer(actor=officer, at=AT, batch_id=batch.pk, agree=True)
    assert answer(kept, batch, by="shushan").state == "answered"


def test_a_closed_employers_members_are_kept_by_the_union_above(kept: World) -> None:
    with (
        context.acting(kept.actors["luyang"]) as officer,
        pytest.raises(Refusal, check=lambda refusal: refusal.code == "not_above"),
    ):
        proposing.propose(
            actor=officer, at=AT, wish=wish(kept, closed=True, receiving=kept.unions["shushan"])
        )
    batch = propose(kept, closed=True, receiving=kept.unions["luyang"])
    answer(kept, batch, by="luyang")
    working.work(at=LATER, batch_id=batch.pk)

    assert {row.status for row in open_at(kept, "luyang")} == {"32"}
    assert (told("batch_closed_asked"), told("membership_kept_above")) == (6, 6)
    assert (members(kept, "factory"), members(kept, "luyang")) == (1, 6)


def test_only_those_chosen_are_asked(kept: World) -> None:
    chosen = [person(kept, "an"), person(kept, "other")]

    batch = propose(kept, chosen=chosen)

    with context.whole():
        lines = TransferLeg.objects.using("bulk").filter(batch_id=batch.pk, side="out")
        assert [leg.person_id for leg in lines] == [person(kept, "an")]


def test_one_proposal_however_often_and_one_at_a_time(kept: World) -> None:
    once, officer = uuid4(), kept.actors["factory"]
    meeting = threading.Barrier(4)

    def run(key: UUID) -> Any:
        try:
            meeting.wait(5)
            with context.acting(officer):
                return proposing.propose(actor=officer, at=AT, wish=wish(kept, once=key)).pk
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, [once, once, uuid4(), uuid4()]))

    with context.whole():
        batch = TransferBatch.objects.using("bulk").get()
    assert set(results) <= {batch.pk, "batch_going"}
    assert batch.pk in results


def test_the_job_at_once_twice_and_killed_in_the_middle_moves_everybody_once(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of two members: killed after each step, then four at once."""
    monkeypatch.setattr(working, "PIECE", 2)
    with context.acting(kept.actors["factory"]) as officer:
        batch = proposing.propose(actor=officer, at=AT, wish=wish(kept))
    _die_in_a_piece(monkeypatch, batch.pk, "_prepare", AT)
    assert legs("out") == {"pending": 2}
    _four_at_once(batch.pk, AT)
    assert (legs("out"), told("batch_asked")) == ({"pending": 6}, 6)
    answer(kept, batch)

    _die_in_a_piece(monkeypatch, batch.pk, "_move", LATER)
    assert (len(open_at(kept, "mill")), members(kept, "mill")) == (2, 2)
    _four_at_once(batch.pk, LATER)

    assert (members(kept, "factory"), members(kept, "mill"), len(open_at(kept, "mill"))) == (1, 6, 6)
    assert (told("membership_moved"), told("batch_done")) == (6, 1)


def test_a_member_who_left_meanwhile_is_not_moved_and_a_second_transfer_waits(kept: World) -> None:
    batch = propose(kept)
    with context.acting(kept.actors["factory"]) as officer:
        held = Membership.objects.get(person_id=person(kept, "an"), valid_to=None)
        memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")
        leg = TransferLeg.objects.filter(batch_id=batch.pk, side="out", state="pending").first()
        assert leg is not None
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "in_a_batch"):
            transfers.decide_leg(actor=officer, at=AT, leg_id=leg.pk, approve=True)
    answer(kept, batch)
    with context.acting(kept.actors["couriers"]) as couriers:
        asked = transfers.request(
            actor=couriers, at=AT, person_id=person(kept, "bo"), union=kept.unions["couriers"],
            shown_name="波", origin="officer",
        )  # fmt: skip

    assert asked is None
    assert working.work(at=LATER, batch_id=batch.pk).moved == 5
    assert person(kept, "an") not in {row.person_id for row in open_at(kept, "mill")}


def test_where_two_unions_become_one_a_second_proposal_for_an_employer_is_taken_back(kept: World) -> None:
    with context.acting(Actor(None, "command", "test")):
        worlds.member(kept, "gu", "mill", serial=8)
        kept.act("mill")
        Person.objects.filter(pk=person(kept, "gu")).update(employer_id=Employer.objects.get().pk)
    couriers = kept.unions["couriers"]
    moved = propose(kept, receiving=couriers)
    stands = propose(kept, by="mill", leaving=kept.unions["mill"], receiving=couriers)

    with context.whole() as cursor:
        following.follow(cursor, source=kept.unions["factory"], target=kept.unions["mill"], at=AT)

    assert working.work(at=AT, batch_id=moved.pk).state == "withdrawn"
    assert working.work(at=AT, batch_id=stands.pk).state == "open"
    assert told("batch_withdrawn") == 6


def _die_in_a_piece(monkeypatch: pytest.MonkeyPatch, batch_id: UUID, step: str, at: Any) -> None:
    """The first piece is written, the second dies before its transaction ends."""
    real, calls = getattr(working, step), []

    def dying(*args: Any) -> bool:
        done: bool = real(*args)
        calls.append(done)
        if len(calls) == 2:
            raise SystemExit
        return done

    with monkeypatch.context() as patched:
        patched.setattr(working, step, dying)
        with pytest.raises(SystemExit):
            working.work(at=at, batch_id=batch_id)


def _four_at_once(batch_id: UUID, at: Any) -> None:
    def run(_number: int) -> str:
        try:
            return working.work(at=at, batch_id=batch_id).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
