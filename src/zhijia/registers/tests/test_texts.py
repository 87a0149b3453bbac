"""What a file of a row says finds the row: for whom the field is, as long as the row names the file."""

from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.db import connections

from zhijia.audit.services import Place
from zhijia.files import services as files
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_id
from zhijia.registers import jobs
from zhijia.registers.models import Row, Text
from zhijia.registers.queries import listing, public, searching
from zhijia.registers.services import adding, changing, naming
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FILE = {
    "name": "rules", "label": {"en": "Rules", "zh": "规章"}, "type": "file", "required": False, "see": "public",
    "searched": True,
}  # fmt: skip


@pytest.fixture
def world(committed: None) -> World:
    return build()


def _publish(world: World, see: str = "public") -> None:
    with acting(world.actors["province"]):
        rooms.publish(dues=[], facts=[], fields=[*rooms.said()["fields"], {**FILE, "see": see}])


def _docx(words: str) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:document>',
        )
    return kept.getvalue()


def _stored(actor: Actor, world: World, row_id: UUID, content: bytes) -> str:
    union = world.unions["luyang"]
    place = Place(union.pk, union.stands_in)
    owner = {"owner": naming.FILES, "owner_id": row_id, "place": place}
    return str(files.store(actor=actor, at=AT, content=content, name="规章.docx", **owner))  # type: ignore[arg-type]


def _room(world: World, words: str) -> Row:
    union = world.unions["luyang"]
    with acting(world.actors["luyang"]) as actor:
        row_id = new_id()
        key = _stored(actor, world, row_id, _docx(words))
        row = adding.add(
            actor=actor, at=AT, code=rooms.CODE, union_id=union.pk, row_id=row_id,
            typed=rooms.typed() | {"rules": [key]},
        )  # fmt: skip
    _read(row)
    return row


def _read(row: Row) -> None:
    jobs.read_texts(row.register_id, str(row.pk))


def _found(world: World, who: str, words: str) -> list[Any]:
    with acting(world.actors[who]) as actor:
        everywhere = [one.row.pk for one in searching.everywhere(actor, words)]
        assert everywhere == [row.pk for row in listing.page(actor, rooms.CODE, at=AT, words=words).rows]
    return everywhere


def _open(words: str) -> list[Any]:
    with acting(Actor(None, "page", "test")):
        return [row.id for row in public.page(rooms.CODE, at=AT, words=words).rows]


def test_words_of_a_file_find_its_row_also_with_words_of_the_row(world: World) -> None:
    _publish(world)
    row = _room(world, "阅览室内请保持安静，借书期限为三十天。")

    assert _found(world, "luyang", "借书期限") == [row.pk]
    assert _found(world, "luyang", "晨光 三十天") == [row.pk]
    assert _found(world, "province", "保持安静") == [row.pk]
    assert _found(world, "shushan", "保持安静") == [], "an officer of another union"
    assert _open("借书期限") == [row.pk]


def test_reading_twice_changes_nothing_and_an_earlier_text_stays_but_finds_no_more(world: World) -> None:
    _publish(world)
    row = _room(world, "借书期限为三十天。")
    _read(row)
    assert Text.objects.using("bulk").count() == 1

    with acting(world.actors["luyang"]) as actor:
        key = _stored(actor, world, row.pk, _docx("借书期限为六十天。"))
        changing.change(
            actor=actor, at=AT, code=rooms.CODE, row_id=row.pk, version=row.version, typed={"rules": [key]}
        )
    _read(row)

    assert _found(world, "luyang", "六十天") == [row.pk]
    assert _found(world, "luyang", "三十天") == []
    texts = set(Text.objects.using("bulk").values_list("text", flat=True))
    assert texts == {"借书期限为三十天。", "借书期限为六十天。"}


def test_what_officers_alone_see_is_found_by_nobody_else(world: World) -> None:
    _publish(world, "officers")
    row = _room(world, "造价另行公布。")

    assert _found(world, "luyang", "另行公布") == [row.pk]
    assert _open("另行公布") == []


def test_a_file_that_cannot_be_read_says_why_and_the_text_goes_with_its_row(world: World) -> None:
    _publish(world)
    row = _room(world, "")
    with acting(world.actors["luyang"]):
        (text,) = Text.objects.filter(row_id=row.pk)
    assert (text.failure, text.words) == ("no_text", [])

    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM registers_row")

    assert not Text.objects.using("bulk").exists()
