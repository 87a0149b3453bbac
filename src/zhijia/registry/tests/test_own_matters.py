"""Nobody decides what is theirs: an officer is a member too."""

from typing import Any

import pytest

from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Step
from zhijia.matters.services import deciding
from zhijia.registry.models import Membership, Person
from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(db: Any) -> worlds.World:
    return worlds.build()


def make_officer(world: worlds.World, name: str, union: str) -> None:
    founder = world.act("founder")
    user_id = world.actors[name].user_id
    worlds.give(founder, user_id, "grassroots_officer", world.unions[union])


def test_an_officer_cannot_take_themselves_in_and_a_colleague_can(world: worlds.World) -> None:
    application = worlds.ask(world, "lan", "factory", serial=1)
    make_officer(world, "lan", "factory")

    with pytest.raises(Refusal) as refused:
        worlds.take_in(world, "lan", application)

    assert refused.value.code == "own_case"
    assert not Membership.objects.exists()
    assert worlds.take_in(world, "factory", application).state == Case.State.GRANTED


def test_an_officer_cannot_let_themselves_go_and_a_colleague_can(world: worlds.World) -> None:
    worlds.member(world, "lan", "factory", serial=1)
    asked = worlds.ask(world, "lan", "mill", serial=1)
    worlds.take_in(world, "mill", asked)
    make_officer(world, "lan", "factory")

    with pytest.raises(Refusal) as refused:
        deciding.approve(actor=world.act("lan"), at=worlds.AT, step_id=letting_go(world).pk)

    assert refused.value.code == "own_case"
    assert worlds.let_go(world, "factory").state == Case.State.GRANTED


def test_an_officer_cannot_confirm_their_own_correction_and_a_colleague_can(world: worlds.World) -> None:
    worlds.member(world, "lan", "factory", serial=1)
    asked = worlds.correction(world, "lan", "name", "欧阳兰")
    make_officer(world, "lan", "factory")
    world.act("factory")
    step = worlds.here(asked).pk

    with pytest.raises(Refusal) as refused:
        deciding.approve(actor=world.act("lan"), at=worlds.AT, step_id=step)

    assert refused.value.code == "own_case"
    deciding.approve(actor=world.act("factory"), at=worlds.AT, step_id=step)
    assert Person.objects.get(pk=asked.person_id).name == "欧阳兰"


def letting_go(world: worlds.World) -> Step:
    world.act("lan")
    return worlds.here(Case.objects.get(code="transfer_out"))
