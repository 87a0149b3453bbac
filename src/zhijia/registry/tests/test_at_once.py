"""The same thing done by several at the same moment is done once, and nobody sees an error."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connections

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Application, Correction, Grant, Membership, Person, TransferLeg
from zhijia.registry.services import applications, consents, corrections, grants, memberships, transfers
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

THREADS = 8


@pytest.fixture
def kept(committed: None) -> worlds.World:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "province", "security_admin", "security")
        worlds.member(world, "ding", "factory", serial=1)
        worlds.worker(world, "lan")
    return world


def at_once(actor: Actor, act: Callable[[], Any]) -> list[Any]:
    """What came of it in each thread: the result, or the code of the refusal. Anything else is raised."""

    def run(_number: int) -> Any:
        try:
            with context.acting(actor):
                return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def everybody(world: worlds.World, model: Any) -> int:
    """How many rows there are, whoever may see them."""
    with context.whole():
        return int(model.objects.using("bulk").count())


def test_one_application_however_often_it_is_sent(kept: worlds.World) -> None:
    actor = kept.actors["lan"]
    at_once(
        actor,
        lambda: applications.apply(
            actor=actor,
            at=AT,
            union=kept.unions["mill"],
            name="欧阳兰",
            id_type="111",
            id_number=worlds.number(2),
            occupation="welder",
            workplace="新河纺织厂",
        ),
    )
    with context.whole():
        assert Application.objects.using("bulk").filter(name="欧阳兰").count() == 1


def test_one_membership_however_many_officers_agree(kept: worlds.World) -> None:
    with context.acting(kept.actors["lan"]):
        asked = worlds.ask(kept, "lan", "mill", serial=2, called="欧阳兰")
    actor = kept.actors["mill"]

    results = at_once(actor, lambda: applications.approve(actor=actor, at=AT, application_id=asked.pk).state)

    assert sorted(results) == ["answered_already"] * (THREADS - 1) + ["approved"]
    assert everybody(kept, Membership) == 2
    assert everybody(kept, Person) == 2


def test_two_unions_taking_in_the_same_person_make_one_membership(kept: worlds.World) -> None:
    """Two accounts give the same number to two unions; whichever is second waits for the other side."""
    with context.acting(kept.actors["lan"]):
        first = worlds.ask(kept, "lan", "mill", serial=5)
    with context.acting(Actor(None, "page", "test")):
        other = worlds.worker(kept, "bai")
    with context.acting(other):
        second = worlds.ask(kept, "bai", "couriers", serial=5)

    def decide(pair: tuple[str, Any]) -> str:
        officer, application = pair
        try:
            with context.acting(kept.actors[officer]):
                return applications.approve(
                    actor=kept.actors[officer], at=AT, application_id=application.pk, document_seen=True
                ).state
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, [("mill", first), ("couriers", second)]))

    with context.whole():
        assert Membership.objects.using("bulk").filter(valid_to=None).count() == 2
    assert "approved" in results
    assert set(results) <= {"approved", "other_side", "just_registered"}
    assert everybody(kept, TransferLeg) in (0, 2)


def test_both_sides_of_a_transfer_answering_at_once_move_the_member_once(kept: worlds.World) -> None:
    with context.acting(Actor(None, "page", "test")):
        bai = worlds.worker(kept, "bai")
    with context.acting(bai):
        asked = worlds.ask(kept, "bai", "mill", serial=1)
    with context.acting(kept.actors["mill"]):
        applications.approve(actor=kept.actors["mill"], at=AT, application_id=asked.pk, document_seen=True)
    with context.whole():
        legs = dict(TransferLeg.objects.using("bulk").values_list("side", "pk"))

    def answer(side: tuple[str, str]) -> bool:
        officer = kept.actors[side[0]]
        try:
            with context.acting(officer):
                return transfers.decide_leg(actor=officer, at=AT, leg_id=legs[side[1]], approve=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(answer, [("factory", "out"), ("mill", "in")]))

    assert sorted(moved) == [False, True]
    with context.whole():
        held = Membership.objects.using("bulk").get(valid_to=None)
    assert held.union_id == kept.unions["mill"].pk


def leave(world: worlds.World) -> None:
    officer = world.actors["factory"]
    held = Membership.objects.get(person_id=world.actors["ding"].person_id, valid_to=None)
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")


def confirm_correction(world: worlds.World) -> None:
    waiting = Correction.objects.get(person_id=world.actors["ding"].person_id)
    corrections.confirm(actor=world.actors["factory"], at=AT, correction_id=waiting.pk)


@pytest.mark.parametrize("other", [leave, confirm_correction])
def test_a_transfer_completed_while_its_union_does_something_else_ends_in_no_deadlock(
    kept: worlds.World, monkeypatch: pytest.MonkeyPatch, other: Callable[[worlds.World], None]
) -> None:
    """Each takes its first rows, and goes on when the other has taken its own, or after a while."""
    ding = kept.actors["ding"]
    with context.acting(ding):
        corrections.ask(actor=ding, at=AT, field="name", value="张晓丰")
    with context.acting(kept.actors["mill"]):
        mill = kept.unions["mill"]
        assert ding.person_id is not None
        transfers.request(
            actor=kept.actors["mill"], at=AT, person_id=ding.person_id, union=mill, shown_name="张小丰",
            origin="page",
        )  # fmt: skip
    with context.whole():
        legs = dict(TransferLeg.objects.using("bulk").values_list("side", "pk"))
    with context.acting(kept.actors["factory"]):
        transfers.decide_leg(actor=kept.actors["factory"], at=AT, leg_id=legs["out"], approve=True)
    meeting, asked = threading.Barrier(2), access.require

    def require(*args: Any) -> Actor:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1)
        if args[1] == "correction.confirm":  # the transfer comes as far as it can
            time.sleep(0.5)
        return asked(*args)

    def run(act: tuple[str, Callable[[], Any]]) -> Any:
        try:
            with context.acting(kept.actors[act[0]]):
                return act[1]()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    monkeypatch.setattr(access, "require", require)
    agree = partial(transfers.decide_leg, actor=kept.actors["mill"], at=AT, leg_id=legs["in"], approve=True)
    with ThreadPoolExecutor(2) as pool:
        moved, done = pool.map(run, [("mill", agree), ("factory", partial(other, kept))])

    outcomes = {
        leave: [(True, "membership_closed"), ("transfer_decided", None)],
        confirm_correction: [(True, "no_such_correction"), (True, None)],
    }
    assert (moved, done) in outcomes[other]
    with context.whole():
        open_at = Membership.objects.using("bulk").filter(valid_to=None).values_list("union_id", flat=True)
        assert list(open_at) == ([mill.pk] if moved is True else [])


def test_one_correction_one_consent_one_grant(kept: worlds.World) -> None:
    ding, security = kept.actors["ding"], kept.actors["security"]
    user_id = kept.actors["mill"].user_id
    assert user_id is not None

    at_once(ding, lambda: corrections.ask(actor=ding, at=AT, field="occupation", value="welder"))
    at_once(ding, lambda: consents.give(actor=ding, at=AT, purpose="sms"))
    at_once(
        security,
        lambda: grants.give(
            actor=security,
            at=AT,
            user_id=user_id,
            role="grassroots_officer",
            union_id=kept.unions["couriers"].pk,
        ),
    )

    assert everybody(kept, Correction) == 1
    with context.whole():
        assert Grant.objects.using("bulk").filter(user_id=user_id, union=kept.unions["couriers"]).count() == 1
