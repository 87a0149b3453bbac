"""Everybody here begins with one person who was taken in twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.ready import once_a_run
from zhijia.registry.tests.world import World


@pytest.fixture
def kept(committed: None) -> World:
    with transaction.atomic():
        return taken_in_twice()


@once_a_run
def taken_in_twice() -> World:
    """张小丰 was taken in twice: at the factory in one county, at the mill in the other, one digit apart."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "city", "province_officer")
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "again", "mill", serial=3)
    return world


@pytest.fixture
def bulk(kept: World) -> Iterator[Any]:
    with context.whole() as cursor:
        yield cursor
