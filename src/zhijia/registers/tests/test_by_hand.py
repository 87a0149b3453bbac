"""Whom a list is open to is said by what was published: nobody opens one by SQL."""

import pytest

from zhijia.kernel.actors import Actor
from zhijia.registers.models import List
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests import by_hand
from zhijia.registry.tests.world import build, worker

WRITES = {
    "to the public": "UPDATE registers_list SET shown_public = '{name}' WHERE id = %(list)s",
    "to members": "UPDATE registers_list SET shown_members = '{name}' WHERE id = %(list)s",
    "by another version": "UPDATE registers_list SET version_id = NULL WHERE id = %(list)s",
    "by other columns": "UPDATE registers_list SET slots = '{}' WHERE id = %(list)s",
    "as a new one": "INSERT INTO registers_list (code, slots, shown_public, shown_members)"
    " VALUES ('x', '{}', '{name}', '{}')",
    "by taking it away": "DELETE FROM registers_list WHERE id = %(list)s",
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_opens_a_list(db: None, write: str) -> None:
    world = build()
    world.act("province")
    rooms.publish()
    world.act("luyang")
    kept = List.objects.get(pk=rooms.add(world).register_id)
    worker(world, "worker")
    world.actors["nobody"] = Actor(None, "page", "test")

    for who in ("province", "luyang", "factory", "worker", "nobody"):
        assert by_hand.refused(world.actors[who], write, {"list": kept.pk}), who
