"""A folder of its own for every test, and an owner whose port lets some in."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor

OWNER = "tests.case"


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def let_in() -> Iterator[set[int | None]]:
    """The users whom the owner's port lets in."""
    allowed: set[int | None] = set()
    name = f"files.may_open.{OWNER}"
    ports._functions[name] = lambda actor, file: actor.user_id in allowed
    yield allowed
    del ports._functions[name]


@pytest.fixture
def actor() -> Callable[[int | None], Actor]:
    return lambda user_id: Actor(user_id=user_id, channel="page", request_id="test")


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), exif: bool = False) -> bytes:
    """A picture, with a place and a device in it when asked for."""
    drawn = Image.new("RGB", size, (179, 38, 30))
    written = io.BytesIO()
    extra: dict[str, Any] = {}
    if exif:
        tags = Image.Exif()
        tags[0x0110] = "SECRET-CAMERA"
        tags[0x0112] = 6
        tags[0x8825] = {1: "N", 2: (31.0, 51.0, 30.0), 3: "E", 4: (117.0, 16.0, 0.0)}
        extra["exif"] = tags
    drawn.save(written, kind, **extra)
    return written.getvalue()
