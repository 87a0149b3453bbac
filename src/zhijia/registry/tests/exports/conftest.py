"""Exports begin with a committed world of unions and officers."""

import pytest

from zhijia.registry.tests.rosters import small_world


@pytest.fixture
def world(committed):
    return small_world()
