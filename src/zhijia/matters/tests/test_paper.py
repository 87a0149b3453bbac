"""A request on paper: whoever it is about and whatever they wrote, it can be printed, whole, in both languages."""

import io
from uuid import uuid4

import pypdf
import pytest
from django.utils import translation

from zhijia.matters.models import Case
from zhijia.matters.services import asking, handing_in, printing, versions
from zhijia.matters.tests.world import CODE
from zhijia.registry.tests.world import AT, World

ADDRESS = "https://example.cn/r/00000000/"


def _printed(world: World, case: Case) -> pypdf.PdfReader:
    matter = versions.definition(case.version)
    content = printing.paper(actor=world.act("member"), at=AT, case=case, matter=matter, address=ADDRESS)
    return pypdf.PdfReader(io.BytesIO(content))


def _handed_in(world: World, why: str) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "1200", "why": why, "ill": "no"})
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())


def _words(reader: pypdf.PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


def test_a_name_our_font_lacks_has_room_to_be_written_in(world: World) -> None:
    case = _handed_in(world, "家人住院")
    case.shown_name = "𠮷䶮"
    with translation.override("zh-hans"):
        said = _words(_printed(world, case))
    assert "〔〕䶮" in said.replace("\u3000", "")
    assert "手写" in said


def test_a_smile_in_the_text_keeps_nobody_from_their_paper(world: World) -> None:
    with translation.override("zh-hans"):
        said = _words(_printed(world, _handed_in(world, "谢谢😀")))
    assert "谢谢□" in said
    assert "手写" not in said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_long_answer_goes_on_over_pages_that_are_counted(world: World, language: str) -> None:
    case = _handed_in(world, "一二三四五六七八九十" * 390 + "x" * 90)
    with translation.override(language):
        reader = _printed(world, case)
    said = _words(reader)
    assert len(reader.pages) > 1
    assert f"1/{len(reader.pages)}" in said
    assert said.count("一二三四五六七八九十") >= 300
    assert case.number in said
