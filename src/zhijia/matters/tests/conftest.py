"""The test matter stands in the federation's folder while a test of this room runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhijia.matters.tests.world import aid, build_with_member, defined
from zhijia.registry.tests.world import World


@pytest.fixture
def matter(tmp_path: Path) -> Iterator[None]:
    with defined(tmp_path, aid()):
        yield


@pytest.fixture
def world(db: Any, matter: None) -> World:
    return build_with_member()
