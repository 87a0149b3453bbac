"""The same thing done by several at the same moment is done once, and nobody sees an error."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections, transaction

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking, deciding, handing_in, joining, sides
from zhijia.registry import access
from zhijia.registry.models import Grant, Membership, Person, TransferLeg
from zhijia.registry.services import consents, corrections, grants, memberships, transfers
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


def test_one_request_however_often_it_is_begun_and_sent(kept: worlds.World) -> None:
    actor = kept.actors["lan"]

    def begun() -> Any:
        return joining.begin(actor=actor, at=AT, union=kept.unions["mill"], routed="chosen").pk

    (draft,) = set(at_once(actor, begun))
    said = {
        "name": "欧阳兰",
        "id_number": worlds.number(2),
        "occupation": "welder",
        "workplace": "新河纺织厂",
    }
    with context.acting(actor):
        asking.keep(actor=actor, at=AT, case_id=draft, typed=said)
    key = uuid4()

    at_once(actor, lambda: handing_in.submit(actor=actor, at=AT, case_id=draft, key=key).pk)

    with context.whole():
        assert [case.state for case in Case.objects.using("bulk").filter(user_id=actor.user_id)] == ["open"]


def test_one_membership_however_many_officers_agree(kept: worlds.World) -> None:
    with context.acting(kept.actors["lan"]):
        asked = worlds.ask(kept, "lan", "mill", serial=2, called="欧阳兰")
        step = worlds.here(asked).pk
    actor = kept.actors["mill"]

    results = at_once(actor, lambda: deciding.approve(actor=actor, at=AT, step_id=step).state)

    assert sorted(results) == ["case_moved_on"] * (THREADS - 1) + ["granted"]
    assert everybody(kept, Membership) == 2
    assert everybody(kept, Person) == 2


def test_two_unions_taking_in_the_same_person_make_one_membership(kept: worlds.World) -> None:
    """Two accounts give the same number to two unions; whichever is second waits for the other side."""
    with context.acting(kept.actors["lan"]):
        first = worlds.here(worlds.ask(kept, "lan", "mill", serial=5)).pk
    with context.acting(Actor(None, "page", "test")):
        other = worlds.worker(kept, "bai")
    with context.acting(other):
        second = worlds.here(worlds.ask(kept, "bai", "couriers", serial=5)).pk

    def decide(pair: tuple[str, int]) -> str:
        officer = kept.actors[pair[0]]
        try:
            with context.acting(officer):
                seen = {joining.SEEN: "yes"}
                return str(deciding.approve(actor=officer, at=AT, step_id=pair[1], typed=seen).state)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, [("mill", first), ("couriers", second)]))

    with context.whole():
        assert Membership.objects.using("bulk").filter(valid_to=None).count() == 2
    assert "granted" in results
    assert set(results) <= {"granted", "open", "just_registered", "active_elsewhere"}
    if "active_elsewhere" in results:  # told in the middle: whoever agrees once more waits for the other side
        late = [("mill", first), ("couriers", second)][results.index("active_elsewhere")]
        assert decide(late) == "open"
    assert everybody(kept, TransferLeg) in (0, 2)


def test_the_other_side_letting_go_at_once_moves_the_member_once(kept: worlds.World) -> None:
    with context.acting(Actor(None, "page", "test")):
        bai = worlds.worker(kept, "bai")
    with context.acting(bai):
        asked = worlds.ask(kept, "bai", "mill", serial=1)
    with context.acting(kept.actors["mill"]):
        worlds.take_in(kept, "mill", asked, document_seen=True)
    officer = kept.actors["factory"]
    with context.acting(officer):
        step = worlds.here(Case.objects.get(code="transfer_out")).pk

    moved = at_once(officer, lambda: deciding.approve(actor=officer, at=AT, step_id=step).state)
    at_once(Actor(None, "job", "test"), lambda: sides.follow(at=AT))

    assert sorted(moved) == ["case_moved_on"] * (THREADS - 1) + ["granted"]
    with context.whole():
        held = Membership.objects.using("bulk").get(valid_to=None)
        joined = Case.objects.using("bulk").get(pk=asked.pk)
    assert held.union_id == kept.unions["mill"].pk
    assert joined.state == Case.State.GRANTED


def leave(world: worlds.World) -> None:
    officer = world.actors["factory"]
    held = Membership.objects.get(person_id=world.actors["ding"].person_id, valid_to=None)
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")


def confirm_correction(world: worlds.World) -> None:
    person = world.actors["ding"].person_id
    assert person is not None
    corrections.put_right(
        actor=world.actors["factory"], at=AT, person_id=person, field="name", value="张晓丰"
    )


@pytest.mark.parametrize("other", [leave, confirm_correction])
def test_a_transfer_completed_while_its_union_does_something_else_ends_in_no_deadlock(
    kept: worlds.World, monkeypatch: pytest.MonkeyPatch, other: Callable[[worlds.World], None]
) -> None:
    """Each takes its first rows, and goes on when the other has taken its own, or after a while."""
    ding = kept.actors["ding"]
    with context.acting(kept.actors["mill"]):
        mill = kept.unions["mill"]
        assert ding.person_id is not None
        transfers.request(
            actor=kept.actors["mill"], at=AT, person_id=ding.person_id, union=mill, shown_name="张小丰",
            origin="page",
        )  # fmt: skip
    with context.whole():
        legs = dict(TransferLeg.objects.using("bulk").values_list("side", "pk"))
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
    agree = partial(
        transfers.decide_leg, actor=kept.actors["factory"], at=AT, leg_id=legs["out"], approve=True
    )
    with ThreadPoolExecutor(2) as pool:
        moved, done = pool.map(run, [("factory", agree), ("factory", partial(other, kept))])

    outcomes = {
        leave: [(True, "membership_closed"), ("transfer_decided", None)],
        confirm_correction: [(True, "no_such_person"), (True, None)],
    }
    assert (moved, done) in outcomes[other]
    with context.whole():
        open_at = Membership.objects.using("bulk").filter(valid_to=None).values_list("union_id", flat=True)
        assert list(open_at) == ([mill.pk] if moved is True else [])


def test_one_consent_one_grant(kept: worlds.World) -> None:
    ding, security = kept.actors["ding"], kept.actors["security"]
    user_id = kept.actors["mill"].user_id
    assert user_id is not None

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

    with context.whole():
        assert Grant.objects.using("bulk").filter(user_id=user_id, union=kept.unions["couriers"]).count() == 1


def test_a_request_that_joins_a_move_waits_for_whoever_holds_the_person(kept: worlds.World) -> None:
    person_id = kept.actors["ding"].person_id
    assert person_id is not None
    with context.whole() as holding:
        holding.execute("SELECT FROM registry_person WHERE id = %s FOR UPDATE", [person_id])
        with context.acting(kept.actors["mill"]), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                transfers.join_in(
                    person_id=person_id, union=kept.unions["mill"], case_id=uuid4(), applicant=None
                )
