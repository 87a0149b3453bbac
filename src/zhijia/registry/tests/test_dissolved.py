"""A union that was dissolved in the meantime takes nobody, by whichever way they come."""

from datetime import timedelta

import pytest

from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.registry.models import Membership, Union
from zhijia.registry.services import retaining, transfers
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests.rosters import AT, checked, content, person, small_world
from zhijia.registry.tests.world import ask, dissolve, let_go, member, take_in

REFUSED = {"check": lambda refusal: refusal.code == "union_dissolved"}


def test_nobody_is_taken_in(world):
    application = ask(world, "ding", "factory", serial=1)
    dissolve(world, "factory")

    with pytest.raises(Refusal, **REFUSED):
        take_in(world, "factory", application)

    assert not Membership.objects.exists()


def test_nobody_is_transferred_in(world):
    moving(world)
    dissolve(world, "mill")

    with pytest.raises(Refusal, **REFUSED):
        let_go(world, "factory")

    world.act("factory")
    assert Membership.objects.get(valid_to=None).union_id == world.unions["factory"].pk


def test_nobody_is_transferred_in_because_nobody_answered(world):
    moving(world)
    dissolve(world, "mill")
    world.act("factory")
    letting_go = Case.objects.get(code="transfer_out")

    with acting(Actor(None, "job", "test")), pytest.raises(Refusal):
        transfers.passes(actor=Actor(None, "job", "test"), at=AT + timedelta(days=60), case_id=letting_go.pk)

    assert Membership.objects.get(valid_to=None).union_id == world.unions["factory"].pk


def test_a_transfer_to_it_can_still_be_refused(world):
    moving(world)
    dissolve(world, "mill")

    assert let_go(world, "factory", approve=False, reason="撤销").state == Case.State.REFUSED


def moving(world):
    """A member of the factory who asked to join the mill, which agreed."""
    member(world, "ding", "factory", serial=1)
    take_in(world, "mill", ask(world, "ding", "mill", serial=1))


def test_no_retained_member_is_made_active(world):
    member(world, "ding", "factory", serial=1)
    actor = world.act("factory")
    membership = Membership.objects.get()
    retaining.retain(
        actor=actor, at=AT, membership_id=membership.pk, status="31", since=AT.date(), reason="停工"
    )
    dissolve(world, "factory")

    with pytest.raises(Refusal, **REFUSED):
        retaining.make_active(actor=world.act("factory"), at=AT, membership_id=membership.pk, reason="复工")


@pytest.fixture
def roster(committed):
    """A checked roster of the factory, and its officer."""
    world = small_world()
    actor, union = world.actors["factory"], world.unions["factory"]
    return checked(actor, union, content([person(1)])), actor, union


def test_no_roster_is_confirmed(roster):
    found, actor, union = roster
    Union.objects.using("bulk").filter(pk=union.pk).update(dissolved_on=AT.date())

    with acting(actor), pytest.raises(Refusal, **REFUSED):
        runs.confirm(actor=actor, at=AT, import_id=found.pk, mode="good_rows")


def test_no_roster_is_written(roster):
    found, actor, union = roster
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=found.pk, mode="good_rows")
    Union.objects.using("bulk").filter(pk=union.pk).update(dissolved_on=AT.date())

    done = work.apply(actor=actor, at=AT, import_id=found.pk)

    assert (done.state, done.failure) == ("checked", "union_dissolved")
    assert not Membership.objects.using("bulk").exists()
