"""Files somebody sends to do harm: each is made harmless or refused with a sentence, and leaves nothing behind."""

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from zhijia.files.models import StoredFile
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Material
from zhijia.matters.services import deciding, materials
from zhijia.matters.tests.test_member_pages import TYPED, browser, started
from zhijia.matters.tests.world import WORDS, aid, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World, member


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    proof = {"code": "proof", "label": WORDS, "example": WORDS, "most": 3}
    with defined(tmp_path, aid(materials=[proof])):
        yield build_with_member()


def _jpeg(**more: Any) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG", **more)
    return kept.getvalue()


def _zipped(name: str, content: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()


def _png_of(width: int, height: int) -> bytes:
    """The head of a picture that says it is so large, and nothing behind."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = zlib.compress(b"\x00" * 100)
    part = b"IDAT" + data
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + struct.pack(">I", len(data))
        + part
        + struct.pack(">I", zlib.crc32(part))
    )


def _located() -> bytes:
    """A photo that says where it was taken, and with what."""
    exif = Image.Exif()
    exif[0x0110] = "CAMERA-OF-NOBODY"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 51.0, 25.0), 3: "E", 4: (117.0, 15.0, 1.0)})
    return _jpeg(exif=exif, comment=b"taken at home")


def _sent(client: Client, case: Case, content: bytes, name: str, kind: str = "image/jpeg") -> Any:
    file = io.BytesIO(content)
    file.name = name
    file.content_type = kind  # type: ignore[attr-defined]
    address = reverse("matters:add_material", args=[case.pk, "proof"])
    return client.post(address, {"file-proof": file}, follow=True)


def _kept(world: World, client: Client) -> tuple[Material, bytes, Any]:
    """The one file that was kept, its bytes and the answer they came in."""
    world.act("member")
    material = Material.objects.get()
    answer = client.get(reverse("files:stored_file", args=[material.file_id]))
    return material, b"".join(answer.streaming_content), answer  # type: ignore[attr-defined]


REFUSED = {
    "nothing in it": (b"", "photo.jpg"),
    "a program called a photo": (b"MZ\x90\x00" + b"\x00" * 200, "photo.jpg"),
    "a program of Linux": (b"\x7fELF" + b"\x00" * 200, "photo.jpg"),
    "a drawing with script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.svg"),
    "a page that begins like a photo's name": (b"<html><script>alert(1)</script>", "photo.jpg.html"),
    "a bomb in an archive": (_zipped("xl/workbook.xml", b"0" * 20_000_000), "photo.jpg"),
    "an archive called a paper": (_zipped("a.exe", b"MZ"), "paper.pdf"),
    "a text with macros": (_zipped("word/vbaProject.bin", b"x"), "a.docx"),
    "900 million pixels": (_png_of(30_000, 30_000), "photo.png"),
    "half a photo": (_jpeg()[:100], "photo.jpg"),
    "a sheet": ("姓名,身份证号\n张三,1\n".encode(), "photo.jpg"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_photo_or_pdf_is_refused_and_nothing_of_it_stays(world: World, kind: str) -> None:
    client, case = started(world)
    content, name = REFUSED[kind]
    answer = _sent(client, case, content, name)
    assert answer.status_code == 200
    (said,) = [str(message) for message in answer.context["messages"]]
    assert said
    assert answer.request["PATH_INFO"] == reverse("matters:check", args=[case.pk])
    world.act("member")
    assert not Material.objects.exists()
    assert not StoredFile.objects.exists()


def test_two_hundred_megabytes_are_refused_unread(world: World) -> None:
    _client, case = started(world)
    with tempfile.TemporaryFile() as large:
        large.write(b"%PDF-1.7\n")
        large.truncate(200 * 1024 * 1024)
        large.seek(0)
        with pytest.raises(Refusal) as refused:
            materials.add(
                actor=world.act("member"), at=AT, case_id=case.pk, code="proof", content=large, name="a.pdf"
            )
        assert large.tell() < 1024 * 1024
    assert refused.value.code == "file_too_large"


def test_where_and_with_what_a_photo_was_taken_stays_behind(world: World) -> None:
    client, case = started(world)
    _sent(client, case, _located(), "photo.jpg")
    _material, content, _answer = _kept(world, client)
    assert b"CAMERA-OF-NOBODY" not in content
    assert b"taken at home" not in content
    assert not dict(Image.open(io.BytesIO(content)).getexif())


def test_what_hangs_behind_a_photo_is_gone(world: World) -> None:
    client, case = started(world)
    _sent(client, case, _jpeg() + _zipped("a.html", b"<script>1</script>") + b"<?php echo 1; ?>", "photo.jpg")
    _material, content, _answer = _kept(world, client)
    assert b"PK\x03\x04" not in content
    assert b"<?php" not in content


def test_a_paper_that_is_a_page_as_well_is_saved_and_never_shown(world: World) -> None:
    client, case = started(world)
    _sent(client, case, b"%PDF-1.7\n<html><script>alert(1)</script></html>", "paper.html", "text/html")
    material, _content, answer = _kept(world, client)
    assert material.name == "paper.pdf"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\a\\photo.png", "photo.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("pho\u200bto\ufeff.jpg", "photo.jpg"),
        ("<img src=x>.jpg", "img src=x.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_a_name_that_misleads_is_a_plain_one_wherever_it_is_shown(world: World, name: str, kept: str) -> None:
    client, case = started(world)
    actor = world.act("member")
    materials.add(actor=actor, at=AT, case_id=case.pk, code="proof", content=io.BytesIO(_jpeg()), name=name)
    material, _content, _answer = _kept(world, client)
    assert material.name == kept


def test_a_document_is_opened_by_whoever_may_see_the_case_and_by_nobody_else(world: World) -> None:
    client, case = started(world)
    _sent(client, case, _jpeg(), "photo.jpg")
    world.act("member")
    address = reverse("files:stored_file", args=[Material.objects.get().file_id])
    assert browser(world, "factory").get(address).status_code == 404  # a draft is nobody's business
    client.post(reverse("matters:form", args=[case.pk]), TYPED)
    client.post(reverse("matters:check", args=[case.pk]), {"once": str(uuid4())})
    member(world, "other", "factory", serial=43)
    assert browser(world, "factory").get(address).status_code == 200
    for stranger in ("other", "mill", "couriers", "shushan"):
        assert browser(world, stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 404
    world.act("factory")
    deciding.approve(actor=world.actors["factory"], at=AT, step_id=here(case).pk)
    assert browser(world, "luyang").get(address).status_code == 200
