"""The functions that look across unions refuse whoever has no right there, however they are called."""

from typing import Any, cast
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.kernel import actors, context
from zhijia.kernel.actors import Actor, Channel
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters.models import Case
from zhijia.matters.services import joining, sides
from zhijia.notices.models import Message
from zhijia.registry.models import Consent, Membership, Person, TransferLeg
from zhijia.registry.services import consents, memberships
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


def call(function: str, *values: Any) -> list[Any]:
    """What the function answers to whoever acts now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(['%s'] * len(values))})", list(values))
        return cursor.fetchall()


def ask_transfer(person_id: UUID, union_id: int) -> list[Any]:
    return call("registry_request_transfer", new_id(), person_id, union_id, "张小丰", "test", AT, None, None)


@pytest.fixture
def moving(world: World) -> UUID:
    """The transfer of a member of the factory who applied at the mill."""
    worlds.member(world, "ding", "factory", serial=1)
    asked = worlds.ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", asked)
    return TransferLeg.objects.get().transfer_id


def test_nobody_takes_a_person_to_a_union_they_do_not_serve(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")
    held = Membership.objects.get()
    memberships.leave(actor=world.actors["factory"], at=AT, membership_id=held.pk, reason="moved")

    for name, target in (("couriers", "mill"), ("shushan", "factory"), ("ding", "mill")):
        world.act(name)
        with pytest.raises(ProgrammingError, match="not for who is asking"):
            call("registry_take_person", ding.person_id, world.unions[target].pk)

    world.act("mill")
    assert call("registry_take_person", ding.person_id, world.unions["mill"].pk) == [(True,)]


def test_nobody_asks_for_a_person_on_behalf_of_another_union(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    assert ding.person_id
    for name in ("couriers", "ding"):
        world.act(name)
        with pytest.raises(ProgrammingError, match="not for who is asking"):
            ask_transfer(ding.person_id, world.unions["mill"].pk)

    world.act("mill")
    assert ask_transfer(ding.person_id, world.unions["mill"].pk) == [(True,)]


def test_standing_is_told_of_ones_own_union_and_of_oneself_alone(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    factory, mill = world.unions["factory"].pk, world.unions["mill"].pk

    world.act("mill")
    assert call("registry_standing", [ding.person_id], mill) == [(ding.person_id, "elsewhere")]
    assert call("registry_standing", [ding.person_id], factory) == []
    world.act("ding")
    assert call("registry_standing", [ding.person_id], factory) == [(ding.person_id, "here")]
    worlds.worker(world, "lan")
    assert call("registry_standing", [ding.person_id], factory) == []


def test_a_visitor_is_nobody_but_no_job(world: World, moving: UUID) -> None:
    person, mill = world.actors["ding"].person_id, world.unions["mill"].pk
    asked: list[tuple[Any, ...]] = [
        ("registry_transfers_to_follow", 9),
        ("registry_transfer_sides", moving),
        ("registry_transfer_followed", moving, "pending", "approved", None),
        ("registry_pass_transfer", new_id(), AT),
    ]
    context.enter(Actor(None, "page", "visitor"))
    with context.acting(actors.system("test")):
        as_job = call("registry_standing", [person], mill)
        for one in asked:
            call(*one)

    for channel in ("page", "api", ""):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('zhijia.channel')")
            assert cursor.fetchone() == ("page",)
        with context.acting(Actor(None, cast("Channel", channel), "visitor")):
            assert call("registry_standing", [person], mill) == []
            for one in asked:
                with pytest.raises(ProgrammingError, match="not for who is asking"):
                    call(*one)
    assert as_job == [(person, "elsewhere")]


def test_only_a_side_of_a_transfer_completes_or_ends_it(world: World, moving: UUID) -> None:
    for name in ("couriers", "ding"):
        world.act(name)
        with pytest.raises(ProgrammingError, match="not for who is asking"):
            call("registry_complete_transfer", moving, new_id(), AT.date(), AT)
        with pytest.raises(ProgrammingError, match="not for who is asking"):
            call("registry_end_transfer", moving, AT)
        assert call("registry_transfer_waits", world.actors["ding"].person_id, world.unions["mill"].pk) == [
            (False,)
        ]

    world.act("mill")
    assert call("registry_complete_transfer", moving, new_id(), AT.date(), AT) == []
    assert call("registry_transfer_waits", world.actors["ding"].person_id, world.unions["mill"].pk) == [
        (True,)
    ]


def test_moving_a_person_by_hand_moves_what_one_may_see_alone(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    world.act("mill")
    call("registry_move_person", ding.person_id, world.unions["mill"].pk, world.unions["shushan"].pk)
    assert not Person.objects.exists()


def test_what_follows_a_person_can_be_answered_where_they_came_to(world: World, moving: UUID) -> None:
    ding = world.act("ding")
    consents.give(actor=ding, at=AT, purpose="payment_account")

    worlds.let_go(world, "factory")

    world.act("mill")
    assert Consent.objects.filter(purpose="payment_account").exists()
    world.act("factory")
    assert not Consent.objects.exists()


def test_leaving_calls_a_waiting_transfer_off_and_frees_the_applicant(world: World, moving: UUID) -> None:
    officer = world.act("factory")
    held = Membership.objects.get(valid_to=None)
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")
    world.act("couriers")
    with pytest.raises(ProgrammingError, match="not for who is asking"):
        call("registry_cancel_transfers", world.actors["ding"].person_id, AT)

    sides.follow(at=AT)
    world.act("mill")
    worlds.take_in(world, "mill", Case.objects.get(code="join", union_id=world.unions["mill"].pk))

    assert TransferLeg.objects.get().state == TransferLeg.State.CANCELLED
    assert Membership.objects.get(valid_to=None).union_id == world.unions["mill"].pk


def test_an_applicant_hears_how_the_transfer_ended(world: World, moving: UUID) -> None:
    worlds.let_go(world, "factory", approve=False, reason="on a course")

    world.act("ding")
    told = Message.objects.get(kind="case_refused")
    assert told.values["reason"] == "on a course"
    assert Message.objects.filter(kind="transfer_asked").count() == 1
    assert not Message.objects.filter(kind="transfer_refused").exists()


def test_a_union_that_asks_while_another_waits_for_the_person_is_told_to_wait(
    world: World, moving: UUID
) -> None:
    worlds.worker(world, "bai")
    second = worlds.ask(world, "bai", "couriers", serial=1)

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "moving_elsewhere"):
        worlds.take_in(world, "couriers", second, document_seen=True)


def test_somebody_registered_after_applying_is_still_compared_by_phone(world: World) -> None:
    """Who applies with another's number before their union registers them does not become them."""
    early = worlds.ask(world, "lan", "factory", serial=1)
    worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")

    assert joining.document_needed(worlds.again(early), AT.date())
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "document_not_seen"):
        worlds.take_in(world, "factory", early)
