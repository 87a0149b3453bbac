"""Nobody decides what is theirs: an officer is a member too."""

from typing import Any

import pytest

from zhijia.audit.services import Place
from zhijia.files import services as files
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Application, Correction, Membership, Person
from zhijia.registry.services import applications, corrections, grants
from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(db: Any) -> worlds.World:
    return worlds.build()


def make_officer(world: worlds.World, name: str, union: str) -> None:
    founder = world.act("founder")
    user_id = world.actors[name].user_id
    assert user_id is not None
    grants.write(
        at=worlds.AT, user_id=user_id, role="grassroots_officer", union=world.unions[union], given_by=founder
    )


def test_an_officer_cannot_take_themselves_in_and_a_colleague_can(world: worlds.World) -> None:
    application = worlds.ask(world, "lan", "factory", serial=1)
    make_officer(world, "lan", "factory")

    with pytest.raises(Refusal) as refused:
        applications.approve(actor=world.act("lan"), at=worlds.AT, application_id=application.pk)

    assert refused.value.code == "own_application"
    assert not Membership.objects.exists()
    taken = applications.approve(actor=world.act("factory"), at=worlds.AT, application_id=application.pk)
    assert taken.state == Application.State.APPROVED


def test_an_officer_cannot_confirm_their_own_correction_and_a_colleague_can(world: worlds.World) -> None:
    worlds.member(world, "lan", "factory", serial=1)
    asked = corrections.ask(actor=world.act("lan"), at=worlds.AT, field="name", value="欧阳兰")
    make_officer(world, "lan", "factory")

    with pytest.raises(Refusal) as refused:
        corrections.confirm(actor=world.act("lan"), at=worlds.AT, correction_id=asked.pk)

    assert refused.value.code == "own_correction"
    assert Correction.objects.get(pk=asked.pk).state == Correction.State.WAITING
    corrections.confirm(actor=world.act("factory"), at=worlds.AT, correction_id=asked.pk)
    assert Person.objects.get(pk=asked.person_id).name == "欧阳兰"


@pytest.mark.parametrize(("content", "taken"), [(b"%PDF-1.4\n", True), (b"=cmd|' /C calc'!A0,1\n", False)])
def test_a_proof_is_a_picture_or_a_pdf_and_nothing_a_spreadsheet_runs(
    world: worlds.World, content: bytes, taken: bool
) -> None:
    lan = worlds.member(world, "lan", "factory", serial=1)
    factory = world.unions["factory"]
    proof = files.store(
        actor=world.act("lan"),
        at=worlds.AT,
        content=content,
        name="proof",
        owner="registry.correction",
        owner_id=lan.person_id,
        place=Place(factory.pk, factory.county_id, lan.person_id),
    )

    if taken:
        corrections.ask(actor=lan, at=worlds.AT, field="name", value="欧阳兰", proof_id=proof)
    else:
        with pytest.raises(Refusal, match="PDF"):
            corrections.ask(actor=lan, at=worlds.AT, field="name", value="欧阳兰", proof_id=proof)

    assert Correction.objects.exists() is taken
