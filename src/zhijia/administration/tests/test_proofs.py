"""The trail is exported and checked in the background, for those who may."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction

from zhijia.administration.models import TrailProof
from zhijia.administration.services import proofs
from zhijia.audit import sealer, verification
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.notices.models import Message
from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        world = worlds.build()
        worlds.appoint(world, "province", "auditor", "auditor")
    sealer.seal_once(at=days.now())
    return world


def test_the_proof_is_made_once_kept_sealed_and_told(world: worlds.World, work: Callable[[], None]) -> None:
    auditor = world.actors["auditor"]
    with acting(auditor):
        asked = proofs.ask(actor=auditor, at=days.now())
        assert proofs.ask(actor=auditor, at=days.now()).pk == asked.pk

    work()
    proofs.make(at=days.now(), proof_id=asked.pk)

    proof = TrailProof.objects.get()
    assert (proof.state, proof.fault) == ("whole", "")
    assert proof.entries > 0
    assert proof.file_id is not None
    with acting(auditor), files.on_disk(actor=auditor, at=days.now(), file_id=proof.file_id) as path:
        report = verification.verify(path)
        assert (report.fault, report.entries) == (None, proof.entries)
        assert Message.objects.filter(kind="trail_whole").count() == 1


def test_a_county_s_auditor_may_not_have_the_whole_trail(world: worlds.World) -> None:
    with transaction.atomic():
        worlds.appoint(world, "luyang", "auditor", "county-auditor")
    with acting(world.actors["county-auditor"]) as auditor, pytest.raises(NotForYou):
        proofs.ask(actor=auditor, at=days.now())


def test_it_needs_the_password_again(world: worlds.World) -> None:
    with acting(world.actors["auditor"]) as auditor, pytest.raises(NeedsStepUp):
        proofs.ask(actor=replace(auditor, stepped_up=False), at=days.now())


@pytest.mark.parametrize("name", ["factory", "luyang", "province"])
def test_nobody_else_asks_for_it_or_opens_it(
    world: worlds.World, work: Callable[[], None], name: str
) -> None:
    auditor = world.actors["auditor"]
    with acting(auditor):
        proofs.ask(actor=auditor, at=days.now())
    work()
    file_id = TrailProof.objects.get().file_id
    assert file_id is not None

    with acting(world.actors[name]) as stranger:
        with pytest.raises(NotForYou):
            proofs.ask(actor=stranger, at=days.now())
        with pytest.raises(NotForYou):
            files.open_for(actor=stranger, at=days.now(), file_id=file_id)
