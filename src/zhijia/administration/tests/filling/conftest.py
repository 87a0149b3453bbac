"""The tree of unions in which definitions are filled in."""

from typing import Any

import pytest

from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(db: Any) -> worlds.World:
    """The province has a second officer."""
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    return world
