"""A union that was dissolved in the meantime takes nobody, by whichever way they come."""

import pytest
from django.db import connection

from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Membership, TransferLeg, Union
from zhijia.registry.services import applications, retaining, transfers
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests.rosters import AT, checked, content, person, small_world
from zhijia.registry.tests.world import ask, member

REFUSED = {"check": lambda refusal: refusal.code == "union_dissolved"}


def dissolve(world, key):
    world.act("province")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_union SET dissolved_on = %s WHERE id = %s", [AT.date(), world.unions[key].pk]
        )
        assert cursor.rowcount == 1


def test_nobody_is_taken_in(world):
    application = ask(world, "ding", "factory", serial=1)
    dissolve(world, "factory")

    with pytest.raises(Refusal, **REFUSED):
        applications.approve(actor=world.act("factory"), at=AT, application_id=application.pk)

    assert not Membership.objects.exists()


@pytest.mark.parametrize("last", ["factory", "mill"])
def test_nobody_is_transferred_in_whoever_answers_last(world, last):
    member(world, "ding", "factory", serial=1)
    application = ask(world, "ding", "mill", serial=1)
    applications.approve(actor=world.act("mill"), at=AT, application_id=application.pk)
    first = "mill" if last == "factory" else "factory"
    answered(world, first)
    dissolve(world, "mill")

    with pytest.raises(Refusal, **REFUSED):
        answered(world, last)

    world.act("factory")
    assert Membership.objects.get(valid_to=None).union_id == world.unions["factory"].pk


def test_a_transfer_to_it_can_still_be_refused(world):
    member(world, "ding", "factory", serial=1)
    application = ask(world, "ding", "mill", serial=1)
    applications.approve(actor=world.act("mill"), at=AT, application_id=application.pk)
    dissolve(world, "mill")

    assert answered(world, "mill", approve=False) is False


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


def answered(world, key, *, approve=True):
    actor = world.act(key)
    leg = TransferLeg.objects.get(union_id=world.unions[key].pk)
    return transfers.decide_leg(
        actor=actor, at=AT, leg_id=leg.pk, approve=approve, reason="" if approve else "撤销"
    )


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
