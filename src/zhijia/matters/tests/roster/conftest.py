"""The world of a roster: rolled back, or really committed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.matters.tests.roster.world import MANY, listing, peopled
from zhijia.matters.tests.world import WORDS, defined
from zhijia.registry.tests.world import World


@pytest.fixture
def most_lines(tmp_path: Path) -> None:
    import yaml

    (tmp_path / "parameters").mkdir(exist_ok=True)
    told = {
        "code": "test.most_lines",
        "label": WORDS,
        "version": 1,
        "type": "whole",
        "unit": "lines",
        "values": [{"from": "2020-01-01", "value": MANY, "source": "test", "confidence": "D"}],
    }
    (tmp_path / "parameters" / "test.most_lines.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


@pytest.fixture
def world(db: Any, tmp_path: Path, most_lines: None) -> Iterator[World]:
    with defined(tmp_path, listing()):
        yield peopled()


@pytest.fixture
def kept(committed: None, tmp_path: Path, most_lines: None) -> Iterator[World]:
    with defined(
        tmp_path,
        listing(facts=[{"kind": "matter.line_granted", "on": "granted", "amount": True, "lines": True}]),
    ):
        with context.acting(Actor(None, "command", "test")):
            world = peopled()
        yield world
