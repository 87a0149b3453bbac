import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from zhijia.files import pictures
from zhijia.files.tests.conftest import picture
from zhijia.kernel.errors import Refusal

LIMITS = {"max_pixels": 40_000_000, "longest_side": 2000}


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has this many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_place_and_device_stay_behind_and_the_picture_stands_upright() -> None:
    taken = picture(exif=True)
    assert b"SECRET-CAMERA" in taken

    kept = pictures.made_anew(io.BytesIO(taken), "image/jpeg", **LIMITS).read()

    with Image.open(io.BytesIO(kept)) as fresh:
        assert fresh.size == (200, 300)
        assert len(fresh.getexif()) == 0
        assert fresh.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"SECRET-CAMERA" not in kept


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_text_and_tails_of_other_kinds_stay_behind(kind: str, media_type: str) -> None:
    kept = pictures.made_anew(
        io.BytesIO(picture(kind) + b"<script>TAIL</script>"), media_type, **LIMITS
    ).read()

    assert b"TAIL" not in kept
    with Image.open(io.BytesIO(kept)) as fresh:
        assert fresh.size == (300, 200)


def test_a_large_picture_is_kept_smaller() -> None:
    kept = pictures.made_anew(io.BytesIO(picture(size=(4000, 1000))), "image/jpeg", **LIMITS)

    with Image.open(kept) as fresh:
        assert fresh.size == (2000, 500)


@pytest.mark.parametrize("side", [7_000, 30_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    tracemalloc.start()
    with pytest.raises(Refusal) as refused:
        pictures.made_anew(io.BytesIO(_bomb(side, side)), "image/png", **LIMITS)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused.value.code == "picture_too_large"
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "broken",
    [picture()[:200], b"\xff\xd8\xff" + b"\x00" * 50, b"", picture("PNG"), picture()[:-50]],
)
def test_a_broken_picture_is_refused_in_a_sentence(broken: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        pictures.made_anew(io.BytesIO(broken), "image/jpeg", **LIMITS)

    assert refused.value.code == "picture_broken"
