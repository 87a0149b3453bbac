"""The registry's small world, rolled back after each test."""

from typing import Any

import pytest

from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(db: Any) -> worlds.World:
    """A province with two counties and their officers."""
    return worlds.build()
