"""The world of several items in one go: rolled back, or really committed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhijia.kernel import context
from zhijia.matters.tests.together.world import (
    matters,
)
from zhijia.matters.tests.world import build_with_member, defined
from zhijia.registry.tests.world import World


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, *matters()):
        yield build_with_member()


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    from zhijia.kernel.actors import Actor

    with defined(tmp_path, *matters()):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        yield world
