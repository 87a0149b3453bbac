"""Everybody here begins with two members at the factory and one at the mill."""

import pytest
from django.db import transaction

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Union
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.ready import once_a_run


@pytest.fixture
def kept(committed: None) -> worlds.World:
    with transaction.atomic():
        return federation()


@once_a_run
def federation() -> worlds.World:
    """Two members in the factory (Luyang), one in the mill (Shushan); another city with its own officer."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.found(
            world,
            "wuhu",
            "province",
            "芜湖市总工会",
            type="10",
            level=Union.Level.CITY,
            division="340200000000",
        )
        worlds.appoint(world, "wuhu", "province_officer")
        worlds.appoint(world, "city", "province_officer")
        for name, union, serial in (("ding", "factory", 1), ("an", "factory", 2), ("lan", "mill", 3)):
            worlds.member(world, name, union, serial=serial, called=name)
        world.refresh()
    return world
