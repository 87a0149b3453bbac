"""A world that stands committed, for what jobs and several people at once do to it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.tests.world import build_with_member, defined
from zhijia.registry.tests.world import World


@contextmanager
def world_of(folder: Path, *matters: dict[str, Any]) -> Iterator[World]:
    """The world, with these matters."""
    with defined(folder, *matters):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        yield world


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each, all at the same moment: the result, or the code of the refusal."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, acts))
